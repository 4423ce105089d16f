"""Every page test is a new user."""

import contextlib
import functools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from sentiment.__main__ import main
from sentiment.runs import processes


@pytest.fixture(scope="session", autouse=True)
def _packages_scanned_once() -> Iterator[None]:
    """Every AppTest searches the metadata of all installed packages for components, in 0.3 s."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


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
