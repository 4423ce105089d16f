"""Work that outlives its page: started, looked after, stopped; the memory task as one of them."""

import json
import os
import subprocess
import sys
import time

import pytest

from sentiment.errors import RunError
from sentiment.places import PROJECT
from sentiment.runs import memory_runs, processes


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    return tmp_path / "memory"


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.1)


def test_a_process_is_alive_until_it_ends(tmp_path):
    log = tmp_path / "log.txt"
    pid = processes.start(["predict", "--help"], log)
    wait_for(lambda: not processes.alive(pid))
    assert "TEXT" in log.read_text()


@pytest.mark.parametrize("asked", ["", str(os.cpu_count())])
def test_a_training_of_the_app_leaves_it_a_core(asked):
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    code = (
        "from sentiment.runs.processes import step_back; step_back();"
        "import torch; print(torch.get_num_threads())"
    )
    threads = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | ({"OMP_NUM_THREADS": asked} if asked else {}),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert int(threads) == int(asked or max(1, os.cpu_count() - 1))


def test_the_memory_task_shows_results_while_it_runs_and_stops_when_asked(folder):
    assert memory_runs.own() is None
    memory_runs.launch()
    wait_for(lambda: len(memory_runs.own().results) >= 2)
    table = memory_runs.own()
    assert table.active and 0 < table.progress < 1 and not table.message
    assert {"contender", "distractors", "accuracy"} <= set(table.results[0])
    memory_runs.stop()
    wait_for(lambda: not memory_runs.own().active)
    kept = memory_runs.own()
    assert len(kept.results) >= 2
    assert not kept.message  # it was asked to


def test_a_finished_table_is_told_from_one_that_broke_off(folder):
    folder.mkdir()
    (folder / "process.json").write_text('{"pid": 999999999}')
    result = {"contender": "rnn", "distractors": 10, "accuracy": 1.0}
    whole = {"results": [result], "experiments": 1}
    (folder / "results.json").write_text(json.dumps(whole))
    assert not memory_runs.own().message
    (folder / "results.json").write_text(json.dumps({**whole, "experiments": 5}))
    assert not memory_runs.own().active
    assert "before all networks were trained" in memory_runs.own().message
    (folder / "results.json").write_text("{")
    with pytest.raises(RunError, match=r"results.json cannot be read.*Delete it"):
        memory_runs.own()
