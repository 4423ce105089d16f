"""Data-parallel training gives the losses of one process and survives the loss of a process."""

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
from sentiment.places import PROGRAM
from sentiment.runs import trainer
from sentiment.runs.launch import create_run
from sentiment.runs.run import all_runs
from sentiment.training import fit
from sentiment.training.config import recipe_with
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup, device_for
from sentiment.training.presets import PRESETS
from tests.training import steps_of_a_group

TORCHRUN = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
# On a loaded machine a process can abort at exit after its work is done; torchrun then ends the
# others and restarts all.
WITH_RESTARTS = [*TORCHRUN, "--max-restarts", "2"]
SETTINGS = {"epochs": 4, "patience": 4, "hidden-size": 16, "sequence-length": 80, "device": "cpu"}
TRAIN = ["-m", "sentiment", "train", "--preset", "sample"] + [
    word for name, value in SETTINGS.items() for word in (f"--{name}", str(value))
]


@pytest.mark.slow
def test_two_processes_give_the_losses_of_one(new_user, monkeypatch):
    monkeypatch.setattr(fit, "LOG_SECONDS", 0.0)  # reset after the test
    one = steps_of_a_group.losses_of_cases(SINGLE_PROCESS)
    done = subprocess.run(
        [*WITH_RESTARTS, "-m", "tests.training.steps_of_a_group"],
        cwd=PROGRAM,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    two = json.loads(done.stdout.splitlines()[-1])
    assert two["size"] == 2
    for losses, of_two in zip(one[:2], two["losses"][:2], strict=True):
        assert len(losses) == steps_of_a_group.STEPS
        assert of_two == pytest.approx(losses, rel=1e-4)

    # The processes draw different random crops: the losses differ, but not much.
    losses, of_two = one[2], two["losses"][2]
    assert of_two[0] == pytest.approx(losses[0], rel=1e-4)  # before the first one has an effect
    assert of_two[1:] != losses[1:] and of_two == pytest.approx(losses, rel=0.2)


def test_every_item_of_a_batch_is_in_one_shard():
    batch = list(range(7))
    shards = [ProcessGroup(rank, 3).shard(batch) for rank in range(3)]
    assert sorted(item for shard in shards for item in shard) == batch
    assert SINGLE_PROCESS.shard(batch) == batch


def test_a_batch_smaller_than_the_group_goes_to_every_process():
    # The mean over the ranks is then the mean of the batch.
    assert [ProcessGroup(rank, 3).shard([5, 6]) for rank in range(3)] == [[5, 6]] * 3


@pytest.fixture
def torchrun(new_user):
    """`torchrun` with two processes that train the sample corpus; killed after the test."""
    process = subprocess.Popen(
        [*TORCHRUN, "--max-restarts", "2", "--monitor-interval", "0.2", *TRAIN],
        cwd=PROGRAM,
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


def wait_for(condition, seconds=120.0):
    """The first true result of `condition`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{condition} is still false after {seconds} s")


def finished_epochs():
    return [run for run in all_runs() if run.events().get("EpochEvent")]


@pytest.mark.slow
def test_after_the_loss_of_a_process_all_resume_the_same_run_and_later_one_alone(torchrun):
    (run,) = wait_for(finished_epochs)
    leader = run.status().pid
    workers = psutil.Process(torchrun.pid).children()
    next(one for one in workers if one.pid != leader).send_signal(signal.SIGKILL)
    wait_for(lambda: run.status().pid not in (0, leader) and len(run.events()["EpochEvent"]) > 1)
    run.request_stop()
    _, log = torchrun.communicate(timeout=200)
    assert run.status().state == "stopped", log
    assert all_runs() == [run]
    record = json.loads((run.model / "training.json").read_text("utf-8"))
    assert "2 processes" in record["hardware"]

    (run.folder / "stop").unlink()
    trainer.train(run)  # by this process
    assert run.status().state == "finished"
    assert [event["epoch"] for event in run.events()["EpochEvent"]] == [1, 2, 3, 4]
    steps = [event["step"] for event in run.events()["StepEvent"]]
    assert steps == sorted(set(steps))
    record = json.loads((run.model / "training.json").read_text("utf-8"))
    assert "2 processes" not in record["hardware"]
    assert json.loads((run.model / "metrics.json").read_text())["test"]["accuracy"] > 0.7


def test_more_processes_than_reviews_in_a_batch_are_rejected(new_user):
    run = create_run(recipe_with(PRESETS["sample"].recipe, {"batch_size": 2}))
    with pytest.raises(ConfigError, match=r"batch_size is 2.*3"):
        trainer.train(run, group=ProcessGroup(0, 3))
    assert run.status().state == "failed"


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_cuda_without_a_gpu_is_rejected():
    assert device_for("auto") == torch.device("cpu")
    with pytest.raises(ConfigError, match="'cuda'"):
        device_for("cuda")


def test_bfloat16_without_its_instructions_is_rejected(new_user, monkeypatch):
    monkeypatch.setattr("sentiment.networks.precision.bfloat16_supported", lambda device: False)
    run = create_run(recipe_with(PRESETS["sample"].recipe, {"precision": "bfloat16"}))
    with pytest.raises(ConfigError, match="bfloat16"):
        trainer.train(run)
    assert run.status().state == "failed"
    assert not run.checkpoints.exists()
