"""What training.json says of a training: enough to do it again, and to know what was done."""

import platform
import statistics
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.outliers import DropReason
from sentiment.evaluation.metrics import Evaluation
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.matching import encoder_parameters
from sentiment.networks.precision import autocast
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.distributed import Group


def precision_of(network: Network, config: TrainConfig, device: torch.device) -> str:
    """Of the matrix products while training; a regression has none in 16 bits."""
    network_of_ours = isinstance(network, SentimentClassifier)
    half = network_of_ours and autocast(config.precision, device.type)._enabled
    return "bfloat16" if half else "float32"


def hardware_of(device: torch.device, group: Group) -> str:
    together = f", {group.size} processes together" if group.size > 1 else ""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device) + together
    return f"a {platform.machine()} processor, threads: {torch.get_num_threads()}{together}"


def without_copies(corpus: PreparedCorpus, predictions: TestPredictions) -> dict[str, Any] | None:
    """Figures on the test reviews whose text does not stand in the official training split.

    None where no test review's does, so that there is nothing to tell.
    """
    dropped = np.flatnonzero(corpus.drop_reasons == DropReason.IN_TEST)
    copies = {corpus.token_ids(int(row)).tobytes() for row in dropped}
    alone = np.array(
        [corpus.token_ids(int(row)).tobytes() not in copies for row in predictions.rows]
    )
    if alone.all():
        return None
    labels, said = predictions.labels[alone], predictions.probabilities[alone]
    figures = Evaluation.of(labels, said).to_json()
    kept = ("reviews", "accuracy", "accuracy_low", "accuracy_high")
    return {"copies": int((~alone).sum()), **{name: figures[name] for name in kept}}


def account_of(
    recipe: Recipe,
    corpus: PreparedCorpus,
    network: Network,
    events: dict[str, list[dict[str, Any]]],
    command: str,
) -> dict[str, Any]:
    """What training.json says: enough to do it again, and to know what was done."""
    epochs = events.get("EpochEvent", [])
    speeds = [event["words_per_second"] for event in events.get("StepEvent", [])]
    end = next(iter(events.get("EndEvent", [])), None)
    named = replace(recipe, source=Path(recipe.source).name)  # no path of somebody's machine
    best = min(epochs, key=lambda epoch: epoch["valid_loss"], default=None)
    return {
        "recipe": named.to_json(),
        "command": command,
        "corpus": corpus.name,
        "data_fingerprint": corpus.fingerprint,
        "split_rule": corpus.report.split,
        "parts": corpus.report.parts,
        "dropped": corpus.report.dropped,
        "vocabulary_size": len(corpus.vocabulary),
        "parameters": network.parameter_count(),
        "encoder_parameters": (
            encoder_parameters(recipe.network) if isinstance(network, SentimentClassifier) else None
        ),
        "epochs": len(epochs),
        "best_epoch": best["epoch"] if best else 0,
        "end": end["reason"] if end else "stopped on request",
        "seconds": epochs[-1]["seconds"] if epochs else 0.0,
        "words_per_second": statistics.median(speeds) if speeds else None,
        "seed": recipe.training.seed,
        "torch": torch.__version__,
        "date": time.strftime("%Y-%m-%d"),
    }
