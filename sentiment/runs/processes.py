"""Work that outlives the page that started it: processes of their own."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import psutil

from sentiment.errors import RunError
from sentiment.places import PROJECT

_CHILDREN: list[subprocess.Popen[bytes]] = []  # started by this process


def start(arguments: list[str], log: Path) -> int:
    """Run `python -m sentiment` with `arguments`, printing to `log`; returns the process id.

    Raises RunError if the system refuses.
    """
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
                cwd=PROJECT,
                **detached,
            )
    except OSError as error:
        raise RunError(f"The process could not be started: {error}.") from error
    _CHILDREN.append(process)
    return process.pid


def leave(status: int) -> NoReturn:
    """End this process at once, its work done, without taking the interpreter down in order.

    For the processes of `torchrun`: threads that talk to the others may still be at work then, and
    one that asks for the interpreter in that moment aborts the process (seen on a loaded machine),
    which to `torchrun` is a failure of them all.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def key_of_launch() -> str:
    """The same in every process that one `torchrun` starts again after a failure; empty without
    it. By this the leader finds its run."""
    if "TORCHELASTIC_RUN_ID" not in os.environ:
        return ""
    agent = os.getppid()
    return f"{os.environ['TORCHELASTIC_RUN_ID']} {agent} {started(agent)}"


def answer(arguments: list[str], question: Any, seconds: float = 600) -> Any:
    """What `python -m sentiment` with `arguments` prints as JSON; `question` is its input, as JSON.

    For work whose memory or threads this process should not share. Raises RunError with its words
    if it fails, or takes longer than `seconds`.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sentiment", *arguments],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=PROJECT,
            timeout=seconds,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise RunError(f"The process could not be carried out: {error}.") from error
    if done.returncode:
        raise RunError(done.stderr.strip()[-2_000:] or "The process ended without a word.")
    return json.loads(done.stdout)


def started(pid: int) -> float:
    """Something that tells a process from a later one of the same number; 0 if there is none.

    On Linux, clock ticks since the machine was booted, which no change of the clock moves;
    elsewhere the time it was created, in seconds since the epoch.
    """
    with contextlib.suppress(OSError):
        about = Path(f"/proc/{pid}/stat").read_text()
        return float(about.rpartition(")")[2].split()[19])  # field 22; the name may hold spaces
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return 0.0


def alive(pid: int, since: float | None = None) -> bool:
    """Whether a process is still there, and still the one that `started` at `since`."""
    for child in _CHILDREN:
        child.poll()  # a child of ours that ended counts as alive until it is asked after
    try:
        there = psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except (psutil.Error, ValueError, OverflowError):
        return False
    return there and (since is None or abs(started(pid) - since) < 2)


def stop(pid: int) -> None:
    """End a process that `start` started."""
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        return  # it has ended by itself


def step_back() -> None:
    """Let other processes of this machine go first, the app above all: to be called before torch
    is loaded.

    A core stays free as well, unless OMP_NUM_THREADS says otherwise: threads that share their work
    wait for the slowest of them, so that a page shown on one of two cores stops both (measured:
    ten viewers took 99 % of the speed of two threads, and half a percent of that of one).
    """
    os.environ.setdefault("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    if hasattr(os, "nice"):
        os.nice(10)
