"""One kill and one full disk in real trainings; `make faults` is the long form."""

import sys

import pytest

from tests.faults import faults

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="uses signals and mounts of Linux"
    ),
]


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTIMENT_DATA", str(tmp_path_factory.mktemp("whole")))
        return faults.uninterrupted()


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


def check(outcome, runs):
    assert (outcome.runs, outcome.lost, outcome.different) == (runs, 0, 0), outcome.row()


def test_a_killed_training_ends_with_the_same_losses_and_weights(expected):
    outcome = faults.kill_trainer(expected, kills=1, per_run=1, seed=1)
    assert outcome.times == 1
    check(outcome, outcome.runs)


def test_a_full_disk_stops_a_training_that_can_be_resumed(expected, monkeypatch, tmp_path):
    disk = tmp_path / "disk"
    with faults.small_disk(disk) as error:
        if error:
            pytest.skip(f"no small disk can be mounted here: {error}")
        monkeypatch.setenv("SENTIMENT_DATA", str(disk))
        check(faults.fill_disk(expected, disk), 1)
