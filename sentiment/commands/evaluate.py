"""Measure a model on one part of a corpus."""

import argparse
import json

from sentiment.commands.options import StageBars, add_json, add_source, reading_options
from sentiment.corpus.review import Split
from sentiment.networks.model_folder import DEFAULT_MODEL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser, default="imdb")
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"default: {DEFAULT_MODEL}")
    parser.add_argument("--part", choices=["train", "valid", "test"], default="test")
    add_json(parser)
    parser.epilog = "The corpus is split as it was for the model's own training."


def run(arguments: argparse.Namespace) -> None:
    from sentiment.encoding.batching import ReviewDataset
    from sentiment.encoding.prepare import prepare
    from sentiment.networks.model_folder import ModelInfo, model_folder
    from sentiment.training.config import Recipe
    from sentiment.training.evaluate import evaluate

    bars = StageBars()
    info = ModelInfo.read(model_folder(arguments.model))
    network, vocabulary = info.load()
    corpus = prepare(
        arguments.source,
        Recipe.from_json(info.training["recipe"]).prepare,
        progress=bars,
        **reading_options(arguments),
    )
    rows = corpus.rows(Split[arguments.part.upper()])
    dataset = ReviewDataset.of_texts(
        corpus.texts(rows), corpus.labels[rows], vocabulary, info.sequence
    )
    figures = evaluate(network, dataset, lambda done, total: bars("Scoring", done, total))
    bars.close()
    if arguments.json:
        print(json.dumps({"model": info.name, "part": arguments.part, **figures.to_json()}))
        return
    print(
        f"{info.name} on the {arguments.part} part of {corpus.name}, {figures.reviews:,} reviews\n"
        f"accuracy           {figures.accuracy:.2%} (95 % interval {figures.accuracy_low:.2%} to "
        f"{figures.accuracy_high:.2%})\n"
        f"loss               {figures.loss:.4f}\n"
        f"precision, recall  {figures.precision:.4f}, {figures.recall:.4f}\n"
        f"F1                 {figures.f1:.4f}\n"
        f"ROC AUC            {figures.auc:.4f}\n"
        f"calibration error  {figures.calibration_error:.2%}\n"
        f"confusion          {figures.true_negatives:,} negative right, "
        f"{figures.false_positives:,} negative called positive,\n"
        f"                   {figures.true_positives:,} positive right, "
        f"{figures.false_negatives:,} positive called negative"
    )
