"""What every test gets."""

import functools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from sentiment.corpus import sample, sample3
from sentiment.dataset.prepare import prepare

# Networks this small gain nothing from a second thread, and two trainings at once, each with two
# on two cores, wait for each other for minutes. Set before torch is imported; inherited by the
# app and the trainings that tests start.
os.environ.setdefault("OMP_NUM_THREADS", "1")


# How long an input takes to make depends on the other processes of the machine.
settings.register_profile("any load", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any load")

# The folders whose tests take longest start first, so that the workers end at the same time.
STARTED_FIRST = ("browser", "pages", "faults", "runs", "training", "inspection")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by folder; within a file the order stays."""
    ranks = {name: rank for rank, name in enumerate(STARTED_FIRST)}
    items.sort(key=lambda item: ranks.get(item.path.parent.name, len(ranks)))


class Scheduling(LoadFileScheduling):
    """Files to workers, and all browser tests to one: browsers slow each other down."""

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if "/browser/" in nodeid else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


@pytest.fixture(scope="session", autouse=True)
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Data made by tests goes to a folder of its own, never into the checkout."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTIMENT_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session", autouse=True)
def own_priority() -> Iterator[None]:
    """Commands that lower the priority of their process, called here, leave that of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.nice", lambda increment: increment, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def generated_once() -> Iterator[None]:
    """The synthetic corpora are generated once a process; generating one takes a second."""
    with pytest.MonkeyPatch.context() as patch:
        for module, name in ((sample, "sample_corpus"), (sample3, "sample3_corpus")):
            patch.setattr(module, name, functools.cache(getattr(module, name)))
        yield


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the sample corpus is prepared: made once, linked by `new_user`."""
    folder = tmp_path_factory.mktemp("sample")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTIMENT_DATA", str(folder))
        prepare("sample")
    return folder


@pytest.fixture
def new_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample_data: Path) -> Path:
    """A data folder of the test's own: the sample corpus is prepared, there is no archive."""
    data = tmp_path / "data"
    # Links, because the files are only ever replaced, never written into.
    shutil.copytree(sample_data, data, copy_function=os.link)
    monkeypatch.setenv("SENTIMENT_DATA", str(data))
    monkeypatch.delenv("SENTIMENT_ARCHIVE", raising=False)
    monkeypatch.setattr("sentiment.corpus.sources.ARCHIVES", tmp_path)  # no archive beside it
    return data
