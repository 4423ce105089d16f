"""Training runs: one folder and one process each.

    recipe.json       all settings
    metrics.jsonl     one event per line, append-only
    log.txt           output of the process
    launch_run.txt    key of the torchrun launch, if there is one
    reserve           disk space, released to record why a run ended on a full disk
    stop              exists once a stop was requested
    model/            the finished model folder
    checkpoints/      the state to resume from; deleted when the run has finished
    pinned/           traces of some reviews at steps of the training (`pinned.py`)

State, process and queue position are in the table beside the folders (`queue.py`). Pages only read
these files, so they can be closed during a run.
"""

import contextlib
import json
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sentiment import atomic, stored
from sentiment.corpus.table_files import short_name
from sentiment.errors import RunError, SentimentError
from sentiment.listing import Listing, entries, list_items, modified, printable
from sentiment.networks.model_folder import CONFIG
from sentiment.places import runs_dir
from sentiment.runs import processes
from sentiment.runs.event_log import EventLog, Events
from sentiment.runs.queue import FILE, RunState, RunTable
from sentiment.settings import require
from sentiment.training.config import Recipe
from sentiment.wording import counted

MAX_NAME = 60  # characters
OWN_ID = re.compile(r"\d{8}-\d{6}-\d{3}-[0-9a-f]{4}")  # that a run gets in `launch.py`
LOG_TAIL = 600  # characters
RESERVED = 256 * 1024  # bytes: some pages of the table, its index, and the log


@dataclass(frozen=True)
class Status:
    """The status of a run, as its process last reported it."""

    state: RunState
    stage: str = "Ended"  # "Reading", "Training", …: shown in the UI
    progress: float = 0.0  # 0 to 1, within the stage
    message: str = ""  # why it failed or stopped
    pid: int = 0
    seconds_since_heartbeat: float = 0.0

    @property
    def active(self) -> bool:
        """Whether it is running or queued."""
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class Run:
    """A run, identified by its folder."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def has_model(self) -> bool:
        """Whether the training has saved its model."""
        return os.path.lexists(self.model / CONFIG)

    @property
    def table(self) -> RunTable:
        return RunTable(self.folder.parent)

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def name(self) -> str:
        """The name that the user gave it or its folder, else its architecture and the end of its
        id."""
        return _given_names(self.folder.parent).get(self.id) or self._default_name()

    def _default_name(self) -> str:
        try:
            kind = self.recipe().network.architecture
        except SentimentError:
            kind = "damaged"
        if OWN_ID.fullmatch(self.id):
            return f"{kind} {self.id[-4:]}"
        return printable(f"damaged {self.id}" if kind == "damaged" else self.id)

    def about(self) -> str:
        """When it was launched, on which reviews, and its units."""
        moment = time.localtime(modified(self.folder / "recipe.json"))
        launched = time.strftime("%Y-%m-%d %H:%M", moment)
        try:
            recipe = self.recipe()
        except SentimentError:
            return launched
        units = counted(recipe.network.hidden_size, "unit")
        return f"{launched}, {short_name(recipe.source)}, {units}"

    def recipe(self) -> Recipe:
        """The settings in recipe.json. Raises RunError if they are missing or damaged."""
        return stored.read_json(self.folder / "recipe.json", Recipe, RunError, self._remedy)

    def status(self) -> Status:
        """The current status; never raises, so that one damaged folder does not hide other runs.

        A run whose process has ended without a report is "interrupted".
        """
        try:
            self.recipe()
            row = self.table.get(self.id)
        except SentimentError as error:
            return Status("damaged", message=str(error))
        if row is None:  # the table was lost
            done = self.has_model
            return Status("finished", message="done") if done else _interrupted(self)
        if row.state in ("queued", "running") and not row.process_alive:
            return _interrupted(self, row.progress)
        silence = max(0.0, time.time() - row.heartbeat)  # the clock may have been set back
        return Status(row.state, row.stage, row.progress, row.message, row.pid, silence)

    def set_status(self, state: RunState, stage: str, progress: float, message: str = "") -> None:
        """Report the status to the table; this process becomes the run's process."""
        self.table.update(
            self.id,
            state=state,
            stage=stage,
            progress=progress,
            message=message,
            heartbeat=time.time(),
            pid=os.getpid(),
            started=processes.start_time(os.getpid()),
        )

    def queue_position(self) -> int:
        """1 for the next run to start, 0 for a run that is not queued."""
        return self.table.queue_position(self.id)

    def rename(self, name: str) -> None:
        """Set the name; empty for none. Raises ConfigError if it is too long or not printable."""
        name = " ".join(name.split())
        require(
            len(name) <= MAX_NAME and name.isprintable(),
            f"The name has {len(name)} characters; expected at most {MAX_NAME}, all printable.",
        )
        self.table.update(self.id, name=name)

    def delete(self) -> None:
        """Delete the run with model and checkpoints. Raises RunError if it is running or queued."""
        if self.status().active:
            raise RunError(
                f"The run {self.name()} is running or queued. Stop it before you delete it."
            )
        shutil.rmtree(self.folder)
        self.table.delete(self.id)

    def append(self, event: Any) -> None:
        """Append one event (a dataclass) to metrics.jsonl. Raises StorageError."""
        line = json.dumps({"kind": type(event).__name__, **asdict(event)}, allow_nan=False)
        atomic.append_line(self.folder / "metrics.jsonl", line)

    def events(self) -> Events:
        """All events so far. Raises RunError if metrics.jsonl is damaged."""
        return self.event_log().read()

    def event_log(self) -> EventLog:
        return EventLog(self.folder / "metrics.jsonl", self._remedy)

    def rewind(self, step: int, epoch: int) -> None:
        """Delete the step events after `step`, the epoch events from `epoch` on, and the end.

        Training repeats them when it resumes from there.
        """
        kept = [
            json.dumps({"kind": kind, **event}, allow_nan=False)
            for kind, events in self.events().items()
            for event in events
            if kind == "PartsEvent"
            or (kind == "StepEvent" and event["step"] <= step)
            or (kind == "EpochEvent" and event["epoch"] < epoch)
        ]
        text = "".join(f"{line}\n" for line in kept)
        atomic.write_bytes(self.folder / "metrics.jsonl", text.encode())

    def reserve_disk_space(self) -> None:
        """Occupy some disk space, so that the last status can be written on a full disk."""
        with contextlib.suppress(OSError):
            (self.folder / "reserve").write_bytes(bytes(RESERVED))

    def release_disk_space(self) -> None:
        (self.folder / "reserve").unlink(missing_ok=True)

    def delete_temporary_files(self) -> None:
        """Delete partly written files of a killed process; call it while no process runs."""
        for folder in (self.folder, self.checkpoints, self.folder / "pinned"):
            for path in folder.glob(".*"):
                atomic.remove(path)

    def delete_checkpoints(self) -> None:
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def can_resume(self) -> bool:
        """Whether it ended before it finished."""
        return self.status().state in ("stopped", "failed", "interrupted")

    def log_tail(self) -> str:
        return stored.read_tail(self.folder / "log.txt", LOG_TAIL)

    def request_stop(self) -> None:
        """Let the run end at its next report with its best epoch so far; cancel a queued run."""
        (self.folder / "stop").touch()

    def stop_requested(self) -> bool:
        return (self.folder / "stop").exists()

    @property
    def _remedy(self) -> str:
        return f"Delete the folder {self.folder} and start again; other runs are not affected."


