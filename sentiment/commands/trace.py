"""Show every gate and state of a network, and the probability, at every word of a text."""

import argparse
import json
from pathlib import Path

from sentiment import atomic
from sentiment.commands.options import (
    add_class,
    add_json,
    add_model,
    add_settings,
    class_code,
    model_named,
    settings_from,
)
from sentiment.encoding.settings import SequenceConfig
from sentiment.networks.model_folder import ModelInfo


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="one review")
    add_model(parser)
    parser.add_argument("--save", type=Path, metavar="FILE.npz", help="write all arrays")
    parser.add_argument(
        "--bundle",
        type=Path,
        metavar="FILE.zip",
        help="write the arrays, the weights and a script that recomputes them",
    )
    parser.add_argument("--html", type=Path, metavar="FILE.html", help="write a report with charts")
    add_class(parser, "to explain", default="the verdict")
    add_settings(parser, SequenceConfig(), default_from="the model")
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    from sentiment.charts.review_report import review_report
    from sentiment.inspection.bundle import bundle
    from sentiment.inspection.predictor import Predictor
    from sentiment.inspection.trace import BEFORE_ANY_WORD

    info = ModelInfo.read(model_named(arguments.model))
    predictor = Predictor.load(info.folder)
    label = class_code(info.classes, arguments.label)
    sequence = settings_from(arguments, predictor.sequence)
    trace = predictor.trace(arguments.text, sequence, label)
    if arguments.save:
        trace.save(arguments.save)
    if arguments.bundle:
        atomic.write_bytes(arguments.bundle, bundle(predictor, info, trace))
    if arguments.html:
        atomic.write_bytes(arguments.html, review_report(info.name, trace).encode())
    if arguments.json:
        print(json.dumps(trace.to_json()))
        return
    names = ", ".join(f"{quantity.symbol} {quantity.name}" for quantity in trace.quantities)
    print(
        f"Mean over the units of each layer: {names}. P: probability of {trace.name} up to this "
        "word."
    )
    for layer in trace.layers:
        print(f"\nlayer {layer.layer + 1}, {layer.direction}")
        symbols = [one.symbol for one in trace.quantities if one.symbol in layer.values]
        heading = "".join(f"{symbol:>8}" for symbol in symbols)
        print(f"{'word':<18}{'id':>7}  {heading}       P")
        means = [layer.values[symbol].mean(axis=1) for symbol in symbols]
        print(f"{BEFORE_ANY_WORD:<25}  {'':>{len(heading)}}  {trace.curve_before:>6.1%}")
        words = zip(trace.encoded.kept_tokens, trace.encoded.kept_ids, strict=True)
        for step, (word, index) in enumerate(words):
            row = "".join(f"{mean[step]:>8.3f}" for mean in means)
            print(f"{word[:17]:<18}{index:>7}  {row}  {trace.curve[step]:>6.1%}")
    verdict = trace.prediction
    print(f"\n{verdict.name}, {verdict.probability:.1%}")
    if len(verdict.classes.shown) > 1:
        of = zip(verdict.classes.names, verdict.probabilities, strict=True)
        print(", ".join(f"{name} {probability:.1%}" for name, probability in of))
    if arguments.save:
        print(f"Arrays: {arguments.save}")
