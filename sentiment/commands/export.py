"""Export the curves of runs as CSV (standard output) or as TensorBoard logs."""

import argparse
import sys
from pathlib import Path

from sentiment.errors import RunError
from sentiment.runs.comparison import events_csv
from sentiment.runs.run import EventLog, Run, all_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="ids of runs. Default: all")
    parser.add_argument(
        "--tensorboard",
        type=Path,
        metavar="FOLDER",
        help="write TensorBoard logs, one subfolder per run "
        "(needs `pip install -r requirements-tracking.txt`)",
    )


def run(arguments: argparse.Namespace) -> None:
    chosen = _runs(arguments.runs)
    if arguments.tensorboard is None:
        sys.stdout.write(events_csv({one.id: EventLog(one).read() for one in chosen}))
        return
    from sentiment.runs.tensorboard import write_log

    for one in chosen:
        print(write_log(one, arguments.tensorboard))


def _runs(ids: list[str]) -> list[Run]:
    known = {run.id: run for run in all_runs()}
    if not known:
        raise RunError("There are no runs. Start one with `python -m sentiment train`.")
    unknown = [given for given in ids if given not in known]
    if unknown:
        raise RunError(
            f"Unknown run {', '.join(unknown)}. The newest runs are "
            f"{', '.join(list(known)[:5])}; the Runs page shows the ids of all."
        )
    return [known[given] for given in ids or known]
