"""Every page test is a new user."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _new_user(new_user: Path) -> None:
    """The data folder of each test."""
