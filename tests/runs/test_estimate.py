"""What a training is said to cost before it starts."""

import pytest

from sentiment.errors import RunError
from sentiment.runs import processes, trainer
from sentiment.runs.launch import create_run
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

QUICK = recipe_with(
    PRESETS["sample"].recipe,
    {"epochs": 2, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
)
ASK = ["estimate", "--recipe", "-", "--json"]


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


def test_parameters_and_steps_are_those_of_the_training_itself():
    costs = processes.run_for_json(ASK, QUICK.to_json())
    run = create_run(QUICK)
    info = trainer.train(run)
    assert costs["parameters"] == info.training.parameters
    assert costs["steps"] == run.events()["StepEvent"][-1]["step"]
    # Clocks differ by how busy the machine is; orders of magnitude do not.
    assert 0.05 < costs["seconds"] / info.training.seconds < 20
    assert 2**26 < costs["memory"] < 2**32


def test_a_larger_network_is_said_to_take_more_memory():
    small, large = (
        processes.run_for_json(ASK, recipe_with(QUICK, {"embedding_dim": size}).to_json())
        for size in (4, 4096)
    )
    more = large["parameters"] - small["parameters"]
    assert large["memory"] - small["memory"] > 4 * 4 * more  # weights, gradients, two moments


def test_a_bag_of_words_takes_no_steps():
    costs = processes.run_for_json(ASK, recipe_with(QUICK, {"architecture": "bow"}).to_json())
    assert (costs["seconds"], costs["steps"]) == (None, 0)


def test_what_is_wrong_is_said_in_the_words_of_the_process():
    wrong = QUICK.to_json() | {"source": "/nowhere.csv"}
    with pytest.raises(RunError, match=r"no file or folder /nowhere\.csv"):
        processes.run_for_json(ASK, wrong)
