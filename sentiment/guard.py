"""Guard of the hosted mode: the files, processes and connections that a page or job may use.

An audit hook of Python, called before every file is opened, changed or deleted, and before every
process and connection. For a visitor it refuses everything outside of the workspace, except reading
the program, the included models, and the prepared corpora of the server. Pages take their folders
from `places`, which all lie in the workspace; the guard stops a page that does not. It is not a
sandbox for untrusted code: visitors cannot run code.
"""

import contextlib
import functools
import logging
import mimetypes
import os
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sentiment import places
from sentiment.errors import WorkspaceError

log = logging.getLogger(__name__)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC
_SYSTEM = ("/usr", "/lib", "/lib64", "/proc", "/sys", "/dev", "/etc/localtime", "/etc/ssl")
# Event -> positions of its paths among the arguments, and of the descriptors of their folders.
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.setxattr": ((0, None),),
    "shutil.rmtree": ((0, 1),),
}
_LISTINGS = ("os.listdir", "os.scandir")
_REFUSED = (
    "socket.connect",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "pty.spawn",
)
_WATCHED = {"open", "sqlite3.connect", "subprocess.Popen", *_CHANGES, *_LISTINGS, *_REFUSED}
_installed = False
_state = threading.local()


def install(visitor: Callable[[], Path | None]) -> None:
    """Guard this process from now on; a hook cannot be removed.

    visitor: returns the workspace of the visitor for whom the calling thread runs; None: no guard.
    """
    global _installed
    if _installed:
        return
    _installed = True
    mimetypes.init()  # reads system files, which the hook would refuse later
    sys.dont_write_bytecode = True

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event not in _WATCHED or getattr(_state, "busy", False):
            return
        _state.busy = True  # the check itself opens files
        try:
            if own := visitor():
                shared = (*places.server_models_dirs(), *places.shared_dirs())
                _check(event, arguments, own, _readable(*shared))
        except WorkspaceError:
            log.warning("Refused: %s %s", event, arguments, stack_info=True)
            raise
        finally:
            _state.busy = False

    sys.addaudithook(hook)


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Suspend the guard in this thread, to prepare a workspace."""
    before, _state.busy = getattr(_state, "busy", False), True
    try:
        yield
    finally:
        _state.busy = before


@functools.lru_cache(maxsize=4)
def _readable(*shared: Path) -> list[str]:
    """Folders that everyone may read: program, libraries, included models, prepared corpora."""
    found = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values(), *_SYSTEM]
    found += [str(places.PROGRAM / name) for name in ("pages", "app.py", ".streamlit")]
    found.append(str(places.PACKAGE))
    return [os.path.realpath(path) for path in [*found, *map(str, shared)]]


def _check(event: str, arguments: tuple[Any, ...], own: Path, readable: list[str]) -> None:
    if event in _REFUSED:
        raise WorkspaceError(f"Not available on a hosted server: {event}.")
    if event == "subprocess.Popen":
        if list(arguments[1][:3]) != [sys.executable, "-m", "sentiment"]:
            raise WorkspaceError("Not available on a hosted server: other programs.")
    elif event == "open":
        path, mode, flags = arguments
        if set(mode or "") & set("wax+") or (flags or 0) & _WRITING:
            _check_path(path, None, own, [])
        elif mode or os.path.isabs(os.fsdecode(path)):  # else in an open folder, as in rmtree
            _check_path(path, None, own, readable)
    elif event == "sqlite3.connect":
        _check_path(str(arguments[0]).removeprefix("file:").split("?")[0], None, own, [])
    elif event in _LISTINGS:
        _check_path(arguments[0] or ".", None, own, readable)
    else:
        for place, folder in _CHANGES[event]:
            at = arguments[folder] if folder is not None and folder < len(arguments) else None
            _check_path(arguments[place], at, own, [])


def _check_path(path: Any, folder: int | None, own: Path, readable: list[str]) -> None:
    if isinstance(path, int):  # an open file, checked when it was opened
        return
    path = os.fsdecode(path)
    if folder is not None and folder >= 0:
        path = os.path.join(os.readlink(f"/proc/self/fd/{folder}"), path)
    if path in (os.devnull, ":memory:", ""):
        return
    real = os.path.realpath(path)
    for allowed in [os.path.realpath(own), *readable]:
        if real == allowed or real.startswith(allowed + os.sep):
            return
    raise WorkspaceError(
        f"{path} is outside of your workspace. On a hosted server you can use uploads, and the "
        "included models and corpora by name."
    )
