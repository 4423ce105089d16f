"""Training runs: a folder each, worked on by a process of its own.

    recipe.json     all settings
    metrics.jsonl   one event a line, only ever appended
    log.txt         what the process printed
    launch.txt      which torchrun it belongs to, if one started it
    reserve         empty space, given up to tell why a run ended on a full disk
    stop            present once somebody asked the run to stop
    model/          the finished model folder
    checkpoints/    what it takes to go on; gone once the run has finished
    pinned/         how some reviews were read while it trained (`pinned.py`)

Its state, process and place in line stand in the table beside the folders (`run_table.py`).

The page that launches a run only looks at this folder, so it can be left and returned to.
"""

import contextlib
import json
import os
import shutil
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.errors import RunError, SentimentError
from sentiment.places import runs_dir
from sentiment.runs import processes
from sentiment.runs.queue import RunState, RunTable
from sentiment.settings import require
from sentiment.training.config import Recipe

Events = dict[str, list[dict[str, Any]]]  # by kind, in order
LONGEST_NAME = 60  # characters
RESERVED = 256 * 1024  # bytes: some pages of the table of runs, its index in memory, and the log


@dataclass(frozen=True)
class Status:
    """What a run says of itself."""

    state: RunState
    stage: str = "Ended"  # "Reading", "Training", ...: for people
    progress: float = 0.0  # 0 to 1, of the stage
    message: str = ""  # why it failed or stopped
    pid: int = 0
    silent: float = 0.0  # seconds since the process last said something

    @property
    def active(self) -> bool:
        """Whether it is at work, or will be."""
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class Run:
    """A run's folder, seen from outside."""

    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def model(self) -> Path:
        return self.folder / "model"

    @property
    def table(self) -> RunTable:
        return RunTable(self.folder.parent)

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def title(self) -> str:
        """What people tell runs apart by: its name, or when it was launched, on what, with what."""
        stamp = (self.folder / "recipe.json").stat().st_mtime
        launched = time.strftime("%Y-%m-%d %H:%M", time.localtime(stamp))
        try:
            recipe = self.recipe()
        except SentimentError:
            return f"{launched}, damaged"
        network, source = recipe.network, Path(recipe.source).name
        about = f"{launched}, {source}, {network.architecture} {network.hidden_size} ({self.id})"
        with contextlib.suppress(SentimentError):
            row = self.table.get(self.id)
            if row and row.name:
                return f"{row.name}: {about}"
        return about

    def recipe(self) -> Recipe:
        return atomic.read_json(
            self.folder / "recipe.json", Recipe.from_json, RunError, self._remedy
        )

    def status(self) -> Status:
        """The state now; never raises, so that one bad folder does not hide the other runs.

        A run whose process is gone is reported as interrupted.
        """
        try:
            self.recipe()
            row = self.table.get(self.id)
        except SentimentError as error:
            return Status("damaged", message=str(error))
        if row is None:  # the table was lost, the folder was not
            done = (self.model / "config.json").is_file()
            return Status("finished", message="done") if done else _interrupted(self)
        if row.state in ("queued", "running") and not row.process_alive:
            return _interrupted(self, row.progress)
        silent = max(0.0, time.time() - row.heartbeat)  # a clock may have been set back
        return Status(row.state, row.stage, row.progress, row.message, row.pid, silent)

    def say(self, state: RunState, stage: str, progress: float, message: str = "") -> None:
        """Tell the table what this process, which now owns the run, is doing."""
        self.table.change(
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
        """1 for the next to start, 0 for a run that does not wait."""
        return self.table.queue_position(self.id)

    def rename(self, name: str) -> None:
        """Give it a name of a person's choice; empty for none. Raises ConfigError."""
        name = " ".join(name.split())
        require(
            len(name) <= LONGEST_NAME and name.isprintable(),
            f"The name has {len(name)} characters; at most {LONGEST_NAME}, all of them printable.",
        )
        self.table.change(self.id, name=name)

    def delete(self) -> None:
        """Remove it with its model and checkpoints. Raises RunError while it is at work."""
        if self.status().active:
            raise RunError(f"The run {self.id} is at work. Stop it before deleting it.")
        shutil.rmtree(self.folder)
        self.table.forget(self.id)

    def append(self, event: Any) -> None:
        """Add one event (a dataclass) to the metrics. Raises StorageError."""
        line = json.dumps({"kind": type(event).__name__, **asdict(event)}, allow_nan=False)
        path = self.folder / "metrics.jsonl"
        with atomic.storage_errors(path), path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def events(self) -> Events:
        """All events so far, in order, by kind ("StepEvent", "EpochEvent", ...)."""
        return EventLog(self).read()

    def rewind(self, step: int, epoch: int) -> None:
        """Forget the events after `step` and of unfinished epochs: `epoch` and later ones.

        They happen again when training goes on from there.
        """
        kept = [
            json.dumps({"kind": kind, **event}, allow_nan=False)
            for kind, events in self.events().items()
            for event in events
            if (kind == "StepEvent" and event["step"] <= step)
            or (kind == "EpochEvent" and event["epoch"] < epoch)
        ]
        text = "".join(f"{line}\n" for line in kept)
        atomic.write_bytes(self.folder / "metrics.jsonl", text.encode())

    def reserve(self) -> None:
        """Keep a little space, so that its last words can be written also on a full disk."""
        with contextlib.suppress(OSError):
            (self.folder / "reserve").write_bytes(bytes(RESERVED))

    def release(self) -> None:
        """Give up the space that was kept."""
        (self.folder / "reserve").unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a killed process had begun to write; call it while none is at work."""
        for folder in (self.folder, self.checkpoints, self.folder / "pinned"):
            for path in folder.glob(".*"):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)

    def drop_checkpoints(self) -> None:
        shutil.rmtree(self.checkpoints, ignore_errors=True)

    def can_resume(self) -> bool:
        """Whether it ended before it was done."""
        return self.status().state in ("stopped", "failed", "interrupted")

    def log_tail(self, characters: int = 600) -> str:
        try:
            return (self.folder / "log.txt").read_text("utf-8", errors="replace")[-characters:]
        except OSError:
            return ""

    def request_stop(self) -> None:
        """The run ends at its next report and keeps its best epoch so far; one that waits in
        line leaves it."""
        (self.folder / "stop").touch()

    def stop_requested(self) -> bool:
        return (self.folder / "stop").exists()

    @property
    def _remedy(self) -> str:
        return f"Delete the folder {self.folder} and start again; other runs are not affected."


class EventLog:
    """The events of a run for all who ask again and again: only what is new is read."""

    def __init__(self, run: Run):
        self.run = run
        self.lock = threading.Lock()  # of several viewers, one reads and the others wait for it
        self._forget()

    def _forget(self) -> None:
        self.file, self.read_bytes = (0, 0), 0
        self.by_kind: Events = {}

    def read(self) -> Events:
        """As `Run.events`; the lists grow when it is called again. Raises RunError."""
        with self.lock:
            return self._read()

    def _read(self) -> Events:
        try:
            with (self.run.folder / "metrics.jsonl").open("rb") as stream:
                about = os.fstat(stream.fileno())
                # A run that goes on from a checkpoint writes its past anew, into another file.
                if (about.st_dev, about.st_ino) != self.file or about.st_size < self.read_bytes:
                    self._forget()
                    self.file = (about.st_dev, about.st_ino)
                stream.seek(self.read_bytes)
                new = stream.read()
        except FileNotFoundError:
            self._forget()
            return self.by_kind
        whole = new[: new.rfind(b"\n") + 1]  # what follows is still being written
        for line in whole.splitlines():
            try:
                event = json.loads(line)
                self.by_kind.setdefault(event.pop("kind"), []).append(event)
            except (ValueError, KeyError) as error:
                self._forget()
                raise RunError(
                    f"{self.run.folder / 'metrics.jsonl'} cannot be read: {error}. "
                    f"{self.run._remedy}"
                ) from error
        self.read_bytes += len(whole)
        return self.by_kind


def _interrupted(run: Run, progress: float = 0.0) -> Status:
    message = f"The training process ended without a word. Its log ends: {run.log_tail()}"
    return Status("interrupted", progress=progress, message=message)


def all_runs() -> list[Run]:
    """Every run, newest first."""
    return [Run(path.parent) for path in sorted(runs_dir().glob("*/recipe.json"), reverse=True)]
