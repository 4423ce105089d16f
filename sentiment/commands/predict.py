"""Positive or Negative, with a probability, for each text given."""

import argparse
import json
import sys

from sentiment.commands.options import add_json, add_settings, with_settings
from sentiment.encoding.settings import SequenceConfig
from sentiment.networks.model_folder import DEFAULT_MODEL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "texts", nargs="*", metavar="TEXT", help="reviews; none: one a line from standard input"
    )
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"default: {DEFAULT_MODEL}")
    add_settings(parser, SequenceConfig)
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    from sentiment.inspection.predictor import Predictor

    texts = arguments.texts or [line for line in sys.stdin.read().split("\n") if line.strip()]
    predictor = Predictor.load(arguments.model)
    sequence = with_settings(predictor.sequence, arguments)
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
