"""Processes: started, checked, stopped; never a stranger's. And the memory task as a job."""

import os
import subprocess
import sys
import time

import pytest

from sentiment import atomic
from sentiment.errors import SentimentError
from sentiment.places import PROGRAM
from sentiment.runs import memory_experiment, processes
from sentiment.runs.jobs import Job
from sentiment.runs.launch import create_run
from sentiment.training.presets import PRESETS


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


def wait_for(condition, seconds=600):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.1)


def test_a_process_is_alive_until_it_ends(tmp_path):
    log = tmp_path / "log.txt"
    pid = processes.start(["predict", "--help"], log)
    started = processes.start_time(pid)
    assert processes.alive(pid, started)
    wait_for(lambda: not processes.alive(pid, started))
    assert "TEXT" in log.read_text()


@pytest.fixture
def stranger():
    """A live process that does not belong to the project."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def survives(process):
    """Whether it still runs after a signal would have ended it."""
    try:
        process.wait(timeout=1)
    except subprocess.TimeoutExpired:
        return True
    return False


def test_only_the_process_with_the_stored_start_time_is_stopped(stranger):
    started = processes.start_time(stranger.pid)
    assert not processes.alive(stranger.pid, started - 500)
    processes.stop(stranger.pid, started - 500)
    assert survives(stranger)
    processes.stop(stranger.pid, started)
    assert not survives(stranger)


@pytest.mark.parametrize("job", [lambda: Job.named("prepare"), memory_experiment.job])
def test_stopping_a_job_spares_a_process_that_got_its_id(job, stranger):
    started = processes.start_time(stranger.pid) - 500
    folder = job().folder
    atomic.write_json(folder / "process.json", {"pid": stranger.pid, "started": started})
    atomic.write_json(folder / "progress.json", {"state": "running"})
    assert job().status().state == "failed"
    job().stop()
    assert survives(stranger)


def test_stopping_a_run_spares_a_process_that_got_its_id(stranger):
    run = create_run(PRESETS["sample"].recipe)
    started = processes.start_time(stranger.pid) - 500
    run.table.update(run.id, state="running", pid=stranger.pid, started=started)
    assert run.status().state == "interrupted"
    run.request_stop()
    assert survives(stranger)


@pytest.mark.slow
@pytest.mark.parametrize("threads", ["", str(os.cpu_count())])
def test_low_priority_leaves_a_core_free_unless_threads_are_set(threads):
    environment = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    code = (
        "from sentiment.runs.processes import lower_priority; lower_priority();"
        "import torch; print(torch.get_num_threads())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env=environment | ({"OMP_NUM_THREADS": threads} if threads else {}),
        cwd=PROGRAM,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert int(printed) == int(threads or max(1, os.cpu_count() - 1))


@pytest.mark.slow
def test_the_memory_task_shows_results_while_it_runs_and_can_be_stopped():
    assert memory_experiment.results() is None
    memory_experiment.launch()
    wait_for(lambda: memory_experiment.results() and len(memory_experiment.results().results) >= 2)
    status = memory_experiment.job().status()
    assert status.state == "running" and 0 < status.progress < 1
    memory_experiment.job().stop()
    wait_for(lambda: memory_experiment.job().status().state == "stopped")
    assert len(memory_experiment.results().results) >= 2
    (memory_experiment.job().folder / "results.json").write_text("{")
    with pytest.raises(SentimentError, match=r"results\.json"):
        memory_experiment.results()
