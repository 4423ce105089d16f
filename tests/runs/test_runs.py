"""Runs: trainings in processes of their own, queued, stopped, killed and resumed."""

import json
import os
import signal
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from typing import Any

import pytest

from sentiment.__main__ import main
from sentiment.errors import ConfigError, RunError
from sentiment.networks.model_folder import ModelInfo
from sentiment.runs import processes
from sentiment.runs.launch import create_run, launch_run, wait_for_turn
from sentiment.runs.queue import FILE
from sentiment.runs.run import Run, Status, all_runs, by_name, run_listing, runs_dir
from sentiment.training.config import recipe_with
from sentiment.training.events import EpochEvent, StepEvent
from sentiment.training.presets import PRESETS
from tests.bad_items import add_column, execute, newer_version
from tests.items import make_run

QUICK = recipe_with(
    PRESETS["sample"].recipe,
    {"epochs": 1, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
)
LONG = recipe_with(QUICK, {"epochs": 500, "patience": 500})
STEP = StepEvent(1, 1, 0.5, 0.7, 0.5, 1.0, 0.001, 100.0, 1.0)
EPOCH = EpochEvent(1, 1, 0.7, 0.5, 0.7, 0.5, 0.5, True, 1.0)


@pytest.fixture(autouse=True)
def own_runs(new_user):
    yield
    for run in all_runs():
        run.request_stop()  # in case a test failed and left it running


def wait(run: Run, ended=lambda run: not run.status().active, seconds: float = 600) -> Status:
    deadline = time.monotonic() + seconds
    while not ended(run):
        assert time.monotonic() < deadline, run.log_tail()
        time.sleep(0.1)
    return run.status()


def event_line(event: StepEvent | EpochEvent, **changes: Any) -> str:
    """A line of metrics.jsonl."""
    return json.dumps({"kind": type(event).__name__, **asdict(replace(event, **changes))})


def test_a_failed_run_has_the_reason():
    run = create_run(replace(QUICK, source="/nowhere.csv"))
    assert main(["train", "--run-folder", str(run.folder)]) == 1  # what the process of a run does
    status = run.status()
    assert status.state == "failed"
    assert "/nowhere.csv" in status.message


def test_a_partly_written_line_is_not_read():
    run = create_run(QUICK)
    (run.folder / "metrics.jsonl").write_text(
        f'{event_line(STEP, step=1)}\n{{"kind": "StepEvent", "st', encoding="utf-8"
    )
    assert run.events() == {"StepEvent": [asdict(replace(STEP, step=1))]}
    run.append(replace(STEP, step=2))  # by the process that resumes a killed one
    assert [event["step"] for event in run.events()["StepEvent"]] == [1, 2]


def test_reading_a_log_incrementally_equals_reading_it_once():
    run = create_run(QUICK)
    log, file = run.event_log(), run.folder / "metrics.jsonl"
    assert log.read() == {}
    with file.open("a") as stream:
        for step in range(5):
            rest = event_line(EPOCH, epoch=step)
            stream.write(f"{event_line(STEP, step=step)}\n{rest[:14]}")
            stream.flush()
            assert log.read() == run.events()
            assert len(log.read()["StepEvent"]) == step + 1
            stream.write(f"{rest[14:]}\n")
            stream.flush()
    assert len(log.read()["EpochEvent"]) == 5
    run.rewind(step=2, epoch=2)  # resuming from a checkpoint replaces the file
    assert log.read() == run.events()
    assert [event["step"] for event in log.read()["StepEvent"]] == [0, 1, 2]


def test_concurrent_readers_of_one_log_get_each_event_once(monkeypatch):
    run = create_run(QUICK)
    log, file = run.event_log(), run.folder / "metrics.jsonl"
    file.write_text("".join(f"{event_line(STEP, step=step)}\n" for step in range(50)))

    def slowly(line, loads=json.loads, **options):
        time.sleep(0.001)  # lets other threads run between two lines
        return loads(line, **options)

    monkeypatch.setattr("sentiment.stored.json.loads", slowly)
    with ThreadPoolExecutor(4) as pool:
        for events in list(pool.map(lambda _: log.read(), range(4))):
            assert [event["step"] for event in events["StepEvent"]] == list(range(50))


def test_a_damaged_run_does_not_hide_other_runs():
    whole, hurt = create_run(QUICK), create_run(QUICK)
    (hurt.folder / "recipe.json").write_text(json.dumps({"source": 5}))
    status = hurt.status()
    assert status.state == "damaged" and "damaged" in hurt.name()
    assert "recipe.json" in status.message
    (hurt.folder / "metrics.jsonl").write_text("{\n")
    with pytest.raises(RunError, match=r"metrics\.jsonl"):
        hurt.events()
    assert whole.status().state == "queued"


@pytest.mark.slow
def test_one_run_trains_while_the_next_are_queued():
    first = launch_run(LONG)
    second, third = launch_run(QUICK), launch_run(QUICK)
    wait(first, lambda run: run.events().get("StepEvent"))
    wait(third, lambda run: run.status().stage == "Waiting")
    wait(second, lambda run: run.status().stage == "Waiting")
    assert [run.status().state for run in (first, second, third)] == ["running", "queued", "queued"]
    assert [run.queue_position() for run in (first, second, third)] == [0, 1, 2]
    second.request_stop()
    assert wait(second).state == "cancelled"
    assert third.queue_position() == 1
    assert not second.events()

    # Stopping keeps the best epoch.
    wait(first, lambda run: run.events().get("EpochEvent"))
    first.request_stop()
    status = wait(first)
    assert (status.state, "Stopped on request" in status.message) == ("stopped", True)
    assert ModelInfo.read(first.model).training.epochs >= 1

    # The next one starts by itself.
    assert wait(third).state == "finished", third.log_tail()
    assert set(all_runs()) == {first, second, third}
    events = third.events()
    assert events["EpochEvent"][0]["epoch"] == 1
    assert events["EndEvent"][0]["best_epoch"] == 1
    assert ModelInfo.read(third.model).metrics["test"]["reviews"] > 500


def test_several_may_train_in_parallel_if_set(monkeypatch):
    monkeypatch.setenv("SENTIMENT_TRAININGS", "2")
    ready = [create_run(QUICK) for _ in range(3)]
    assert [run.table.claim(run.id) for run in ready] == [True, True, False]
    assert [run.status().state for run in ready] == ["running", "running", "queued"]
    monkeypatch.setenv("SENTIMENT_TRAININGS", "none")
    with pytest.raises(ConfigError, match="SENTIMENT_TRAININGS is 'none'"):
        wait_for_turn(create_run(QUICK))


def test_only_one_of_many_simultaneous_claims_succeeds():
    ready = [create_run(QUICK) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            claimed = list(pool.map(lambda run: run.table.claim(run.id), ready))
            assert sum(claimed) <= 1
    assert [run.status().state for run in ready].count("running") == 1
    assert ready[0].status().state == "running"  # the first in the queue


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals to kill with")
def test_a_killed_run_is_interrupted_and_does_not_block_the_queue():
    first, second = launch_run(LONG), create_run(QUICK)
    wait(first, lambda run: run.events().get("StepEvent"))
    assert not second.table.claim(second.id)
    os.kill(first.status().pid, signal.SIGKILL)
    assert wait(first).state == "interrupted"
    assert first.events()["StepEvent"]  # the events stay readable
    assert second.table.claim(second.id)


def test_another_process_with_the_same_id_is_not_taken_for_the_run():
    """After a reboot another program may have the id."""
    run = create_run(QUICK)
    assert run.status().state == "queued"
    run.table.update(run.id, started=processes.start_time(os.getpid()) + 500)
    assert run.status().state == "interrupted"


def test_a_lost_or_damaged_table_loses_no_run(monkeypatch):
    finished, other = make_run(), create_run(QUICK)
    for file in runs_dir().glob(f"{FILE}*"):
        file.unlink()
    assert finished.status().state == "finished"
    assert other.status().state == "interrupted" and other.can_resume()
    (runs_dir() / FILE).write_bytes(b"no database " * 400)
    assert other.status().state == "damaged"
    assert FILE in other.status().message
    assert len(all_runs()) == 2


def test_a_table_without_a_version_migrates_and_keeps_its_rows():
    run = create_run(QUICK)
    run.rename("mine")
    execute(runs_dir() / FILE, "PRAGMA user_version = 0")
    assert run.name() == "mine"
    connection = sqlite3.connect(runs_dir() / FILE)
    assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    connection.close()


def test_a_newer_table_is_refused_and_left_as_it_is():
    run = create_run(QUICK)
    newer_version(runs_dir() / FILE)
    with pytest.raises(RunError, match=rf"{FILE} has version 99.*Update"):
        run.rename("mine")
    assert run.status().state == "damaged"
    (bad,) = run_listing().bad
    assert bad.path == runs_dir() / FILE and all_runs() == [run]
    execute(runs_dir() / FILE, "PRAGMA user_version = 1")
    assert run.status().state == "queued"


def test_an_added_column_is_ignored_and_a_damaged_row_is_that_of_one_run():
    hurt, whole = create_run(QUICK), create_run(QUICK)
    add_column(runs_dir() / FILE)
    execute(runs_dir() / FILE, f"UPDATE runs SET pid = 'x' WHERE id = '{hurt.id}'")
    assert (hurt.status().state, whole.status().state) == ("damaged", "queued")
    assert whole.queue_position() == 1  # the damaged row blocks nothing


def test_names_are_checked_and_shown():
    run = create_run(QUICK)
    run.rename("  my   first ")
    assert run.name() == "my first"
    for name in ("x" * 61, "line\u0000feed"):
        with pytest.raises(ConfigError, match="at most 60"):
            run.rename(name)
    run.rename("")
    assert run.name() == f"lstm {run.id[-4:]}"
    assert "sample" in run.about()


def test_a_run_in_a_folder_of_the_user_has_its_name():
    run = create_run(QUICK)
    own = Run(run.folder.rename(run.folder.with_name("baseline")))
    assert own.name() == "baseline"
    (own.folder / "recipe.json").write_text("{")
    assert own.name() == "damaged baseline"


def test_runs_of_the_same_name_are_told_apart():
    runs = [create_run(QUICK) for _ in range(3)]
    for run in runs[:2]:
        run.rename("mine")
    named = by_name(runs)
    assert list(named.values()) == runs
    assert list(named) == [f"mine ({runs[0].id[-4:]})", f"mine ({runs[1].id[-4:]})", runs[2].name()]


def test_deleting_removes_folder_and_row_but_not_of_an_active_run():
    run = create_run(QUICK)
    with pytest.raises(RunError, match="running or queued"):
        run.delete()
    run.set_status("stopped", "Ended", 0.0)
    run.delete()
    assert not run.folder.exists() and run.table.get(run.id) is None
    assert all_runs() == []


def test_the_time_since_the_last_heartbeat():
    run = create_run(QUICK)
    run.set_status("running", "Training", 0.5)
    assert run.status().seconds_since_heartbeat < 5
    run.table.update(run.id, heartbeat=time.time() - 90)
    assert run.status().active and 85 < run.status().seconds_since_heartbeat < 100
    run.table.update(run.id, heartbeat=time.time() + 3_600)  # the clock was set back
    assert run.status().seconds_since_heartbeat == 0
    run.set_status("stopped", "Ended", 1.0)
