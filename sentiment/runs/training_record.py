"""The training record of a run, from its recipe, corpus and events."""

import platform
import statistics
import time
from dataclasses import replace

import numpy as np
import torch

from sentiment.corpus.classes import Classes
from sentiment.corpus.review import Split
from sentiment.corpus.table_files import short_name
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.splitting import text_numbers
from sentiment.evaluation.metrics import Evaluation
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.matching import encoder_parameters
from sentiment.networks.precision import uses_bfloat16
from sentiment.networks.training_record import SplitTexts, SubsetAccuracy, TrainingRecord
from sentiment.runs.event_log import Events
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.distributed import ProcessGroup


def training_record(
    recipe: Recipe,
    corpus: PreparedCorpus,
    network: Network,
    events: Events,
    *,
    command: str,
    initialization: str,
    hardware: str,
    precision: str,
) -> TrainingRecord:
    """The record without the fields that are measured after training."""
    epochs = events.get("EpochEvent", [])
    speeds = [event["words_per_second"] for event in events.get("StepEvent", [])]
    end = next(iter(events.get("EndEvent", [])), None)
    best = min(epochs, key=lambda epoch: epoch["valid_loss"], default=None)
    public_recipe = replace(recipe, source=short_name(recipe.source))  # a path may name a person
    is_classifier = isinstance(network, SentimentClassifier)
    return TrainingRecord(
        recipe=public_recipe.to_json(),
        command=command,
        corpus=corpus.name,
        data_fingerprint=corpus.fingerprint,
        split_rule=corpus.report.split_rule,
        splits=corpus.report.splits,
        dropped=corpus.report.dropped,
        texts=split_texts(corpus, recipe.sequence.sequence_length),
        corrected=corpus.report.corrected,
        vocabulary_size=len(corpus.vocabulary),
        parameters=network.parameter_count(),
        encoder_parameters=encoder_parameters(recipe.network) if is_classifier else None,
        initialization=initialization,
        epochs=len(epochs),
        best_epoch=best["epoch"] if best else 0,
        stop_reason=end["reason"] if end else "stopped on request",
        seconds=epochs[-1]["seconds"] if epochs else 0.0,
        words_per_second=statistics.median(speeds) if speeds else None,
        seed=recipe.training.seed,
        hardware=hardware,
        precision=precision,
        torch=torch.__version__,
        date=time.strftime("%Y-%m-%d"),
    )


def split_texts(corpus: PreparedCorpus, sequence_length: int) -> dict[str, SplitTexts]:
    """Split -> lengths and languages of its reviews, for splits with reviews."""
    report = corpus.report
    texts = {}
    for split in Split:
        if len(rows := corpus.rows(split)):
            lengths = LengthHistogram.of(corpus.lengths[rows])
            texts[split.title] = SplitTexts(
                reviews=len(rows),
                short=lengths.percentile(5),
                median=lengths.percentile(50),
                long=lengths.percentile(95),
                truncated=lengths.sequence_effect(sequence_length).truncated_reviews,
                language_checked=report.language_checked[split.title],
                other_languages=report.other_languages[split.title],
            )
    return texts


def precision_of(network: Network, config: TrainConfig, device: torch.device) -> str:
    """Precision of the matrix products in training; float32 for a bag of words."""
    is_classifier = isinstance(network, SentimentClassifier)
    half = is_classifier and uses_bfloat16(config.precision, device.type)
    return "bfloat16" if half else "float32"


def hardware_of(device: torch.device, group: ProcessGroup) -> str:
    """The GPU, or the CPU with its number of threads, and the number of processes if several."""
    processes = f", {group.world_size} processes" if group.world_size > 1 else ""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device) + processes
    return f"{platform.machine()} CPU, threads: {torch.get_num_threads()}{processes}"


def without_duplicates(
    corpus: PreparedCorpus, predictions: TestPredictions, classes: Classes
) -> SubsetAccuracy | None:
    """Accuracy on the test reviews whose text is not also in the official training split.

    None if all or none are such reviews.
    """
    dropped = corpus.drop_reasons == DropReason.IN_TEST
    if not dropped.any():
        return None
    numbers = text_numbers(corpus.all_texts())
    unique = ~np.isin(numbers[predictions.rows], numbers[dropped])
    if unique.all() or not unique.any():
        return None
    result = Evaluation.of(predictions.labels[unique], predictions.probabilities[unique], classes)
    return SubsetAccuracy(
        duplicates=int((~unique).sum()),
        reviews=result.reviews,
        accuracy=result.accuracy,
        accuracy_low=result.accuracy_low,
        accuracy_high=result.accuracy_high,
    )
