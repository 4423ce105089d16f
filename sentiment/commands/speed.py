"""Measure words per second of each architecture, relative to an LSTM."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from sentiment import atomic
from sentiment.commands.options import add_json
from sentiment.evaluation.shipped_tables import SpeedResult, SpeedTable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the results as JSON")
    add_json(parser)
    parser.epilog = "Takes a few minutes. Run nothing else on the machine meanwhile."


def run(arguments: argparse.Namespace) -> None:
    import torch

    from sentiment.evaluation.encoder_speed import WIDTH, speed_table

    results: list[SpeedResult] = []
    out = sys.stderr if arguments.json else sys.stdout
    print(f"{'':<12}{'layers':>6}{'steps':>7}{'':>10}{'words/s':>12}{'training':>12}", file=out)
    for result in speed_table():
        results.append(result)
        print(
            f"{result.architecture:<12}{result.layers:>6}{result.steps:>7}{result.precision:>10}"
            f"{result.forward:>12,.0f}{result.training:>12,.0f}   "
            f"{result.forward_ratio:.2f}× and {result.training_ratio:.2f}× of an LSTM",
            file=out,
            flush=True,
        )
    table = asdict(SpeedTable(WIDTH, torch.get_num_threads(), results))
    if arguments.save:
        atomic.write_json(arguments.save, table, indent=1)
    if arguments.json:
        print(json.dumps(table))
