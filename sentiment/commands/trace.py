"""What the network did with every word of a text: gates, states, probability."""

import argparse
import json
from pathlib import Path

from sentiment.commands.options import add_json, add_settings, with_settings
from sentiment.encoding.settings import SequenceConfig
from sentiment.networks.model_folder import DEFAULT_MODEL


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="one review")
    parser.add_argument("--model", default=DEFAULT_MODEL, help=f"default: {DEFAULT_MODEL}")
    parser.add_argument("--save", type=Path, metavar="FILE.npz", help="keep every array")
    add_settings(parser, SequenceConfig)
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    from sentiment.inspection.predictor import Predictor

    predictor = Predictor.load(arguments.model)
    trace = predictor.trace(arguments.text, with_settings(predictor.sequence, arguments))
    if arguments.save:
        trace.save(arguments.save)
    if arguments.json:
        print(json.dumps(trace.to_json()))
        return
    names = ", ".join(f"{quantity.symbol} {quantity.name}" for quantity in trace.quantities)
    print(f"Means over the units of each layer: {names}. P: probability of Positive so far.")
    for layer in trace.layers:
        print(f"\nlayer {layer.layer + 1}, {layer.direction}")
        symbols = "".join(f"{symbol:>8}" for symbol in layer.values)
        print(f"{'word':<18}{'id':>7}  {symbols}       P")
        means = {symbol: values.mean(axis=1) for symbol, values in layer.values.items()}
        for step, (word, index) in enumerate(
            zip(trace.reading.kept_tokens, trace.reading.kept_ids, strict=True)
        ):
            row = "".join(f"{mean[step]:>8.3f}" for mean in means.values())
            print(f"{word[:17]:<18}{index:>7}  {row}  {trace.probabilities[step]:>6.1%}")
    verdict = trace.prediction
    print(f"\n{verdict.label}, {verdict.confidence:.1%}")
    if arguments.save:
        print(f"Every array: {arguments.save}")
