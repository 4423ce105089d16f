"""Work of some minutes that a page starts and anybody may leave: a command with a folder.

    process.json    which process it is
    progress.json   how far it is, then how it ended
    log.txt         what it printed

Trainings are more than that (`runs.py`): they wait in line, are resumed and compared.
"""

import json
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from sentiment import atomic
from sentiment.dataset.corpora import RegisteredCorpus
from sentiment.places import jobs_dir
from sentiment.runs import processes

JobState = Literal["none", "running", "done", "failed", "stopped"]
HEARTBEAT_SECONDS = 0.5  # between two reports of the same stage
LOG_TAIL = 600  # characters


@dataclass(frozen=True)
class JobStatus:
    state: JobState
    stage: str = "Starting"  # "Download", "Reading", ...: for people
    done: float = 0
    total: float = 0
    message: str = ""  # why it failed

    @property
    def progress(self) -> float:
        """0 to 1, of the stage."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


@dataclass
class Job:
    """A folder, written by the process that works and read by the pages that watch.

    Called with stage, done and total it reports progress, as the functions at work expect.
    """

    folder: Path
    _last: tuple[str, float] = field(default=("", 0.0), repr=False)  # stage, when

    @classmethod
    def named(cls, name: str) -> "Job":
        """There is one job of a name; launching it again replaces what it said before."""
        return cls(jobs_dir() / name)

    @property
    def about(self) -> dict[str, Any]:
        """What was asked, as `launch` was told it."""
        about = self._read("process.json").get("about")
        return about if isinstance(about, dict) else {}

    def launch(
        self,
        arguments: list[str],
        corpus: RegisteredCorpus | None = None,
        about: dict[str, Any] | None = None,
    ) -> None:
        """Start `python -m sentiment` with `arguments`, unless it is at work already.

        corpus: handed on in a file, as its settings may be many. about: kept for who watches.
        Raises RunError if the system refuses, StorageError if the disk does.
        """
        if self.status().state == "running":
            return
        with atomic.new_folder(self.folder):
            pass
        if corpus:
            question = self.folder.absolute() / "corpus.json"
            atomic.write_json(question, corpus.to_json())
            arguments = [*arguments, "--corpus", str(question)]
        log = self.folder / "log.txt"
        pid = processes.start(["--report", str(self.folder.absolute()), *arguments], log)
        process = {"pid": pid, "started": processes.started(pid), "arguments": arguments}
        atomic.write_json(self.folder / "process.json", {**process, "about": about or {}})

    def status(self) -> JobStatus:
        """How it stands; never raises, a damaged folder is one of a job that failed."""
        process = self._read("process.json")
        if not process:
            return JobStatus("none")
        said = self._read("progress.json")
        state = said.pop("state", "running")
        if state == "running" and not processes.alive(process["pid"], process["started"]):
            said = self._read("progress.json")  # it may have ended between the two looks
            state = said.pop("state", "running")
        if state == "running" and not processes.alive(process["pid"], process["started"]):
            if process.get("stopped"):
                return JobStatus("stopped")
            return JobStatus("failed", message=f"It ended without a word. {self._log_tail()}")
        return JobStatus(state, **said)

    def stop(self) -> None:
        """End it; what it had written to its own files stays."""
        process = self._read("process.json")
        if process and self.status().state == "running":
            atomic.write_json(self.folder / "process.json", {**process, "stopped": True})
            processes.stop(process["pid"])

    def forget(self) -> None:
        """Remove what is known of it, unless it is at work."""
        if self.status().state != "running":
            shutil.rmtree(self.folder, ignore_errors=True)

    def __call__(self, stage: str, done: float, total: float) -> None:
        now = time.monotonic()
        if stage != self._last[0] or now - self._last[1] >= HEARTBEAT_SECONDS:
            self._last = (stage, now)
            self._write(JobStatus("running", stage, done, total))

    def end(self, state: str, message: str = "") -> None:
        """Say how it ended."""
        self._write(JobStatus("done" if state == "done" else "failed", message=message))

    def close(self) -> None:
        """As progress bars have it; the end is said by `end`."""

    def _write(self, status: JobStatus) -> None:
        about = {name: getattr(status, name) for name in JobStatus.__dataclass_fields__}
        atomic.write_json(self.folder / "progress.json", about)

    def _read(self, file: str) -> dict[str, Any]:
        try:
            value = json.loads((self.folder / file).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return value if isinstance(value, dict) else {}

    def _log_tail(self) -> str:
        try:
            return (self.folder / "log.txt").read_text("utf-8", errors="replace")[-LOG_TAIL:]
        except OSError:
            return ""
