"""Estimates of a training's parameters, steps, time and memory."""

import pytest

from sentiment.errors import RunError
from sentiment.runs import processes, trainer
from sentiment.runs.estimate import estimate
from sentiment.runs.launch import create_run
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

QUICK = recipe_with(
    PRESETS["sample"].recipe,
    {"epochs": 2, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
)
COMMAND = ["estimate", "--recipe", "-", "--json"]


@pytest.fixture(autouse=True)
def _new_user(new_user):
    """A data folder of the test's own."""


def test_parameters_and_steps_equal_those_of_the_training():
    costs = estimate(QUICK)
    run = create_run(QUICK)
    info = trainer.train(run)
    assert costs.parameters == info.training.parameters
    assert costs.steps == run.events()["StepEvent"][-1]["step"]
    # Times depend on the load of the machine; orders of magnitude do not.
    assert 0.05 < costs.seconds / info.training.seconds < 20


@pytest.mark.slow
def test_the_memory_is_that_of_a_process():
    larger = recipe_with(QUICK, {"embedding_dim": 1024})
    costs, large = (processes.run_for_json(COMMAND, one.to_json()) for one in (QUICK, larger))
    assert 2**26 < costs["memory"] < 2**32
    more = large["parameters"] - costs["parameters"]
    assert large["memory"] - costs["memory"] > 4 * 4 * more  # weights, gradients, two moments


@pytest.mark.slow
def test_figures_and_errors_are_those_of_a_process():
    bag = recipe_with(QUICK, {"architecture": "bow"})
    costs = processes.run_for_json(COMMAND, bag.to_json())
    assert (costs["seconds"], costs["steps"]) == (None, 0)
    wrong = QUICK.to_json() | {"source": "/nowhere.csv"}
    with pytest.raises(RunError, match=r"/nowhere\.csv"):
        processes.run_for_json(COMMAND, wrong)
