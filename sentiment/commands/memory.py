"""Train every architecture on the memory task: recall the first token after N distractors."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from sentiment.commands.options import add_json
from sentiment.commands.progress import progress_for
from sentiment.evaluation.shipped_tables import MemoryResult


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--full", action="store_true", help="more distances and three seeds; about 20 minutes"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the results as JSON")
    add_json(parser)
    parser.epilog = (
        "Without --full, a small version takes under two minutes. Chance accuracy is 50%."
    )


def run(arguments: argparse.Namespace) -> None:
    from sentiment.evaluation.memory_task import FULL, SMALL, memory_task

    size = FULL if arguments.full else SMALL
    progress = progress_for(arguments) if arguments.report else None
    results: list[MemoryResult] = []
    for result in memory_task(size):
        results.append(result)
        if arguments.save:  # after each result, so that the Memory page can show it
            size.table(results).write(arguments.save)
        if progress:
            progress("Training", len(results), size.experiments)
        if not arguments.json:
            print(
                f"{result.contender:<20}{result.distractors:>6} distractors, seed {result.seed}: "
                f"{result.accuracy:>7.1%} after {result.steps:>4} steps, {result.seconds:.1f} s",
                file=sys.stderr if arguments.save else sys.stdout,
                flush=True,
            )
    if arguments.json:
        print(json.dumps([asdict(result) for result in results]))
