"""Say what a training will cost on this machine: parameters, memory, time."""

import argparse
import json
import sys

from sentiment.commands.options import StageBars, add_json, add_settings
from sentiment.commands.train import recipe_from
from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.runs.processes import step_back
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.presets import PRESETS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset", choices=PRESETS, default="sample", help="where the settings start from"
    )
    parser.add_argument("--source", help="as of train")
    parser.add_argument(
        "--recipe", choices=["-"], help="read all settings as JSON from standard input"
    )
    add_json(parser)
    add_settings(parser, TableConfig, PrepareConfig, SequenceConfig, NetworkConfig, TrainConfig)


def run(arguments: argparse.Namespace) -> None:
    if arguments.recipe:
        step_back()  # asked by the app, for a training that will step back too
    from sentiment.runs.estimate import estimate

    recipe = Recipe.from_json(json.load(sys.stdin)) if arguments.recipe else recipe_from(arguments)
    bars = StageBars()
    costs = estimate(recipe, bars)
    bars.close()
    if arguments.json:
        print(json.dumps(costs.to_json()))
        return
    print(f"parameters: {costs.parameters:,}")
    print(f"memory: {costs.memory / 2**20:,.0f} MiB")
    if costs.seconds is None:
        print("time: fitted in one go, in seconds")
    else:
        print(f"time: about {costs.seconds:,.0f} s for {costs.steps:,} steps")
