"""Jobs: commands of a few minutes that a page starts in a process of their own.

A job is a folder:

    process.json    the process, its arguments and metadata
    progress.json   stage and progress, then how it ended
    log.txt         its output

Trainings are runs (`run.py`) instead: they are queued, resumed and compared.
"""

import contextlib
import os
import shutil
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from sentiment import atomic
from sentiment.dataset.corpora import RegisteredCorpus
from sentiment.errors import RunError
from sentiment.listing import Listing, entries, list_items
from sentiment.places import jobs_dir
from sentiment.runs import processes
from sentiment.stored import read_json, read_tail

JobState = Literal["none", "running", "done", "failed", "stopped"]
HEARTBEAT_SECONDS = 0.5  # between two progress reports of one stage
LOG_TAIL = 600  # characters
_REMEDY = "Start the job again."


@dataclass(frozen=True)
class Process:
    """The content of process.json."""

    pid: int
    started: float  # see `processes.start_time`
    arguments: list[str]
    metadata: dict[str, str]
    stopped: bool = False  # by a person


@dataclass(frozen=True)
class JobStatus:
    """The content of progress.json."""

    state: JobState = "running"
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
    def metadata(self) -> dict[str, str]:
        """As given to `launch`; empty if it cannot be read."""
        with contextlib.suppress(RunError):
            if process := self._process():
                return process.metadata
        return {}

    def launch(
        self,
        arguments: list[str],
        corpus: RegisteredCorpus | None = None,
        metadata: dict[str, str] | None = None,
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
        self._save(Process(pid, processes.start_time(pid), arguments, metadata or {}))

    def status(self) -> JobStatus:
        """The current status; never raises, a damaged folder counts as a failed job."""
        try:
            process = self._process()
            if process is None:
                return JobStatus("none")
            status = self._progress()
            if status.state != "running" or processes.alive(process.pid, process.started):
                return status
            status = self._progress()  # it may have ended between the two checks
        except RunError as error:
            return JobStatus("failed", message=str(error))
        if status.state != "running":
            return status
        if process.stopped:
            return JobStatus("stopped")
        log = read_tail(self.folder / "log.txt", LOG_TAIL)
        return JobStatus("failed", message=f"The process ended without a message. {log}")

    def stop(self) -> None:
        """Terminate the process; the files it has written stay."""
        if self.status().state == "running" and (process := self._process()):
            self._save(replace(process, stopped=True))
            processes.stop(process.pid, process.started)

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
        """Do nothing; progress bars have this method too."""

    def _write(self, status: JobStatus) -> None:
        atomic.write_json(self.folder / "progress.json", asdict(status))

    def _save(self, process: Process) -> None:
        atomic.write_json(self.folder / "process.json", asdict(process))

    def _process(self) -> Process | None:
        """None without a job. Raises RunError."""
        return self._read("process.json", Process)

    def _progress(self) -> JobStatus:
        """The last report. Raises RunError."""
        return self._read("progress.json", JobStatus) or JobStatus()

    def _read(self, file: str, kind: type) -> Any:
        """The content of `file` as `kind`; None without the file. Raises RunError."""
        path = self.folder / file
        return read_json(path, kind, RunError, _REMEDY) if os.path.lexists(path) else None


def job_listing() -> Listing[Job]:
    """All jobs, and the folders that cannot be read."""

    def read(folder: Path) -> Job:
        job = Job(folder)
        job._process()
        job._progress()
        return job

    return list_items("job", entries(jobs_dir()), read)
