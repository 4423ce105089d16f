"""Clamp gates, freeze units, empty the memory, and measure what it does to a model's verdicts."""

import argparse
import json

from sentiment.commands.options import (
    add_json,
    add_model_and_data,
    progress_of,
    table_config,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_and_data(parser)
    parser.add_argument(
        "--set",
        dest="interventions",
        action="append",
        required=True,
        metavar="INTERVENTION",
        help="f=1 sets the forget gates to 1, f*0.5 halves them, c[3,8-11]=mean freezes units, "
        "c@12=0 empties the memory at the twelfth word; 2.backward.f=1 is for one layer and "
        "direction. Several: with semicolons, or --set again",
    )
    add_json(parser)
    parser.epilog = (
        "Measured on the test part, split as for the model's own training. What was measured is "
        "kept and not measured again."
    )


def run(arguments: argparse.Namespace) -> None:
    from sentiment.inspection.intervention_effects import measure
    from sentiment.inspection.interventions import parse
    from sentiment.networks.model_folder import ModelInfo, model_folder

    progress = progress_of(arguments)
    info = ModelInfo.read(model_folder(arguments.model))
    interventions = parse(";".join(arguments.interventions), info.load()[0])
    effect = measure(info, arguments.data, interventions, progress, table=table_config(arguments))
    progress.close()
    if arguments.json:
        print(json.dumps({"model": info.name, **effect.to_json()}))
    else:
        print(f"{info.name}, {effect.interventions or 'nothing changed'}\n{effect.finding}")
