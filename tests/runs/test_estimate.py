"""Estimates of a training's parameters, steps, time and memory."""

import pytest

from sentiment.errors import RunError
from sentiment.runs import processes, trainer
from sentiment.runs.estimate import estimate
from sentiment.runs.launch import create_run
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

pytestmark = pytest.mark.slow  # starts trainings

QUICK = recipe_with(
    PRESETS["sample"].recipe,
    {"epochs": 2, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
)
COMMAND = ["estimate", "--recipe", "-", "--json"]


@pytest.fixture(autouse=True)
def _new_user(new_user):
    """A data folder of the test's own."""


def test_parameters_and_steps_equal_those_of_the_training():
    costs = processes.run_for_json(COMMAND, QUICK.to_json())
    run = create_run(QUICK)
    info = trainer.train(run)
    assert costs["parameters"] == info.training.parameters
    assert costs["steps"] == run.events()["StepEvent"][-1]["step"]
    # Times depend on the load of the machine; orders of magnitude do not.
    assert 0.05 < costs["seconds"] / info.training.seconds < 20
    assert 2**26 < costs["memory"] < 2**32

    larger = recipe_with(QUICK, {"embedding_dim": 1024})
    large = processes.run_for_json(COMMAND, larger.to_json())
    more = large["parameters"] - costs["parameters"]
    assert large["memory"] - costs["memory"] > 4 * 4 * more  # weights, gradients, two moments


def test_a_bag_of_words_has_no_steps():
    costs = estimate(recipe_with(QUICK, {"architecture": "bow"}))
    assert (costs.seconds, costs.steps) == (None, 0)


def test_errors_are_those_of_the_process():
    wrong = QUICK.to_json() | {"source": "/nowhere.csv"}
    with pytest.raises(RunError, match=r"/nowhere\.csv"):
        processes.run_for_json(COMMAND, wrong)
