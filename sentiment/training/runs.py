"""Training runs: a folder each, worked on by a process of its own.

    recipe.json     all settings
    status.json     state, process id, heartbeat, progress; rewritten whole
    metrics.jsonl   one event a line, only ever appended
    log.txt         what the process printed
    stop            present once somebody asked the run to stop
    model/          the finished model folder
    checkpoints/    what it takes to go on; gone once the run has finished

The page that launches a run only looks at this folder, so it can be left and returned to.
"""

import json
import os
import secrets
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sentiment import atomic
from sentiment.errors import RunError, SentimentError
from sentiment.places import runs_dir
from sentiment.training import processes
from sentiment.training.config import Recipe
from sentiment.training.footprint import require_room

State = Literal["starting", "running", "finished", "stopped", "failed", "interrupted", "damaged"]
SILENT_SECONDS = 120.0  # without a heartbeat for so long, a run counts as interrupted


@dataclass(frozen=True)
class Status:
    """What a run says of itself."""

    state: State
    stage: str  # "Reading", "Training", ...: for people
    progress: float  # 0 to 1, of the stage
    heartbeat: float  # seconds since the epoch
    pid: int
    message: str = ""  # why it failed or stopped

    @property
    def active(self) -> bool:
        return self.state in ("starting", "running")


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
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    def title(self) -> str:
        """What people tell runs apart by: when it was launched (local time), on what, with what."""
        stamp = (self.folder / "recipe.json").stat().st_mtime
        launched = time.strftime("%Y-%m-%d %H:%M", time.localtime(stamp))
        try:
            recipe = self.recipe()
        except SentimentError:
            return f"{launched}, damaged"
        network = recipe.network
        source = Path(recipe.source).name
        return f"{launched}, {source}, {network.architecture} {network.hidden_size} ({self.id})"

    def recipe(self) -> Recipe:
        try:
            return Recipe.from_json(self._read_json("recipe.json"))
        except (KeyError, TypeError) as error:
            raise self._damaged("recipe.json", error) from error

    def status(self) -> Status:
        """The state now; never raises, so that one bad folder does not hide the other runs.

        A run whose process is gone or silent is reported as interrupted.
        """
        try:
            status = Status(**self._read_json("status.json"))
        except (RunError, TypeError) as error:
            return Status("damaged", "Ended", 0.0, 0.0, 0, str(error))
        silent = time.time() - status.heartbeat > SILENT_SECONDS
        if status.active and (silent or not processes.alive(status.pid)):
            message = f"The training process ended without a word. Its log ends: {self.log_tail()}"
            return Status("interrupted", "Ended", status.progress, status.heartbeat, 0, message)
        return status

    def write_status(self, status: Status) -> None:
        atomic.write_json(self.folder / "status.json", asdict(status))

    def append(self, event: Any) -> None:
        """Add one event (a dataclass) to the metrics."""
        line = json.dumps({"kind": type(event).__name__, **asdict(event)}, allow_nan=False)
        with (self.folder / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(line + "\n")

    def events(self) -> dict[str, list[dict[str, Any]]]:
        """All events so far, in order, by kind ("StepEvent", "EpochEvent", ...)."""
        try:
            text = (self.folder / "metrics.jsonl").read_text("utf-8")
        except FileNotFoundError:
            return {}
        by_kind: dict[str, list[dict[str, Any]]] = {}
        for line in text.split("\n")[:-1]:  # what follows the last newline is still being written
            try:
                event = json.loads(line)
                by_kind.setdefault(event.pop("kind"), []).append(event)
            except (ValueError, KeyError) as error:
                raise self._damaged("metrics.jsonl", error) from error
        return by_kind

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

    def ask_to_stop(self) -> None:
        """The run ends at its next report and keeps its best epoch so far."""
        (self.folder / "stop").touch()

    def asked_to_stop(self) -> bool:
        return (self.folder / "stop").exists()

    def _read_json(self, file: str) -> dict[str, Any]:
        try:
            value: dict[str, Any] = json.loads((self.folder / file).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise self._damaged(file, error) from error
        return value

    def _damaged(self, file: str, error: Exception) -> RunError:
        return RunError(
            f"The run {self.id} is damaged: {file} cannot be read ({error}). Delete the folder "
            f"{self.folder} and start again; other runs are not affected."
        )


def create(recipe: Recipe) -> Run:
    """Make the folder of a new run, owned by this process until another takes it over.

    Raises ConfigError if the machine has too little memory for it.
    """
    require_room(recipe)
    folder = runs_dir() / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}"
    with atomic.new_folder(folder) as fresh:
        atomic.write_json(fresh / "recipe.json", recipe.to_json())
        Run(fresh).write_status(Status("starting", "Starting", 0.0, time.time(), os.getpid()))
    return Run(folder)


def launch(recipe: Recipe) -> Run:
    """Start a run in a process that outlives this one."""
    run = create(recipe)
    _work_on(run)
    return run


def resume(run: Run) -> None:
    """Let a run that was stopped or interrupted go on from its last checkpoint.

    One that came to no checkpoint starts again. Raises RunError if it is at work or finished.
    """
    if not run.can_resume():
        state = run.status().state
        raise RunError(f"The run {run.id} cannot go on: it is {state}. Start a new one instead.")
    (run.folder / "stop").unlink(missing_ok=True)
    run.write_status(Status("starting", "Starting", 0.0, time.time(), os.getpid()))
    _work_on(run)


def _work_on(run: Run) -> None:
    processes.start(["train", "--run", str(run.folder)], run.folder / "log.txt")


def all_runs() -> list[Run]:
    """Every run, newest first."""
    return [Run(path.parent) for path in sorted(runs_dir().glob("*/recipe.json"), reverse=True)]
