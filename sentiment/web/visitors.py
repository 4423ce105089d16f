"""Visitors of the hosted mode: a workspace for each session, deleted when the session ends."""

import contextlib
import importlib
import os
import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from sentiment import guard, places, workspace
from sentiment.runs import processes

POLL_SECONDS = 2.0


@dataclass
class Visitors:
    """The workspaces by session."""

    folders: dict[str, Path] = field(default_factory=dict)
    _left: dict[str, float] = field(default_factory=dict)  # session -> when it was first missed
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def folder(self) -> Path | None:
        """The workspace of the visitor in whose thread this runs; None in other threads."""
        context = get_script_run_ctx(suppress_warning=True)
        if context is None or not workspace.hosted():
            return None
        with self._lock:
            if context.session_id not in self.folders:
                folder = _folder_of_server(os.getpid()) / secrets.token_hex(8)
                with guard.paused():
                    folder.mkdir(parents=True, mode=0o700)
                self.folders[context.session_id] = folder
        return self.folders[context.session_id]

    def end(self, session: str) -> None:
        """Stop the jobs of a visitor and delete the workspace."""
        with self._lock:
            folder = self.folders.pop(session, None)
        self._left.pop(session, None)
        if folder:
            processes.end_all(folder)
            # Cached results of these files stay until newer ones replace them: every cache is
            # bounded, and no other visitor can name a file of this folder.
            shutil.rmtree(folder, ignore_errors=True)

    def end_absent(self, seconds: float) -> None:
        """End the visitors whose connection has been closed for `seconds`."""
        now = time.monotonic()
        for session in list(self.folders):
            if exists() and get_instance().is_active_session(session):
                self._left.pop(session, None)
            elif now - self._left.setdefault(session, now) >= seconds:
                self.end(session)


VISITORS = Visitors()


def start() -> None:
    """Prepare the server for visitors: guard this process, and delete workspaces left over."""
    load_libraries()
    guard.install(VISITORS.folder)
    for folder in (places.server_data_dir() / "visitors").glob("*-*"):
        pid, _, started = folder.name.partition("-")
        if not processes.alive(int(pid), float(started)):
            shutil.rmtree(folder, ignore_errors=True)  # of a server that was killed

    def watch() -> None:
        while True:
            time.sleep(POLL_SECONDS)
            with contextlib.suppress(OSError):
                VISITORS.end_absent(st.get_option("server.disconnectedSessionTTL"))

    threading.Thread(target=watch, daemon=True).start()


def load_libraries() -> None:
    """Import modules that create cache folders at their first import, which the guard refuses."""
    importlib.import_module("torch._dynamo")


def stop() -> None:
    """End all visitors."""
    for session in list(VISITORS.folders):
        VISITORS.end(session)


def _folder_of_server(pid: int) -> Path:
    started = processes.start_time(pid)
    return places.server_data_dir() / "visitors" / f"{pid}-{started:.0f}"


workspace.find_by(VISITORS.folder)
