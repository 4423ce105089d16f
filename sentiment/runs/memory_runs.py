"""The memory task as a page sees it: the table that ships, and one that is being made here.

Free of torch. The experiment is a process of its own that writes its results after each network.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.errors import RunError
from sentiment.evaluation.claims import MEMORY_TABLE
from sentiment.places import data_dir
from sentiment.runs import processes


@dataclass(frozen=True)
class MemoryTable:
    """Results of the memory task, perhaps not all of them yet."""

    results: list[dict[str, Any]]  # of MemoryResult
    experiments: int  # how many there will be
    units: int
    steps: int
    seeds: list[int]
    active: bool = False
    message: str = ""  # why it ended early

    @property
    def progress(self) -> float:
        return min(len(self.results) / self.experiments, 1.0) if self.experiments else 0.0


def shipped() -> MemoryTable | None:
    """The full table that comes with the package."""
    return _table(_read(MEMORY_TABLE)) if MEMORY_TABLE.is_file() else None


def own() -> MemoryTable | None:
    """The newest table made on this machine from the page, None if there is none."""
    process = _folder() / "process.json"
    if not process.is_file():
        return None
    value = _read(_results()) if _results().is_file() else {}
    table = _table(value)
    done = bool(table.experiments) and len(table.results) == table.experiments
    if done:
        return table
    about = _read(process)
    active = processes.alive(about["pid"])
    log = _folder() / "log.txt"
    tail = log.read_text("utf-8", errors="replace")[-600:] if log.is_file() else ""
    message = f"It ended before all networks were trained. {tail}".strip()
    if active or about.get("stopped"):
        message = ""
    return _table(value, active=active, message=message)


def launch() -> None:
    """Start the small version; a table from before is replaced. Raises RunError."""
    folder = _folder()
    with atomic.new_folder(folder):
        pass
    pid = processes.start(["memory", "--save", str(_results())], folder / "log.txt")
    atomic.write_json(folder / "process.json", {"pid": pid})


def stop() -> None:
    """End the experiment; what it has found so far stays."""
    process = _folder() / "process.json"
    if process.is_file():
        about = _read(process)
        atomic.write_json(process, {**about, "stopped": True})
        processes.stop(about["pid"])


def _folder() -> Path:
    return data_dir() / "memory"


def _results() -> Path:
    return _folder() / "results.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(
            f"{path} cannot be read ({error}). Delete it and train the networks again."
        ) from error
    return value


def _table(value: dict[str, Any], *, active: bool = False, message: str = "") -> MemoryTable:
    return MemoryTable(
        results=value.get("results", []),
        experiments=value.get("experiments", 0),
        units=value.get("units", 0),
        steps=value.get("steps", 0),
        seeds=value.get("seeds", []),
        active=active,
        message=message,
    )
