"""Work that outlives the page that started it: processes of their own."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

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


def alive(pid: int) -> bool:
    """Whether a process is still there; on Windows only known of those started from here."""
    for child in _CHILDREN:
        ended = child.poll() is not None  # one that ended counts as alive until it is asked after
        if child.pid == pid and ended:
            return False
    if sys.platform == "win32":
        return True  # asking is not possible without ending the process
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def stop(pid: int) -> None:
    """End a process that `start` started."""
    try:
        os.kill(pid, signal.SIGTERM)
    except OSError:
        return  # it has ended by itself
