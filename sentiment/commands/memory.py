"""Memory task: recall the first token after N distractor tokens, for every architecture."""

import argparse
import json
import sys
from pathlib import Path

from sentiment import atomic
from sentiment.commands.options import add_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--full", action="store_true", help="more distances and three seeds; about 20 minutes"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the results as JSON")
    add_json(parser)
    parser.epilog = (
        "Without --full, a small version takes under two minutes. Chance accuracy is 50 %."
    )


def run(arguments: argparse.Namespace) -> None:
    from sentiment.evaluation.memory_task import FULL, SMALL, memory_task, skip_connections

    size = FULL if arguments.full else SMALL
    results = []
    total = size.experiments
    for result in memory_task(size):
        results.append(result.to_json())
        if arguments.save:  # after each result, so that the Memory page can show it
            table = {
                **size.to_json(),
                "experiments": total,
                "skip_connections": skip_connections(),
                "results": results,
            }
            atomic.write_json(arguments.save, table, indent=1)
        if not arguments.json:
            print(
                f"{result.contender:<20}{result.distractors:>6} distractors, seed {result.seed}: "
                f"{result.accuracy:>7.1%} after {result.steps:>4} steps, {result.seconds:.1f} s",
                file=sys.stderr if arguments.save else sys.stdout,
                flush=True,
            )
    if arguments.json:
        print(json.dumps(results))
