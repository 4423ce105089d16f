"""Write what runs measured for other programs: CSV, or the format of TensorBoard."""

import argparse
import sys
from pathlib import Path

from sentiment.errors import RunError
from sentiment.runs.comparison import events_csv
from sentiment.runs.run import EventLog, Run, all_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", metavar="RUN", help="ids; without any, every run")
    parser.add_argument(
        "--tensorboard",
        type=Path,
        metavar="FOLDER",
        help="write a folder a run there, instead of CSV to standard output "
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
        raise RunError("There is no run yet. `python -m sentiment train` makes one.")
    unknown = [given for given in ids if given not in known]
    if unknown:
        raise RunError(
            f"No run {', '.join(unknown)}. The newest are {', '.join(list(known)[:5])}; "
            "the Runs page shows their ids in brackets."
        )
    return [known[given] for given in ids or known]
