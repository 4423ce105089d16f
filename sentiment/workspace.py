"""Workspaces of the hosted mode: a data folder for each visitor, with quotas.

With `SENTIMENT_HOSTED=1`, `current()` is the folder of the visitor whose page or job runs, and all
of `places` lies in it. `sentiment.guard` refuses every other place. Jobs of a visitor get their
folder by the variable `SENTIMENT_WORKSPACE`.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from sentiment.errors import QuotaError, WorkspaceError

HOSTED_VARIABLE = "SENTIMENT_HOSTED"
WORKSPACE_VARIABLE = "SENTIMENT_WORKSPACE"
CPU_FOLDER = "cpu"  # one file per job: the seconds it has used
CHECK_SECONDS = 1.0  # between two checks of the quota by a job
GRACE_SECONDS = 10  # of CPU time, to record why a job ended
MIB = 2**20


@dataclass(frozen=True)
class Quota:
    """Limits for one visitor."""

    files: int = 2_000
    bytes: int = 500 * MIB
    cpu_seconds: int = 20 * 60  # of all jobs together
    jobs: int = 1  # at a time

    def __str__(self) -> str:
        return (
            f"At most {self.bytes // MIB:,} MiB in {self.files:,} files, {self.cpu_seconds // 60} "
            f"minutes of processor time for trainings and other jobs, {self.jobs} job at a time."
        )


QUOTA = Quota()
JOBS_PER_CORE = 2  # of all visitors together
_find: Callable[[], Path | None] | None = None


def hosted() -> bool:
    """Whether the hosted mode is on."""
    return os.environ.get(HOSTED_VARIABLE, "") not in ("", "0")


def find_by(find: Callable[[], Path | None]) -> None:
    """Set the function that returns the workspace of the calling thread's visitor, or None."""
    global _find
    _find = find


def current() -> Path | None:
    """The workspace of this visitor or job; None outside of the hosted mode.

    Raises WorkspaceError in a thread of the server without a visitor, so that no thread uses the
    data of another visitor.
    """
    if given := os.environ.get(WORKSPACE_VARIABLE):
        return Path(given)
    if _find is None or not hosted():
        return None
    found = _find()
    if found is None:
        raise WorkspaceError(
            "This thread of the hosted server has no visitor, so it has no data folder."
        )
    return found


def require_room(size: int = 0, files: int = 1) -> None:
    """Raise QuotaError if `files` more files with `size` bytes in total exceed the quota."""
    if workspace := current():
        _check_room(workspace, size, files)


def environment() -> dict[str, str]:
    """Variables for a job of this visitor. Raises QuotaError if its CPU time is used up."""
    workspace = current()
    if workspace is None:
        return {}
    _check_room(workspace, 0, 1)
    if used_seconds(workspace) >= QUOTA.cpu_seconds:
        raise QuotaError(_cpu_message())
    return {WORKSPACE_VARIABLE: str(workspace), "TMPDIR": str(workspace)}


def used_seconds(workspace: Path) -> float:
    """CPU time of all jobs so far."""
    seconds = 0.0
    for file in (workspace / CPU_FOLDER).glob("*"):
        with contextlib.suppress(OSError, ValueError):
            seconds += float(file.read_text())
    return seconds


def limit_process() -> None:
    """Enforce the visitor's quota in this process, a job: its main thread gets a QuotaError.

    The process exits when its workspace is deleted or when the server has ended.
    """
    workspace = current()
    assert workspace is not None
    (workspace / CPU_FOLDER).mkdir(exist_ok=True)
    meter = workspace / CPU_FOLDER / f"{os.getpid()}-{time.time_ns()}"
    left = max(1, int(QUOTA.cpu_seconds - used_seconds(workspace)))
    reasons: list[str] = []

    def refuse(*_: object) -> NoReturn:
        raise QuotaError(reasons[0] if reasons else _cpu_message())

    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        whole = left + GRACE_SECONDS if hard == resource.RLIM_INFINITY else hard
        resource.setrlimit(resource.RLIMIT_CPU, (min(left, whole), whole))
        signal.signal(signal.SIGXCPU, refuse)

    def watch(parent: int, main: int) -> None:
        while True:
            time.sleep(CHECK_SECONDS)
            if os.getppid() != parent or not workspace.is_dir():
                os._exit(1)
            try:
                meter.write_text(str(time.process_time()))
                _check_room(workspace, 0, 0)
            except QuotaError as error:
                reasons.append(str(error))
                if sys.platform != "win32":
                    signal.pthread_kill(main, signal.SIGXCPU)
                return
            except OSError:
                continue  # the disk is full, or the folder is just being deleted

    arguments = os.getppid(), threading.get_ident()
    threading.Thread(target=watch, args=arguments, daemon=True).start()


def _check_room(workspace: Path, size: int, files: int) -> None:
    for place, _, names in os.walk(workspace):
        files += len(names)
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(place, name)).st_size
    if files > QUOTA.files or size > QUOTA.bytes:
        raise QuotaError(
            f"Your data would take {files:,} files and {size / MIB:,.0f} MiB; this server allows "
            f"each visitor {QUOTA.files:,} files and {QUOTA.bytes // MIB:,} MiB. Delete runs or "
            "corpora, or use a smaller file."
        )


def _cpu_message() -> str:
    return (
        f"Your jobs have used the {QUOTA.cpu_seconds // 60} minutes of processor time that this "
        "server allows each visitor. Open the app again to start over; this deletes your data."
    )
