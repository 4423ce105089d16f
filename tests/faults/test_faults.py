"""One kill and one full disk; `make faults` is the long form."""

import sys

import pytest

from tests.faults import faults

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="kills and mounts as Linux does"
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


def test_a_killed_training_ends_as_if_nothing_had_happened(expected):
    outcome = faults.kill_trainer(expected, kills=1, per_run=1, seed=1)
    assert outcome.times == 1
    check(outcome, outcome.runs)


def test_a_full_disk_stops_it_with_a_reason_and_it_goes_on_once_there_is_room(
    expected, monkeypatch, tmp_path
):
    disk = tmp_path / "disk"
    with faults.small_disk(disk) as refused:
        if refused:
            pytest.skip(f"no small disk can be mounted here: {refused}")
        monkeypatch.setenv("SENTIMENT_DATA", str(disk))
        check(faults.fill_disk(expected, disk), 1)
