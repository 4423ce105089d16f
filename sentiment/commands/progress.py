"""Progress bars on standard error, or the progress file of a job."""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from sentiment.dataset.classes import few_reviews
from sentiment.runs.event_log import PartsEvent
from sentiment.runs.jobs import Job
from sentiment.runs.run import Status

if TYPE_CHECKING:
    from sentiment.training.events import Event


def progress_for(arguments: argparse.Namespace) -> "ProgressBars | Job":
    """The job folder of `--report` if the app started the command, else progress bars."""
    return Job(arguments.report) if arguments.report else ProgressBars()


class ProgressBars:
    """One progress bar per stage; silent without a terminal. What follows a colon in the name of a
    stage can change."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None
        self.stage = ""

    def __call__(self, stage: str, done: float, total: float) -> None:
        if self.bar is None or stage.partition(":")[0] != self.stage.partition(":")[0]:
            self.close()
            self.bar = tqdm(
                desc=f"{stage:<11}", total=total, unit_scale=True, file=sys.stderr, disable=None
            )
        if stage != self.stage:
            self.stage = stage
            self.bar.set_description(f"{stage:<11}", refresh=False)
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def show_status(self, status: Status) -> None:
        """Show the progress of a run."""
        if status.active:
            self(status.stage, round(status.progress * 100), 100)

    def show_event(self, event: "Event | PartsEvent") -> None:
        """Print classes with few reviews, metrics of an epoch, and the end on standard error."""
        from sentiment.training.events import EndEvent, EpochEvent

        if isinstance(event, PartsEvent):
            for line in few_reviews(event.splits, event.classes.names):
                self.close()
                print(line, file=sys.stderr, flush=True)
        elif isinstance(event, EpochEvent):
            self.close()
            print(
                f"epoch {event.epoch}: train loss {event.train_loss:.4f}, accuracy "
                f"{event.train_accuracy:.2%}; valid loss {event.valid_loss:.4f}, accuracy "
                f"{event.valid_accuracy:.2%}, macro-F1 {event.valid_macro_f1:.4f}"
                f"{' (best)' if event.improved else ''}; "
                f"{event.seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )
        elif isinstance(event, EndEvent):
            print(f"Ended: {event.reason}. Best epoch: {event.best_epoch}.", file=sys.stderr)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
