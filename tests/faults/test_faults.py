"""A full disk in a real training; `make faults` is the long form, with many kills."""

import shutil
import sys

import pytest

from sentiment.runs import trainer
from sentiment.runs.launch import create_run
from sentiment.training.config import recipe_with
from tests.faults import faults

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="uses signals and mounts of Linux"
    ),
]


def test_a_full_disk_stops_a_training_that_can_be_resumed(new_user, monkeypatch, tmp_path):
    monkeypatch.setattr(
        faults,
        "RECIPE",
        recipe_with(faults.RECIPE, {"epochs": 5, "hidden_size": 16, "sequence_length": 60}),
    )
    run = create_run(faults.RECIPE)
    trainer.train(run)
    expected = faults.signature(run)
    disk = tmp_path / "disk"
    with faults.small_disk(disk) as error:
        if error:
            pytest.skip(f"no small disk can be mounted here: {error}")
        monkeypatch.setenv("SENTIMENT_DATA", str(disk))
        shutil.copytree(new_user / "prepared", disk / "prepared")
        outcome = faults.fill_disk(expected, disk)
    assert (outcome.runs, outcome.lost, outcome.different) == (1, 0, 0), outcome.row()
