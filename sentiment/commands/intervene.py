"""Clamp gates, freeze units or reset the cell state, and measure the effect on accuracy."""

import argparse
import json

from sentiment.commands.options import add_json, add_model_and_data, model_named, table_from
from sentiment.commands.progress import progress_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_and_data(parser)
    parser.add_argument(
        "--set",
        dest="interventions",
        action="append",
        required=True,
        metavar="INTERVENTION",
        help="f=1 sets the forget gate to 1, f*0.5 halves it, c[3,8-11]=mean freezes units at "
        "their mean, c@12=0 resets the cell state at word 12; 2.backward.f=1 is for one layer and "
        "direction. Separate several with semicolons, or repeat --set",
    )
    add_json(parser)
    parser.epilog = (
        "Measured on the test split, with the corpus split as for the training of the model. "
        "Results are cached."
    )


def run(arguments: argparse.Namespace) -> None:
    from sentiment.inspection.intervention_effects import measure_effect
    from sentiment.inspection.interventions import parse
    from sentiment.networks.model_folder import ModelInfo

    progress = progress_for(arguments)
    info = ModelInfo.read(model_named(arguments.model))
    interventions = parse(";".join(arguments.interventions), info.load()[0])
    effect = measure_effect(
        info, arguments.data, interventions, progress, table=table_from(arguments)
    )
    progress.close()
    if arguments.json:
        print(json.dumps({"model": info.name, **effect.to_json()}))
    else:
        print(f"{info.name}, {effect.interventions or 'no intervention'}\n{effect.finding}")
