"""Several processes that train together give what one gives, and survive the loss of one."""

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
import torch

from sentiment.errors import ConfigError
from sentiment.places import PROJECT
from sentiment.runs.launch import create_run, resume_run
from sentiment.runs.run import all_runs
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup, device_for

STEPS = 50
TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
# On a loaded machine a process was seen to abort at its end, its work done; torchrun then ends the
# others, and begins anew if it may.
PATIENT = [*TORCHRUN, "--max-restarts", "2"]
TRAIN = ["-m", "sentiment", "train", "--preset", "sample", "--device", "cpu"]


def losses(adversarial, random_crops, *arguments):
    done = subprocess.run(
        [
            *arguments,
            "-m",
            "tests.training.steps_of_a_group",
            str(STEPS),
            str(adversarial),
            str(random_crops),
        ],
        cwd=PROJECT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("adversarial", [0.0, 0.02])
def test_two_processes_give_the_losses_of_one(adversarial):
    one, two = (losses(adversarial, 0, *how) for how in ([sys.executable], PATIENT))
    assert (one["size"], two["size"]) == (1, 2)
    assert len(one["losses"]) == STEPS
    assert one["losses"][-1] < one["losses"][0]
    assert two["losses"] == pytest.approx(one["losses"], rel=1e-4)


def test_two_processes_read_excerpts_of_their_own():
    one, two = (losses(0.02, 0.5, *how)["losses"] for how in ([sys.executable], PATIENT))
    assert one[0] == pytest.approx(two[0], rel=1e-4)  # before the first excerpt had its say
    # Each draws its own pieces, so the losses part, but not far.
    assert one[1:] != two[1:] and two == pytest.approx(one, rel=0.2)


def test_a_batch_is_divided_without_rest():
    batch = list(range(7))
    shares = [ProcessGroup(rank, 3).shard(batch) for rank in range(3)]
    assert sorted(item for share in shares for item in share) == batch
    assert SINGLE_PROCESS.shard(batch) == batch


def test_a_batch_too_small_for_all_is_read_by_each():
    # Their mean is then the mean of the batch, as it is where it is divided.
    assert [ProcessGroup(rank, 3).shard([5, 6]) for rank in range(3)] == [[5, 6]] * 3


@pytest.fixture
def together(tmp_path, monkeypatch):
    """Two processes that train the sample corpus, begun; ended after the test whatever happens."""
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))  # no other runs are there
    process = subprocess.Popen(
        [*TORCHRUN, "--max-restarts", "2", "--monitor-interval", "0.2", *TRAIN, "--epochs", "6"],
        cwd=PROJECT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    yield process
    if process.poll() is None:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
        process.kill()
        process.communicate()


def wait_for(what, seconds=120.0):
    """What `what` gives, once that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come to pass.")


def finished_epochs():
    return [run for run in all_runs() if run.events().get("EpochEvent")]


def test_after_the_loss_of_a_process_all_go_on_with_the_same_run(together):
    (run,) = wait_for(finished_epochs)
    workers = psutil.Process(together.pid).children()
    follower = next(one for one in workers if one.pid != run.status().pid)
    follower.send_signal(signal.SIGKILL)
    _, log = together.communicate(timeout=200)
    assert together.returncode == 0, log
    assert all_runs() == [run]
    assert run.status().state == "finished"
    assert [event["epoch"] for event in run.events()["EpochEvent"]] == [1, 2, 3, 4, 5, 6]
    about = json.loads((run.model / "training.json").read_text("utf-8"))
    assert "2 processes together" in about["hardware"]


def test_what_two_began_one_can_finish_from_the_page(together):
    (run,) = wait_for(finished_epochs)
    run.request_stop()
    _, log = together.communicate(timeout=100)
    assert run.status().state == "stopped", log
    done = run.events()["StepEvent"][-1]["step"]
    resume_run(run)
    wait_for(lambda: run.status().state == "finished")
    steps = [event["step"] for event in run.events()["StepEvent"]]
    assert steps == sorted(set(steps)) and steps[-1] > done
    assert json.loads((run.model / "metrics.json").read_text())["test"]["accuracy"] > 0.8


def test_more_processes_than_reviews_in_a_batch_are_refused(monkeypatch):
    from sentiment.runs.trainer import train
    from sentiment.training.config import recipe_with
    from sentiment.training.presets import PRESETS

    run = create_run(recipe_with(PRESETS["sample"].recipe, {"batch_size": 2}))
    with pytest.raises(ConfigError, match="batch_size is 2, too small for 3 processes"):
        train(run, group=ProcessGroup(0, 3))
    assert run.status().state == "failed"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_gpu_that_is_not_there_is_asked_for_in_vain():
    assert device_for("auto") == torch.device("cpu")
    with pytest.raises(ConfigError, match="has no GPU"):
        device_for("cuda")
