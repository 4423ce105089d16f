"""Train a language model on reviews without labels, as the initialization of classifiers."""

import argparse
import json
import platform
import shlex
import sys
import time
from pathlib import Path

from sentiment.commands.new_model import require_new
from sentiment.commands.options import SOURCE_HELP, add_json, add_settings, settings_from
from sentiment.commands.progress import ProgressBars
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.training.pretrain_config import PretrainConfig
from sentiment.training.starting_model import VECTORS, require_start

PRETRAIN = PretrainConfig()
PREPARE = PrepareConfig(unlabelled=True)
SEQUENCE = SequenceConfig(sequence_length=400)
NETWORK = NetworkConfig(embedding_dim=160, hidden_size=320, embedding_dropout=0.2)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="?",
        default="imdb",
        metavar="SOURCE",
        help=f"{SOURCE_HELP}. Default: imdb",
    )
    parser.add_argument(
        "--output",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="the model folder, e.g. models/NAME. An unfinished one is resumed",
    )
    add_json(parser)
    add_settings(parser, PRETRAIN, PREPARE, SEQUENCE, NETWORK)


def run(arguments: argparse.Namespace) -> None:
    import numpy as np
    import torch

    from sentiment.corpus.review import Split
    from sentiment.dataset.prepare import prepare
    from sentiment.encoding.tokenize import TOKENIZER
    from sentiment.networks.build import new_network
    from sentiment.training.distributed import device_for
    from sentiment.training.initialization import corpus_word_vectors
    from sentiment.training.language_model import LanguageModel, PretrainState, pretrain
    from sentiment.training.pretrained import (
        Pretrained,
        continue_from,
        is_unfinished,
        resume,
        save_pretrained,
    )

    config = settings_from(arguments, PRETRAIN)
    sequence = settings_from(arguments, SEQUENCE)
    network_config = settings_from(arguments, NETWORK)
    if not is_unfinished(arguments.output):
        require_new(arguments.output)
    bars = ProgressBars()
    require_start(config.initialization, network_config)
    corpus = prepare(arguments.source, settings_from(arguments, PREPARE), progress=bars)
    torch.manual_seed(config.seed)
    network = new_network(network_config, len(corpus.vocabulary))
    model = LanguageModel.of(network, np.array(corpus.vocabulary.counts))
    device = device_for("auto")
    rows = sum(len(corpus.rows(split)) for split in (Split.TRAIN, Split.UNLABELLED))
    training = {
        "settings": config.to_json() | network_config.to_json(),
        "prepare": corpus.config.to_json(),
        "sequence": sequence.to_json(),
        "tokenizer": TOKENIZER,
        "corpus": corpus.name,
        "data_fingerprint": corpus.fingerprint,
        "reviews": rows,
        "command": shlex.join(["python", "-m", "sentiment", *sys.argv[1:]]),
        "hardware": f"{platform.machine()} CPU, threads: {torch.get_num_threads()}"
        if device.type == "cpu"
        else torch.cuda.get_device_name(device),
        "torch": torch.__version__,
        "date": time.strftime("%Y-%m-%d"),
    }
    perplexities: list[float] = []
    state = PretrainState.new(model.to(device), config)
    resumed = resume(arguments.output, state, training)
    if resumed:
        perplexities = resumed["perplexities"]
        print(f"Resuming after epoch {state.epochs_done}.", file=sys.stderr)
    elif config.initialization != VECTORS:
        continue_from(Pretrained.load(config.initialization), model, network, corpus.vocabulary)
    else:
        bars("Word vectors", 0, 1)
        with torch.no_grad():
            vectors = corpus_word_vectors(corpus, network_config.embedding_dim, config.seed)
            model.embedding.weight.copy_(torch.from_numpy(vectors))
    for event in pretrain(state, corpus, sequence, config):
        bars("Reading", round(event.progress * 1000), 1000)
        if event.perplexity is None:
            continue
        perplexities.append(event.perplexity)
        training |= {
            "perplexities": perplexities,
            "epochs_done": state.epochs_done,
            "steps": state.step,
            "seconds": state.seconds,
        }
        finished = state.epochs_done == config.epochs
        save_pretrained(
            arguments.output, state, network_config, corpus.vocabulary, training, finished=finished
        )
        bars.close()
        print(
            f"epoch {event.epoch}: perplexity {event.perplexity:.1f}; {event.seconds:.0f} s",
            file=sys.stderr,
            flush=True,
        )
    if arguments.json:
        print(json.dumps({"folder": str(arguments.output), **training}))
    else:
        print(f"Language model: {arguments.output}")
