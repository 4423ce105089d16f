"""Folders of language models, under models/ beside the classifiers that start from them.

    language_model.json   network settings, training record, perplexities, checksums
    weights.safetensors   embedding, encoder and prediction layers
    vocabulary.json       words, most frequent first
    resume.safetensors    optimizer state, only while the training is unfinished
    README.md             model card

The folder is written after every epoch, so that an interrupted training resumes with the next one.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, cast

import safetensors.torch
import torch

from sentiment import atomic
from sentiment.corpus.classes import Classes
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.encoding.vocabulary import PAD, UNK, Vocabulary
from sentiment.errors import ModelError
from sentiment.networks import model_files
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.interfaces import Network
from sentiment.networks.model_files import LARGEST_WEIGHTS
from sentiment.networks.model_folder import (
    CONFIG,
    LANGUAGE_MODEL_FILE,
    ModelInfo,
    model_folder,
    read_language_model,
)
from sentiment.stored import read_bytes, reading
from sentiment.training.language_model import LanguageModel, PretrainState
from sentiment.training.starting_model import VECTORS, require_same_dimensions
from sentiment.training.state import load_optimizer, optimizer_tensors
from sentiment.typed_data import convert
from sentiment.wording import counted

_RESUME = "resume.safetensors"
_VECTORS = "embedding.weight"


@dataclass(frozen=True)
class _Progress:
    """The part of the training record from which an unfinished training resumes."""

    epochs_done: int
    steps: int
    seconds: float
    perplexities: list[float]


@dataclass(frozen=True)
class Pretrained:
    """A stored language model, or a classifier from which another one starts."""

    folder: Path
    network: NetworkConfig
    vocabulary: Vocabulary
    weights: dict[str, torch.Tensor]  # float32, by the parameter names of the model
    training: dict[str, Any]  # settings, corpus, perplexities, time; empty of a classifier
    classes: Classes | None = None  # of a classifier

    @classmethod
    def load(cls, name: str | Path) -> "Pretrained":
        """Load from a path or a folder under models/. Raises ModelError if missing or damaged."""
        folder = model_folder(name)
        if (folder / CONFIG).is_file():
            info = ModelInfo.read(folder)
            weights = model_files.read_weights(folder, info.checksums)
            if _VECTORS not in weights:
                raise ModelError(
                    f"{info.name} has no word vectors to start from. Choose a model with an "
                    "encoder, or set initialization to `vectors` or `random`."
                )
            return cls(folder, info.network, info.vocabulary(), weights, {}, info.classes)
        record = read_language_model(name)
        return cls(
            folder=folder,
            network=record.network,
            vocabulary=model_files.read_vocabulary(folder, record.checksums),
            weights=model_files.read_weights(folder, record.checksums),
            training=record.training,
        )

    def transfer_to(
        self,
        network: SentimentClassifier,
        vocabulary: Vocabulary,
        seed: int,
        classes: Classes | None = None,
    ) -> str:
        """Copy the vectors of shared words, and the encoder if its shapes fit, to `network`.

        A one-directional encoder takes the forward direction of a bidirectional one. From a
        classifier with the same encoder, pooling and `classes`, also the head. Returns what was
        copied, in words. Raises ModelError if the embedding dimensions differ.
        """
        require_same_dimensions(self.folder.name, self.network, network.config)
        known = set(self.vocabulary.words)
        shared = [word for word in vocabulary.words if word in known]
        vectors = self.weights[_VECTORS]
        with torch.no_grad():
            # A new word starts near <unk>, the token that replaced it in pretraining.
            noise = torch.Generator().manual_seed(seed)
            weight = network.embedding.weight
            weight.copy_(vectors[UNK] + 0.1 * torch.randn(weight.shape, generator=noise))
            weight[vocabulary.encode(shared)] = vectors[self.vocabulary.encode(shared)]
            weight[PAD] = 0
        target = network.encoder.state_dict()
        encoder = {
            name.removeprefix("encoder."): value
            for name, value in self.weights.items()
            if name.removeprefix("encoder.") in target
        }
        fits = encoder.keys() == target.keys() and all(
            target[name].shape == value.shape for name, value in encoder.items()
        )
        if not fits:
            return "word vectors"
        network.encoder.load_state_dict(encoder)
        kinds = [
            (one.architecture, one.pooling, one.ordinal) for one in (self.network, network.config)
        ]
        if self.classes is None or classes != self.classes or kinds[0] != kinds[1]:
            return "word vectors and encoder"
        head = {name: self.weights[f"head.{name}"] for name in network.head.state_dict()}
        network.head.load_state_dict(head)
        return "word vectors, encoder and head"


def continue_from(
    pretrained: Pretrained, model: LanguageModel, network: Network, words: Vocabulary
) -> None:
    """Copy the language model `pretrained` to `model`, which shares its encoder with `network`.

    words: the vocabulary of `model`. A word that `pretrained` lacks keeps the bias of its
    frequency. Raises ModelError if `pretrained` is a classifier or its sizes differ.
    """
    copied = pretrained.transfer_to(cast(SentimentClassifier, network), words, seed=0)
    predicting = {
        name: value for name, value in pretrained.weights.items() if name.startswith("projections.")
    }
    if not predicting or copied == "word vectors":
        raise ModelError(
            f"{pretrained.folder.name} is {_kind(pretrained.network, not predicting)}, but "
            f"{_kind(network.config, False)} is to be trained. Choose a language model of this "
            "architecture and size."
        )
    model.load_state_dict(predicting, strict=False)
    known = set(pretrained.vocabulary.words)
    shared = [word for word in words.words if word in known]
    with torch.no_grad():
        bias = pretrained.weights["bias"]
        model.bias[words.encode(shared)] = bias[pretrained.vocabulary.encode(shared)]


def _kind(network: NetworkConfig, is_classifier: bool) -> str:
    kind = "classifier" if is_classifier else "language model"
    return f"a {kind} ({network.architecture}, {counted(network.hidden_size, 'unit')})"


def save_pretrained(
    folder: Path,
    state: PretrainState,
    network: NetworkConfig,
    vocabulary: Vocabulary,
    training: dict[str, Any],
    *,
    finished: bool,
) -> None:
    """Write the folder in one step: in 16 bits if finished, else with the optimizer state.

    Raises StorageError and leaves the old folder unchanged.
    """
    dtype = torch.float16 if finished else torch.float32
    weights = {
        name: value.detach().to("cpu", dtype) for name, value in state.model.named_parameters()
    }
    contents = model_files.contents(weights, vocabulary)
    description = {
        "format": model_files.FORMAT,
        "network": network.to_json(),
        "tokenizer": TOKENIZER,
        "training": training,
        "checksums": model_files.checksums_of(contents),
    }
    with atomic.new_folder(folder) as fresh:
        for file, content in contents.items():
            (fresh / file).write_bytes(content)
        if not finished:
            moments = {
                name: value.cpu() for name, value in optimizer_tensors(state.optimizer).items()
            }
            (fresh / _RESUME).write_bytes(safetensors.torch.save(moments))
        atomic.write_json(fresh / LANGUAGE_MODEL_FILE, description)
        (fresh / "README.md").write_text(
            language_model_card(folder.name, network, training), encoding="utf-8"
        )


def is_unfinished(folder: Path) -> bool:
    """Whether `folder` has a language model whose training can be resumed."""
    return (folder / _RESUME).is_file()


def resume(folder: Path, state: PretrainState, training: dict[str, Any]) -> dict[str, Any] | None:
    """Load the unfinished language model in `folder` into a new `state`.

    Returns its training record; None, with `state` unchanged, if there is none. Raises ModelError
    if its settings or reviews differ from those in `training`.
    """
    if not is_unfinished(folder):
        return None
    stored = Pretrained.load(folder)
    same = ("data_fingerprint", "prepare", "sequence", "tokenizer")
    before, now = stored.training.get("settings", {}), training["settings"]
    differing = [key for key in now if before.get(key) != now[key]]
    differing += [key for key in same if stored.training.get(key) != training[key]]
    if differing:
        raise ModelError(
            f"{folder} has an unfinished language model of other settings "
            f"({', '.join(differing)}). Choose another folder, or delete it to start anew."
        )
    with reading(folder / _RESUME, ModelError, "Delete the folder to train from the beginning."):
        moments = safetensors.torch.load(read_bytes(folder / _RESUME, LARGEST_WEIGHTS))
        names = [field.name for field in fields(_Progress)]
        progress = convert(_Progress, {name: stored.training[name] for name in names})
        state.model.load_state_dict(stored.weights, strict=False)  # a buffer is not stored
        load_optimizer(state.optimizer, moments)
    state.epochs_done, state.step = progress.epochs_done, progress.steps
    state.seconds = progress.seconds
    return stored.training


def language_model_card(name: str, network: NetworkConfig, training: dict[str, Any]) -> str:
    """Markdown for the README.md of the folder. training: of `Pretrained`."""
    perplexities = ", ".join(f"{value:.0f}" for value in training["perplexities"])
    epochs = counted(training["epochs_done"], "epoch")
    if training["epochs_done"] < (planned := training["settings"]["epochs"]):
        epochs = f"Stopped after {epochs} of {planned}"
    start = training["settings"].get("initialization", VECTORS)
    continued = "" if start == VECTORS else f"- Continues the language model {Path(start).name}.\n"
    return f"""# {name}

A language model predicts the next word; a bidirectional encoder has one for each direction.
Classifiers start from its weights; it does not classify reviews itself.

- Encoder: {network.architecture}, {network.hidden_size} units, word vectors of
  {network.embedding_dim} dimensions.
- Trained on {training["reviews"]:,} training and unlabelled reviews of {training["corpus"]}; not on
  validation or test reviews.
{continued}- Perplexity on the validation split after each epoch: {perplexities}.
- {epochs}: {training["seconds"]:,.0f} s on {training["hardware"]}, torch {training["torch"]},
  {training["date"]}.

Command:

    {training["command"]}

Use it with `--initialization {name}`.
"""
