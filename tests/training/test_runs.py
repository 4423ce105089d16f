"""Runs: a process of its own that a page only looks at."""

import json
import os
import signal
import sys
import time
from dataclasses import replace

import pytest

from sentiment.errors import RunError
from sentiment.networks.model_folder import ModelInfo
from sentiment.training import runs
from sentiment.training.config import PRESETS, recipe_with
from sentiment.training.runs import Run, Status

QUICK = recipe_with(
    PRESETS["sample"].recipe,
    {"epochs": 1, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
)


@pytest.fixture(autouse=True)
def own_runs(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    yield
    for run in runs.all_runs():
        run.ask_to_stop()  # whatever a failed test left running


def wait(run: Run, ended=lambda run: not run.status().active, seconds: float = 120) -> Status:
    deadline = time.monotonic() + seconds
    while not ended(run):
        assert time.monotonic() < deadline, run.log_tail()
        time.sleep(0.1)
    return run.status()


def test_a_launched_run_finishes_by_itself():
    run = runs.launch(QUICK)
    status = wait(run)
    assert status.state == "finished", run.log_tail()
    assert runs.all_runs() == [run]
    events = run.events()
    assert events["EpochEvent"][0]["epoch"] == 1
    assert events["EndEvent"][0]["best_epoch"] == 1
    assert ModelInfo.read(run.model).metrics["test"]["reviews"] > 500


def test_stopping_keeps_the_best_epoch():
    run = runs.launch(recipe_with(QUICK, {"epochs": 500, "patience": 500}))
    wait(run, lambda run: len(run.events().get("EpochEvent", [])) >= 1)
    run.ask_to_stop()
    status = wait(run)
    assert (status.state, "Stopped on request" in status.message) == ("stopped", True)
    assert ModelInfo.read(run.model).training["epochs"] >= 1


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to kill with")
def test_a_killed_process_is_seen_as_interrupted():
    run = runs.launch(recipe_with(QUICK, {"epochs": 500, "patience": 500}))
    wait(run, lambda run: run.events().get("StepEvent"))
    os.kill(run.status().pid, signal.SIGKILL)
    status = wait(run, seconds=10)
    assert status.state == "interrupted"
    assert run.events()["StepEvent"]  # what was written stays readable


def test_a_run_that_fails_says_why():
    run = runs.launch(replace(QUICK, source="/nowhere.csv"))
    status = wait(run)
    assert status.state == "failed"
    assert "/nowhere.csv" in status.message


def test_a_half_written_line_is_not_read():
    run = runs.create(QUICK)
    (run.folder / "metrics.jsonl").write_text(
        '{"kind": "StepEvent", "step": 1}\n{"kind": "StepEvent", "st'
    )
    assert run.events() == {"StepEvent": [{"step": 1}]}


def test_a_damaged_run_says_so_and_the_others_stay():
    whole, hurt = runs.create(QUICK), runs.create(QUICK)
    (hurt.folder / "status.json").write_text("{")
    status = hurt.status()
    assert status.state == "damaged"
    assert "status.json cannot be read" in status.message and "other runs" in status.message
    (hurt.folder / "metrics.jsonl").write_text("{\n")
    with pytest.raises(RunError, match=r"metrics\.jsonl cannot be read"):
        hurt.events()
    assert whole.status().state == "starting"
    (hurt.folder / "recipe.json").write_text(json.dumps({"source": "x"}))
    assert "damaged" in hurt.title()


def test_silence_counts_as_interrupted(monkeypatch):
    run = runs.create(QUICK)
    run.write_status(replace(run.status(), state="running", heartbeat=time.time() - 3_600))
    assert run.status().state == "interrupted"
