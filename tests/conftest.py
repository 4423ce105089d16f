"""What every test gets."""

import os
from collections.abc import Iterator

import pytest

# Networks this small gain nothing from a second thread, and two trainings at once, each with two
# on two cores, wait for each other for minutes. Set before torch is imported; inherited by the
# app and the trainings that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Data made by tests goes to a folder of its own, never into the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTIMENT_DATA", str(tmp_path_factory.mktemp("data")))
        yield
