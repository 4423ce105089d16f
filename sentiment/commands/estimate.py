"""Estimate parameters, memory and time of a training on this machine."""

import argparse
import json
import sys

from sentiment.commands.options import add_json, add_recipe, recipe_from
from sentiment.commands.progress import ProgressBars
from sentiment.runs.processes import lower_priority
from sentiment.training.config import Recipe


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe(parser)
    parser.add_argument(
        "--recipe",
        choices=["-"],
        help="read all settings as JSON from standard input (used by the app)",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    if arguments.recipe:
        lower_priority()  # as a training started by the app
    from sentiment.runs.estimate import estimate

    recipe = Recipe.from_json(json.load(sys.stdin)) if arguments.recipe else recipe_from(arguments)
    bars = ProgressBars()
    costs = estimate(recipe, bars)
    bars.close()
    if arguments.json:
        print(json.dumps(costs.to_json()))
        return
    print(f"parameters: {costs.parameters:,}")
    print(f"memory: {costs.memory / 2**20:,.0f} MiB")
    if costs.seconds is None:
        print("time: seconds (fitted in one pass)")
    else:
        print(f"time: about {costs.seconds:,.0f} s for {costs.steps:,} steps")
