"""Average the weights of models that were trained from similar weights, and measure the result."""

import argparse
import shlex
import sys
from pathlib import Path

from sentiment.commands.new_model import print_model, require_new
from sentiment.commands.options import (
    SOURCE_HELP,
    add_json,
    add_settings,
    model_named,
    table_from,
)
from sentiment.commands.progress import ProgressBars
from sentiment.corpus.table_config import TableConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "models",
        nargs="+",
        metavar="MODEL",
        help="at least two names of models or of finished runs, or folders; "
        "one given twice has twice the weight",
    )
    parser.add_argument(
        "--data",
        default="imdb",
        metavar="SOURCE",
        help=f"the source of their trainings: {SOURCE_HELP}. Default: imdb",
    )
    parser.add_argument(
        "--output", type=Path, required=True, metavar="FOLDER", help="the model folder"
    )
    parser.add_argument("--half", action="store_true", help="store the weights as float16")
    add_json(parser)
    add_settings(parser, TableConfig())
    parser.epilog = (
        "If the trainings began with the same language model, or one with the result of the "
        "other, the average is often more accurate than each of them, and as fast as one. It is "
        "calibrated on the validation split."
    )


def run(arguments: argparse.Namespace) -> None:
    import torch

    from sentiment.networks.model_folder import ModelInfo
    from sentiment.runs.averaging import average
    from sentiment.runs.finalize import Output

    folder: Path = arguments.output
    require_new(folder)
    bars = ProgressBars()
    output = Output(
        folder,
        folder.name,
        shlex.join(["python", "-m", "sentiment", *sys.argv[1:]]),
        torch.float16 if arguments.half else None,
    )
    models = [ModelInfo.read(model_named(name)) for name in arguments.models]
    info = average(models, arguments.data, table_from(arguments), output, bars)
    bars.close()
    print_model(info, arguments.json)
