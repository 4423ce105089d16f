"""The status of a run, reported while it trains."""

import os
import time
from collections.abc import Callable

from sentiment.runs.queue import RunState
from sentiment.runs.run import Run, Status

HEARTBEAT_SECONDS = 1.0


class Reporter:
    """Reports the status of a run to its table and to an optional listener."""

    def __init__(self, run: Run, listener: Callable[[Status], None] | None = None):
        self.run = run
        self.listener = listener
        self.stage, self.progress, self.last_report = "Starting", 0.0, 0.0

    def update(self, stage: str, done: float, total: float) -> None:
        """Report progress within a stage, at most once per second unless the stage changes."""
        now = time.monotonic()
        progress = done / total if total else 1.0
        if stage == self.stage and now - self.last_report < HEARTBEAT_SECONDS and progress < 1:
            return
        self.stage, self.progress, self.last_report = stage, progress, now
        self.set_state("running")

    def set_state(self, state: RunState, message: str = "") -> None:
        self.run.set_status(state, self.stage, self.progress, message)
        if self.listener:
            self.listener(Status(state, self.stage, self.progress, message, os.getpid()))
