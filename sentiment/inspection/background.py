"""Work that a page starts and that outlives it: a process with a folder, one of a kind at a time.

    process.json    its number, when it started, what was asked, whether it was stopped
    progress.json   how far it is; "done" when it has ended well
    log.txt         what it printed

Free of torch. The results are kept elsewhere, whole or not at all, so that a process that is
killed leaves nothing behind but this.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.errors import RunError
from sentiment.places import data_dir
from sentiment.training import processes

REPORT_SECONDS = 0.5  # between two reports
DONE = "done"


@dataclass(frozen=True)
class Work:
    """What is known of the newest work of a kind."""

    about: dict[str, Any]  # what was asked
    active: bool
    stage: str = "Starting"  # for people
    done: float = 0.0
    total: float = 1.0
    message: str = ""  # why it ended before it was done; empty if somebody stopped it

    @property
    def share(self) -> float:
        """How far it is with its stage, 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


def launch(kind: str, arguments: list[str], about: dict[str, Any]) -> None:
    """Run `python -m sentiment` with `arguments` and `--progress FILE`, which it reports to.

    Raises RunError if work of this kind is going on, StorageError if nothing can be written.
    """
    work = newest(kind)
    if work and work.active:
        raise RunError("Another one is at work. Wait until it has ended, or stop it.")
    folder = _folder(kind)
    with atomic.new_folder(folder):
        pass
    progress = str(folder / "progress.json")
    pid = processes.start([*arguments, "--progress", progress], folder / "log.txt")
    started = {"pid": pid, "started": processes.started(pid), "about": about}
    atomic.write_json(folder / "process.json", started)


def newest(kind: str) -> Work | None:
    """The work of this kind that was started last, None if there was none. Raises RunError."""
    folder = _folder(kind)
    process = _read(folder / "process.json")
    if not process:
        return None
    active = processes.alive(process["pid"], process["started"])
    progress = _read(folder / "progress.json")  # after the look at the process: it may just end
    stage = progress.get("stage", Work.stage)
    message = ""
    if not active and stage != DONE and not process.get("stopped"):
        log = folder / "log.txt"
        tail = log.read_text("utf-8", errors="replace")[-600:] if log.is_file() else ""
        message = f"It ended before it was done. {tail}".strip()
    done, total = progress.get("done", 0.0), progress.get("total", 1.0)
    return Work(process["about"], active, stage, done, total, message)


def stop(kind: str) -> None:
    """End it, if it is still at work."""
    path = _folder(kind) / "process.json"
    process = _read(path)
    if process and processes.alive(process["pid"], process["started"]):
        atomic.write_json(path, process | {"stopped": True})
        processes.stop(process["pid"])


def reporter(path: Path) -> Callable[[str, float, float], None]:
    """For the process: call it with stage, done and total; it writes now and then."""
    last_stage, last_time = "", 0.0

    def report(stage: str, done: float, total: float) -> None:
        nonlocal last_stage, last_time
        if stage != last_stage or time.monotonic() - last_time >= REPORT_SECONDS:
            atomic.write_json(path, {"stage": stage, "done": done, "total": total})
            last_stage, last_time = stage, time.monotonic()

    return report


def _folder(kind: str) -> Path:
    return data_dir() / "background" / kind


def _read(path: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path} cannot be read ({error}). Delete the folder {path.parent} and start again."
        ) from error
    return value
