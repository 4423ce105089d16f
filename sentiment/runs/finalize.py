"""Last stage of a run: calibrate the network, evaluate it, and save the model folder."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
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
from sentiment.networks.training_record import TrainingRecord
from sentiment.progress import StageProgress
from sentiment.runs.diagnostic_data import diagnostic_data
from sentiment.runs.model_card import model_card
from sentiment.runs.training_record import without_duplicates
from sentiment.training.config import Recipe
from sentiment.training.training_set import class_weights


@dataclass(frozen=True)
class Output:
    """Where and how the model is saved."""

    folder: Path
    name: str  # on the model card
    command: str  # shell command that repeats the training; empty if launched from the app
    weights_dtype: torch.dtype | None  # of the stored weights; None for unchanged


def measure_and_save(
    network: Network,
    corpus: PreparedCorpus,
    recipe: Recipe,
    datasets: dict[Split, ReviewDataset],
    record: TrainingRecord,
    output: Output,
    progress: StageProgress,
) -> ModelInfo:
    """Calibrate on valid, evaluate on valid and test, and write the model folder in one step.

    A validation split without reviews of a class is not used for calibration. record: without the
    fields that are measured here. Raises StorageError.
    """
    valid, test = datasets[Split.VALID], datasets[Split.TEST]
    classes = corpus.classes
    scaling, storage_change = Scaling(1.0, []), None
    # Without reviews of a class, a shift away from it would always be best.
    if isinstance(network, SentimentClassifier) and len(np.unique(valid.labels)) == len(classes):
        weights = None
        if recipe.training.balanced_classes:
            weights = class_weights(datasets[Split.TRAIN], len(classes))
        scaling = calibrate(network, valid, weights)
    if output.weights_dtype:
        exact = evaluate(network, valid, classes).accuracy
        network.to(output.weights_dtype).float()  # evaluate the weights as they are stored
        storage_change = evaluate(network, valid, classes).accuracy - exact
    metrics, predicted = {}, {}
    for split, dataset in ((Split.VALID, valid), (Split.TEST, test)):
        predicted[split] = probabilities(
            network, dataset, lambda done, total: progress("Evaluating", done, total)
        )
        metrics[split.title] = Evaluation.of(dataset.labels, predicted[split], classes).to_json()
    network.to(torch.device("cpu"))  # inference runs there
    predictions = TestPredictions(test.rows, test.labels, test.lengths, predicted[Split.TEST])
    record = replace(
        record,
        temperature=scaling.temperature,
        shift=scaling.shift,
        milliseconds_per_review=1e3 * seconds_per_review(network, test),
        storage_accuracy_change=storage_change,
        test_without_duplicates=without_duplicates(corpus, predictions, classes),
        diagnostics=diagnostic_data(corpus, network, valid),
    )
    progress("Saving", 0, 1)
    return save_model(
        output.folder,
        network,
        corpus.vocabulary,
        classes,
        recipe.sequence,
        record,
        metrics,
        model_card(output.name, record, metrics, classes),
        output.weights_dtype,
        files={PREDICTIONS_FILE: predictions.to_bytes()},
    )
