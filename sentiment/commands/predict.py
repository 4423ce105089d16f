"""Predict Positive or Negative, with a probability, for each text."""

import argparse
import json
import sys

from sentiment.commands.options import add_json, add_model, add_settings, settings_from
from sentiment.encoding.settings import SequenceConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "texts",
        nargs="*",
        metavar="TEXT",
        help="reviews. Default: standard input, one review per line",
    )
    add_model(parser)
    add_settings(parser, SequenceConfig(), default_from="the model")
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    from sentiment.inspection.predictor import Predictor

    texts = arguments.texts or [line for line in sys.stdin.read().split("\n") if line.strip()]
    predictor = Predictor.load(arguments.model)
    sequence = settings_from(arguments, predictor.sequence)
    predictions = predictor.predict(texts, sequence)
    if arguments.json:
        print(json.dumps([prediction.to_json() for prediction in predictions]))
        return
    for text, prediction in zip(texts, predictions, strict=True):
        uncertain = " (uncertain)" if prediction.uncertain else ""
        shown = text if len(text) <= 60 else text[:59] + "…"
        print(f"{prediction.label}{uncertain}  {prediction.confidence:.1%}  {shown}")
        for note in prediction.notes:
            print(f"  {note}")
