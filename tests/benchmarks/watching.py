"""What a training costs besides training: checkpoints, live pages, viewers, the start."""

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.measure import Row, seconds_of, side_by_side

if TYPE_CHECKING:
    from sentiment.runs.run import Run

PROJECT = Path(__file__).resolve().parents[2]
POINTS = (100, 10_000)  # of a live curve
VIEWERS = (0, 1, 10)
TRAINED = 12.0  # seconds the trainer is watched, each time
ROUNDS = 3


def watching() -> Iterator[Row]:
    yield from _checkpoint()
    yield from _live_page()
    yield from _first_point()
    yield from _viewers()


def _checkpoint() -> Iterator[Row]:
    """Of a network as large as the "quick" preset's, against a step of its training."""
    import torch

    from sentiment.dataset.batches import Batch
    from sentiment.networks.build import new_classifier
    from sentiment.training.checkpoints import save_checkpoint
    from sentiment.training.presets import PRESETS
    from sentiment.training.state import FitState
    from sentiment.training.step import training_step

    recipe = PRESETS["quick"].recipe
    state = FitState.new(new_classifier(recipe.network, 30_000), recipe.training)
    ids = torch.randint(2, 30_000, (recipe.training.batch_size, 230))
    lengths = torch.full((len(ids),), 230)
    batch = Batch(ids, lengths, torch.randint(0, 2, (len(ids),)).float())

    def step() -> None:
        training_step(state, batch, recipe.training, 1e-3)

    step()
    state.best_weights = {name: value.clone() for name, value in state.network.state_dict().items()}
    with tempfile.TemporaryDirectory() as folder:

        def save() -> None:
            state.step += 1
            save_checkpoint(Path(folder), state, 0.0)

        seconds, ratio = side_by_side(save, step, 7)
    share = seconds / 30
    yield Row(
        "write a checkpoint", seconds, "step of training", ratio, f"{share:.1%} of 30 s", None
    )


def _live_page() -> Iterator[Row]:
    """The whole Train page again, while a run is under way whose curve has so many points."""
    from streamlit.testing.v1 import AppTest

    from sentiment.runs.launch import create_run
    from sentiment.runs.run import all_runs
    from sentiment.training.events import StepEvent
    from sentiment.training.presets import PRESETS

    pages = []
    for points in POINTS:
        run = create_run(PRESETS["sample"].recipe)
        run.set_status("running", "Training", 0.5)
        for step in range(1, points + 1):
            share = step / points
            run.append(StepEvent(step, 1, share / 2, 1 / step, share, 1.0, 1e-3, 1e5, float(step)))
        test = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
        test.switch_page("pages/train.py").run()
        test.query_params["run"] = run.id
        pages.append(test.run())
    few, many = pages
    seconds, ratio = side_by_side(lambda: many.run(), lambda: few.run(), 7)
    name = f"live page, {POINTS[1]:,} points"
    yield Row(name, seconds, f"{POINTS[0]} points", ratio, "≤ 500 ms", seconds <= 0.5)
    for run in all_runs():
        run.set_status("stopped", "Ended", 0.0)
        run.delete()


def _first_point() -> Iterator[Row]:
    """From the launch to the first point of the curve, against loading torch alone."""
    from sentiment.runs.launch import launch_run
    from sentiment.runs.run import Run
    from sentiment.training.presets import PRESETS

    def launch() -> None:
        run = launch_run(PRESETS["sample"].recipe)
        launched.append(run)
        while not run.events().get("StepEvent"):
            time.sleep(0.02)

    def bare() -> None:
        subprocess.run([sys.executable, "-c", "import torch"], check=True)

    launched: list[Run] = []
    pairs = []
    for _ in range(ROUNDS):
        pairs.append((seconds_of(launch), seconds_of(bare)))
        _end(launched.pop())
    first = statistics.median(pair[0] for pair in pairs)
    ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
    yield Row("launch to first point", first, "import torch", ratio, "≤ 5 s", first <= 5)


def _viewers() -> Iterator[Row]:
    """How fast a training goes while its page is looked at, against being left alone.

    A viewer asks for the whole page as often as the page asks for its live part, which is more
    than it costs in truth; what the viewer's own browser takes is not in it.
    """
    rates: dict[int, list[float]] = {viewers: [] for viewers in VIEWERS}
    with endless_training() as run:
        for _ in range(ROUNDS):
            for viewers in VIEWERS:
                rates[viewers].append(_rate(run, viewers))
    for viewers, allowed in zip(VIEWERS[1:], (0.03, 0.05), strict=True):
        pairs = zip(rates[viewers], rates[0], strict=True)
        ratio = statistics.median(watched / alone for watched, alone in pairs)
        yield Row(
            f"training with {viewers} viewer{'s' * (viewers > 1)}, a step",
            1 / statistics.median(rates[viewers]),
            "nobody looks",
            ratio,
            f"costs ≤ {allowed:.0%}: {1 - ratio:.1%}",
            1 - ratio <= allowed,
        )


@contextlib.contextmanager
def endless_training() -> "Iterator[Run]":
    """A training on the sample corpus, past its first epoch; it is killed when the block ends."""
    from sentiment.runs.launch import launch_run
    from sentiment.training.config import recipe_with
    from sentiment.training.presets import PRESETS

    endless = {"epochs": 1_000, "patience": 1_000, "hidden_size": 128}
    run = launch_run(recipe_with(PRESETS["sample"].recipe, endless))
    try:
        while not run.events().get("EpochEvent"):
            time.sleep(0.1)
        yield run
    finally:
        _end(run)


def steps_a_second(run: "Run", meanwhile: Callable[[], object]) -> float:
    """Steps a second that `run` takes while `meanwhile` runs."""
    before = run.events()["StepEvent"][-1]
    meanwhile()
    after = run.events()["StepEvent"][-1]
    return float((after["step"] - before["step"]) / (after["seconds"] - before["seconds"]))


def _rate(run: "Run", viewers: int) -> float:
    """Steps a second of `run` while so many look at it."""
    watchers = None
    if viewers:
        watchers = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.viewers", str(viewers), run.id],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert watchers.stdout is not None
        watchers.stdout.readline()  # all are there
    try:
        return steps_a_second(run, lambda: time.sleep(TRAINED))
    finally:
        if watchers:
            watchers.kill()
            watchers.communicate()


def _end(run: "Run") -> None:
    os.kill(run.status().pid, signal.SIGKILL)
    while run.status().active:
        time.sleep(0.05)
