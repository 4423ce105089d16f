"""Processes that outlive the page that started them.

A process is identified by its id and its start time together: the system reuses ids.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import psutil

from sentiment import workspace
from sentiment.errors import QuotaError, RunError
from sentiment.places import PACKAGE, child_environment

LONGEST_RUN = 600  # seconds, of `run_for_json`
# Started by this process; in the hosted mode with the workspace of the visitor.
_CHILDREN: list[tuple[subprocess.Popen[bytes], Path | None]] = []


def start(arguments: list[str], log: Path) -> int:
    """Run `python -m sentiment` with `arguments`, output to `log`; returns the process id.

    Raises RunError if the operating system refuses, QuotaError if the visitor of a hosted server
    must wait for other jobs.
    """
    own = workspace.current()
    if own:
        _require_turn(own)
    environment = child_environment()
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS
        detached = {"creationflags": flags}
    try:
        with log.open("ab") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "sentiment", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=PACKAGE.parent,
                env=environment,
                **detached,
            )
    except OSError as error:
        raise RunError(f"The process could not be started: {error}.") from error
    _CHILDREN.append((process, own))
    return process.pid


def _require_turn(own: Path) -> None:
    """Raise QuotaError while the visitor, or all of them together, have enough jobs."""
    running = [owner for child, owner in _CHILDREN if owner and child.poll() is None]
    if running.count(own) >= workspace.QUOTA.jobs:
        raise QuotaError("Your last job is still running. Wait until it ends, or stop it.")
    if len(running) >= workspace.JOBS_PER_CORE * (os.cpu_count() or 1):
        raise QuotaError(f"The server is busy with {len(running)} jobs. Try again in a minute.")


def end_all(own: Path) -> None:
    """End the jobs of a visitor; returns when they have ended."""
    children = [child for child, owner in _CHILDREN if owner == own]
    for child in children:
        child.kill()
    for child in children:
        child.wait()
    _CHILDREN[:] = [(child, owner) for child, owner in _CHILDREN if owner != own]


def run_for_json(arguments: list[str], value: Any) -> Any:
    """Run `python -m sentiment` with `arguments` and return the JSON it prints; `value` is its
    input, as JSON.

    For work whose memory or threads this process should not share. Raises RunError with its error
    output if it fails or takes longer than LONGEST_RUN.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sentiment", *arguments],
            input=json.dumps(value),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=PACKAGE.parent,
            env=child_environment(),
            timeout=LONGEST_RUN,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RunError(f"The process could not be run: {error}.") from error
    if done.returncode:
        raise RunError(done.stderr.strip()[-2_000:] or "The process failed without a message.")
    return json.loads(done.stdout)


def start_time(pid: int) -> float:
    """When the process started; 0 if there is none.

    On Linux in clock ticks since boot, which setting the clock does not change; elsewhere in
    seconds since the epoch.
    """
    with contextlib.suppress(OSError):
        stat = Path(f"/proc/{pid}/stat").read_text()
        return float(stat.rpartition(")")[2].split()[19])  # field 22; the name may hold spaces
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def alive(pid: int, started: float) -> bool:
    """Whether process `pid` runs and is the one that started at `started` (see `start_time`)."""
    if pid <= 0:  # means groups of processes
        return False
    for child, _ in _CHILDREN:
        child.poll()  # reaps it: a child that has ended is a zombie until then
    try:
        running = psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        return False
    return running and abs(start_time(pid) - started) < 2


def stop(pid: int, started: float) -> None:
    """Terminate the process, unless it has ended. Never signals another process of that id."""
    if alive(pid, started):
        with contextlib.suppress(OSError):  # it ended in between
            os.kill(pid, signal.SIGTERM)


def lower_priority() -> None:
    """Give other processes, above all the app, precedence. Call it before torch is loaded.

    One core stays free unless OMP_NUM_THREADS is set: threads that share work wait for the slowest,
    so a page that uses one of two cores slows both (measured: ten viewers cost 99% of the speed of
    two threads, 0.5% of that of one).
    """
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    if hasattr(os, "nice"):
        os.nice(10)


def exit_immediately(status: int) -> NoReturn:
    """End this process without shutting down the interpreter.

    For processes of `torchrun`: communication threads may still run, and one that needs the
    interpreter during shutdown aborts the process (seen on a loaded machine), which `torchrun`
    counts as a failure of the whole group.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def launch_key() -> str:
    """Key of a launch by `torchrun`, by which the leader finds its run: the same in processes that
    `torchrun` restarts after a failure; empty without `torchrun`."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return ""
    agent = os.getppid()
    return f"{os.environ['TORCHELASTIC_RUN_ID']} {agent} {start_time(agent)}"