def _interrupted(run: Run, progress: float = 0.0) -> Status:
    message = f"The training process ended without a report. End of its log: {run.log_tail()}"
    return Status("interrupted", progress=progress, message=message)


def run_listing() -> Listing[Run]:
    """Every run, newest first, and what is damaged: folders, or the table of all runs."""

    def read(folder: Path) -> Run | None:
        if folder.name.startswith(FILE):
            return None  # the table
        run = Run(folder)
        run.recipe()
        return run

    listed = list_items("run", reversed(entries(runs_dir())), read)
    table = RunTable(runs_dir())
    tables: Listing[None] = list_items(
        "table of runs", [table.path] if table.path.exists() else [], table.check
    )
    return Listing(listed.items, [*tables.bad, *listed.bad])


def all_runs() -> list[Run]:
    """Every run that can be read, newest first."""
    return run_listing().items


def by_name(runs: Iterable[Run]) -> dict[str, Run]:
    """Runs by their names on pages and charts; runs of the same name get a part of their id."""
    given = cache(_given_names)  # reads each table once
    names = {run: given(run.folder.parent).get(run.id) or run._default_name() for run in runs}
    for part in (slice(-4, None), slice(None)):
        counts = Counter(names.values())
        for run, name in names.items():
            if counts[name] > 1:
                names[run] = f"{name} ({printable(run.id[part])})"
    return {name: run for run, name in names.items()}


def _given_names(folder: Path) -> dict[str, str]:
    """Names by run id; empty if the table is damaged, which the page that lists runs reports."""
    with contextlib.suppress(SentimentError):
        return RunTable(folder).names()
    return {}
