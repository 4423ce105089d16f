"""Every page test is a new user."""

import contextlib
import os
from pathlib import Path

import pytest

from sentiment.__main__ import main
from sentiment.runs import processes


@pytest.fixture(autouse=True)
def _new_user(new_user: Path) -> None:
    """The data folder of each test."""


@pytest.fixture
def jobs_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs and trainings run in this process, to their end, when a page starts them.

    For tests of what follows: a process of its own imports torch for seconds. Processes have tests
    in `tests/runs/`, and of pages in `test_apptest.py`.
    """

    def start(words: list[str], log: Path) -> int:
        with (
            log.open("a", encoding="utf-8") as output,
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(output),
        ):
            main(words)
        return os.getpid()

    monkeypatch.setattr(processes, "start", start)
    monkeypatch.setattr("os.nice", lambda increment: increment)  # this process keeps its priority
