"""Accuracy, calibration and other metrics of a model on one split of a corpus."""

import argparse
import json
from dataclasses import asdict
from typing import get_args

from sentiment.commands.options import add_json, add_model_and_data, table_from
from sentiment.commands.progress import ProgressBars
from sentiment.corpus.review import Split
from sentiment.networks.config import Precision


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_and_data(parser)
    parser.add_argument(
        "--precision",
        choices=get_args(Precision),
        default="float32",
        help="precision of matrix products. auto uses bfloat16 if the processor supports it: "
        "faster, and probabilities can differ in the third digit. Default: float32",
    )
    parser.add_argument(
        "--split", choices=["train", "valid", "test"], default="test", help="Default: test"
    )
    add_json(parser)
    parser.epilog = "The corpus is split as for the training of the model."


def run(arguments: argparse.Namespace) -> None:
    from sentiment.dataset.batches import ReviewDataset
    from sentiment.dataset.classes import require_both_classes
    from sentiment.dataset.prepare import prepare
    from sentiment.evaluation.comparison import accuracy_by_length
    from sentiment.evaluation.metrics import Evaluation, auc_text
    from sentiment.evaluation.predictions import TestPredictions
    from sentiment.networks.inference import probabilities
    from sentiment.networks.model_folder import ModelInfo, model_folder
    from sentiment.training.config import Recipe

    bars = ProgressBars()
    info = ModelInfo.read(model_folder(arguments.model))
    network, vocabulary = info.load()
    corpus = prepare(
        arguments.data,
        Recipe.from_json(info.training.recipe).prepare,
        progress=bars,
        table=table_from(arguments),
        tokenizer=info.tokenizer,
    )
    rows = corpus.rows(Split[arguments.split.upper()])
    require_both_classes(corpus.labels[rows], f"The {arguments.split} split of {corpus.name}")
    dataset = ReviewDataset.of_texts(
        corpus.texts(rows), corpus.labels[rows], vocabulary, info.sequence
    )
    p = probabilities(
        network,
        dataset,
        lambda done, total: bars("Evaluating", done, total),
        arguments.precision,
    )
    bars.close()
    figures = Evaluation.of(dataset.labels, p)
    lengths = accuracy_by_length(TestPredictions(rows, dataset.labels, dataset.lengths, p))
    if arguments.json:
        about = {"model": info.name, "split": arguments.split, **figures.to_json()}
        print(json.dumps(about | {"by_length": [asdict(entry) for entry in lengths]}))
        return
    print(
        f"{info.name} on the {arguments.split} split of {corpus.name}: "
        f"{figures.reviews:,} reviews\n"
        f"accuracy           {figures.accuracy:.2%} (95 % interval {figures.accuracy_low:.2%} to "
        f"{figures.accuracy_high:.2%})\n"
        f"loss               {figures.loss:.4f}\n"
        f"precision, recall  {figures.precision:.4f}, {figures.recall:.4f}\n"
        f"F1                 {figures.f1:.4f}\n"
        f"ROC AUC            {auc_text(figures.auc)}\n"
        f"calibration error  {figures.calibration_error:.2%}\n"
        f"confusion matrix   {figures.true_negatives:,} true negative, "
        f"{figures.false_positives:,} false positive,\n"
        f"                   {figures.true_positives:,} true positive, "
        f"{figures.false_negatives:,} false negative"
    )
    for entry in lengths:
        print(
            f"{entry.title + ' words':<19}{entry.accuracy:.2%} ({entry.accuracy_low:.2%} to "
            f"{entry.accuracy_high:.2%}) of {entry.reviews:,} reviews"
        )
