"""Export of runs to TensorBoard, read back by TensorBoard itself, and as CSV."""

import csv
import dataclasses
import sys

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from sentiment.__main__ import main
from sentiment.runs.launch import create_run
from sentiment.training.events import EpochEvent, StepEvent
from sentiment.training.presets import PRESETS


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    run = create_run(PRESETS["sample"].recipe)
    for step in (10, 20):
        run.append(StepEvent(step, 1, step / 40, 1 / step, 0.5, 2.0, 0.01, 5_000.0, step / 10))
    run.append(EpochEvent(20, 1, 0.06, 0.5, 0.07, 0.75, 0.7, True, 2.5))
    return run


def test_tensorboard_reads_every_point_at_its_step_and_time(run, tmp_path, capsys):
    for _ in range(2):  # the second export replaces the first
        assert main(["export", "--tensorboard", str(tmp_path / "logs")]) == 0
    assert capsys.readouterr().out.split()[0] == str(tmp_path / "logs" / run.id)
    log = EventAccumulator(str(tmp_path / "logs" / run.id))
    log.Reload()
    assert {"loss/train", "loss/valid", "accuracy/valid", "steps/learning rate"} <= set(
        log.Tags()["scalars"]
    )
    points = log.Scalars("loss/train")
    assert [(point.step, round(point.value, 6)) for point in points] == [(10, 0.1), (20, 0.05)]
    assert points[1].wall_time - points[0].wall_time == pytest.approx(1, abs=0.01)
    assert [point.value for point in log.Scalars("accuracy/valid")] == [0.75]
    (settings,) = log.Tensors("settings/text_summary")
    assert b"hidden_size: 48" in settings.tensor_proto.string_val[0]


def test_csv_of_chosen_runs(run, capsys):
    other = create_run(dataclasses.replace(PRESETS["sample"].recipe))
    assert main(["export", run.id]) == 0
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["run"] for row in rows] == [run.id] * 3
    assert main(["export", other.id, "nonsense"]) == 1
    errors = capsys.readouterr().err
    assert "nonsense" in errors and run.id in errors


def test_without_tensorboard_the_error_names_the_requirements(run, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert main(["export", "--tensorboard", str(tmp_path / "logs")]) == 1
    assert "pip install -r requirements-tracking.txt" in capsys.readouterr().err
    assert not (tmp_path / "logs").exists()
