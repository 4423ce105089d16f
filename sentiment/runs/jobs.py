"""Jobs: commands of a few minutes that a page starts in a process of their own.

A job is a folder:

    process.json    the process, its arguments and metadata
    progress.json   stage and progress, then how it ended
    log.txt         its output

Trainings are runs (`run.py`) instead: they are queued, resumed and compared.
"""

import json
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from sentiment import atomic
from sentiment.dataset.corpora import RegisteredCorpus
from sentiment.places import jobs_dir
from sentiment.runs import processes

JobState = Literal["none", "running", "done", "failed", "stopped"]
HEARTBEAT_SECONDS = 0.5  # between two progress reports of one stage
LOG_TAIL = 600  # characters


@dataclass(frozen=True)
class JobStatus:
    state: JobState
    stage: str = "Starting"  # "Download", "Reading", ...: shown in the UI
    done: float = 0
    total: float = 0
    message: str = ""  # why it failed

    @property
    def progress(self) -> float:
        """0 to 1, within the stage."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


@dataclass
class Job:
    """A job's folder, written by its process and read by pages.

    Call it with stage, done and total to report progress.
    """

    folder: Path
    _last_report: tuple[str, float] = field(default=("", 0.0), repr=False)  # stage, seconds

    @classmethod
    def named(cls, name: str) -> "Job":
        """The job of this name; launching it again replaces its folder."""
        return cls(jobs_dir() / name)

    @property
    def metadata(self) -> dict[str, Any]:
        """As given to `launch`."""
        metadata = self._read("process.json").get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    def launch(
        self,
        arguments: list[str],
        corpus: RegisteredCorpus | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Start `python -m sentiment` with `arguments`, unless the job is running.

        corpus: passed as a file, since it has many settings. metadata: stored for the pages.
        Raises RunError if the process cannot be started, StorageError if the disk is full.
        """
        if self.status().state == "running":
            return
        with atomic.new_folder(self.folder):
            pass
        if corpus:
            corpus_file = self.folder.absolute() / "corpus.json"
            atomic.write_json(corpus_file, corpus.to_json())
            arguments = [*arguments, "--corpus", str(corpus_file)]
        log = self.folder / "log.txt"
        pid = processes.start(["--report", str(self.folder.absolute()), *arguments], log)
        process = {"pid": pid, "started": processes.start_time(pid), "arguments": arguments}
        atomic.write_json(self.folder / "process.json", {**process, "metadata": metadata or {}})

    def status(self) -> JobStatus:
        """The current status; never raises, a damaged folder counts as a failed job."""
        process = self._read("process.json")
        if not process:
            return JobStatus("none")
        progress = self._read("progress.json")
        if progress.get("state", "running") == "running" and not self._alive(process):
            progress = self._read("progress.json")  # it may have ended between the two checks
            if progress.get("state", "running") == "running":
                if process.get("stopped"):
                    return JobStatus("stopped")
                return JobStatus(
                    "failed", message=f"The process ended without a message. {self._log_tail()}"
                )
        return JobStatus(**{"state": "running", **progress})

    def stop(self) -> None:
        """Terminate the process; the files it has written stay."""
        process = self._read("process.json")
        if process and self.status().state == "running":
            atomic.write_json(self.folder / "process.json", {**process, "stopped": True})
            processes.stop(process["pid"], process["started"])

    def delete(self) -> None:
        """Remove the folder, unless the job is running."""
        if self.status().state != "running":
            shutil.rmtree(self.folder, ignore_errors=True)

    def __call__(self, stage: str, done: float, total: float) -> None:
        now = time.monotonic()
        if stage != self._last_report[0] or now - self._last_report[1] >= HEARTBEAT_SECONDS:
            self._last_report = (stage, now)
            self._write(JobStatus("running", stage, done, total))

    def finish(self, state: Literal["done", "failed"], message: str = "") -> None:
        """Record how the job ended."""
        self._write(JobStatus(state, message=message))

    def close(self) -> None:
        """Do nothing; here because progress bars have it too."""

    def _alive(self, process: dict[str, Any]) -> bool:
        return processes.alive(process.get("pid", 0), process.get("started", 0.0))

    def _write(self, status: JobStatus) -> None:
        atomic.write_json(self.folder / "progress.json", asdict(status))

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
