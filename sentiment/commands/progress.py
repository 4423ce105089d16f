"""Progress bars on standard error, or the progress file of a job."""

import argparse
import sys
from typing import Any

from tqdm import tqdm

from sentiment.runs.jobs import Job


def progress_for(arguments: argparse.Namespace) -> "ProgressBars | Job":
    """The job folder of `--report` if the app started the command, else progress bars."""
    return Job(arguments.report) if arguments.report else ProgressBars()


class ProgressBars:
    """One progress bar per stage; silent if standard error is not a terminal."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None
        self.stage = ""

    def __call__(self, stage: str, done: float, total: float) -> None:
        if stage != self.stage or self.bar is None:
            self.close()
            self.stage = stage
            self.bar = tqdm(
                desc=f"{stage:<11}", total=total, unit_scale=True, file=sys.stderr, disable=None
            )
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
