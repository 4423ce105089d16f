"""Fault injection into real trainings, for the tests and for `make faults`."""

import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from sentiment.networks.model_folder import ModelInfo
from sentiment.runs.launch import launch_run, resume_run
from sentiment.runs.run import Run, all_runs
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

PROJECT = Path(__file__).resolve().parents[2]
RECIPE = recipe_with(
    PRESETS["sample"].recipe, {"epochs": 12, "patience": 12, "hidden_size": 32, "embedding_dim": 16}
)
WAIT_SECONDS = 300.0
DISK_SIZE = "size=48m"  # of the small disk


@dataclass
class Outcome:
    """The trainings under one kind of fault."""

    fault: str
    times: int = 0
    runs: int = 0
    lost: int = 0  # runs whose folder, events or model cannot be read at the end
    different: int = 0  # runs with other losses or weights than the uninterrupted one
    repeated: list[int] = field(default_factory=list)  # steps repeated after each fault

    def row(self) -> str:
        steps = self.repeated or [0]
        same = "yes" if not self.different else f"no, {self.different}"
        return (
            f"| {self.fault} | {self.times} | {self.runs} | {self.lost} "
            f"| {statistics.median(steps):.0f}, {max(steps)} | {same} |"
        )


HEADER = (
    "| fault | times | runs | lost runs | repeated steps (median, maximum) "
    "| same losses and weights |\n"
    "|---|---|---|---|---|---|"
)


def wait(condition: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"timeout before {what}"
        time.sleep(0.02)


def ended(run: Run) -> bool:
    return not run.status().active


def step_of(run: Run) -> int:
    """The last step that was reported."""
    steps = run.events().get("StepEvent", [])
    return steps[-1]["step"] if steps else 0


def signature(run: Run) -> tuple[Any, ...]:
    """What interruptions must not change: the losses of each epoch, and the weights."""
    losses = [(e["epoch"], e["train_loss"], e["valid_loss"]) for e in run.events()["EpochEvent"]]
    info = ModelInfo.read(run.model)
    info.load()  # verifies the checksums
    return losses, info.checksums["weights.safetensors"]


def check_run(outcome: Outcome, run: Run, expected: tuple[Any, ...]) -> None:
    outcome.runs += 1
    try:
        outcome.different += signature(run) != expected
        leftovers = [path for path in run.folder.rglob(".*") if path.is_file()]
        outcome.lost += run.status().state != "finished" or bool(leftovers)
    except Exception as error:
        print(f"{run.id}: {error}", file=sys.stderr)
        outcome.lost += 1


def uninterrupted() -> tuple[Any, ...]:
    run = launch_run(RECIPE)
    wait(lambda: ended(run), "the uninterrupted run ended")
    assert run.status().state == "finished", run.log_tail()
    return signature(run)


def kill_trainer(expected: tuple[Any, ...], kills: int, per_run: int, seed: int = 0) -> Outcome:
    """SIGKILL at random times, also before the first step and while writing; then resume."""
    outcome, random_numbers = Outcome("trainer killed (-9)"), random.Random(seed)
    while outcome.times < kills:
        run = launch_run(RECIPE)
        for _ in range(min(per_run, kills - outcome.times)):
            time.sleep(random_numbers.uniform(0.2, 6.0))
            if ended(run):
                break
            os.kill(run.status().pid, signal.SIGKILL)
            wait(lambda run=run: ended(run), "the killed run counted as ended")
            outcome.times += 1
            reached = step_of(run)
            begun = run.checkpoints.glob("step-*/state.json")
            saved = max((int(path.parent.name[5:]) for path in begun), default=0)
            outcome.repeated.append(max(reached - saved, 0))
            resume_run(run)
        wait(lambda run=run: ended(run), "the resumed run ended")
        check_run(outcome, run, expected)
    return outcome


def kill_app(expected: tuple[Any, ...]) -> Outcome:
    """Kill the process group that launched a training, as when the app's terminal is closed."""
    outcome = Outcome("app killed (-9)", times=1)
    code = (
        "import time; from tests.faults.faults import RECIPE; "
        "from sentiment.runs.launch import launch_run; launch_run(RECIPE); time.sleep(600)"
    )
    app = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, start_new_session=True)
    before = set(all_runs())
    wait(lambda: set(all_runs()) - before, "the app launched a run")
    (run,) = set(all_runs()) - before
    wait(lambda: step_of(run), "its first step")
    os.killpg(app.pid, signal.SIGKILL)
    app.wait()
    wait(lambda: ended(run), "the run ended without the app")
    outcome.repeated.append(0)
    check_run(outcome, run, expected)
    return outcome


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[str]:
    """Mount a small disk at `folder`; yields the error if mounting is not permitted."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", DISK_SIZE, "tmpfs", str(folder)]
    try:
        error = subprocess.run(mount, capture_output=True, text=True).stderr.strip()
    except OSError as problem:
        error = str(problem)
    try:
        yield error
    finally:
        if not error:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill_disk(expected: tuple[Any, ...], disk: Path) -> Outcome:
    """Fill the disk of SENTIMENT_DATA during training, then free it."""
    outcome = Outcome("disk full", times=1)
    run = launch_run(RECIPE)
    wait(lambda: step_of(run) > 200, "200 steps")
    pid = run.status().pid
    filler = disk / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    wait(lambda: not psutil.pid_exists(pid) or ended(run), "the run stopped on the full disk")
    wait(lambda: ended(run), "it counted as stopped")
    status = run.status()
    assert status.state == "failed" and str(disk) in status.message, status
    reached = step_of(run)
    filler.unlink()
    saved = max(int(path.parent.name[5:]) for path in run.checkpoints.glob("step-*/state.json"))
    outcome.repeated.append(max(reached - saved, 0))
    resume_run(run)
    wait(lambda: ended(run), "the resumed run ended")
    check_run(outcome, run, expected)
    return outcome
