"""What follows a training: calibrate, measure, and write the model's folder."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.evaluation.calibration import Scaling, calibrate
from sentiment.evaluation.evaluate import evaluate
from sentiment.evaluation.metrics import Evaluation
from sentiment.evaluation.predictions import FILE as PREDICTIONS_FILE
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.inference import probabilities, seconds_per_review
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo, save_model
from sentiment.progress import StageProgress
from sentiment.runs.diagnostic_data import diagnostic_data
from sentiment.runs.model_card import model_card
from sentiment.runs.training_record import without_copies
from sentiment.training.config import Recipe


@dataclass(frozen=True)
class Order:
    """What was asked for besides the recipe."""

    folder: Path  # of the model
    name: str  # on its card
    command: str  # of a shell, to be repeated; empty for a training that the app launched
    weights_dtype: torch.dtype | None  # how the weights are stored, None for as they are


def measure_and_save(
    network: Network,
    corpus: PreparedCorpus,
    recipe: Recipe,
    datasets: dict[Split, ReviewDataset],
    account: dict[str, Any],
    order: Order,
    progress: StageProgress,
) -> ModelInfo:
    """Calibrate on valid, measure on valid and test, and write the folder in one step.

    account: what training.json says so far. Raises StorageError.
    """
    valid, test = datasets[Split.VALID], datasets[Split.TEST]
    scaling, moved = Scaling(1.0, 0.0), None
    if isinstance(network, SentimentClassifier):
        scaling = calibrate(network, valid)
    if order.weights_dtype:
        exact = evaluate(network, valid).accuracy
        network.to(order.weights_dtype).float()  # measure what will be stored
        moved = evaluate(network, valid).accuracy - exact
    metrics, scored = {}, {}
    for split, dataset in ((Split.VALID, valid), (Split.TEST, test)):
        scored[split] = probabilities(
            network, dataset, lambda done, total: progress("Evaluating", done, total)
        )
        metrics[split.title] = Evaluation.of(dataset.labels, scored[split]).to_json()
    network.to(torch.device("cpu"))  # where it will be used
    predictions = TestPredictions(test.rows, test.labels, test.lengths, scored[Split.TEST])
    training = account | {
        "test_without_copies": without_copies(corpus, predictions),
        "temperature": scaling.temperature,
        "shift": scaling.shift,
        "valid_accuracy_moved_by_storage": moved,
        "milliseconds_per_review": 1e3 * seconds_per_review(network, test),
        **diagnostic_data(corpus, network, valid),
    }
    progress("Saving", 0, 1)
    return save_model(
        order.folder,
        network,
        corpus.vocabulary,
        recipe.sequence,
        training,
        metrics,
        model_card(order.name, recipe.network, training, metrics),
        order.weights_dtype,
        files={PREDICTIONS_FILE: predictions.to_bytes()},
    )
