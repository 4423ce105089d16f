"""`average`: the mean of the weights of trainings, measured like a training; others are refused."""

import json

import pytest
import torch

from sentiment.__main__ import main
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import ModelInfo
from tests.corpora import small_corpus

SIZES = ["--hidden-size", "4", "--embedding-dim", "4", "--sequence-length", "30"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("average")


@pytest.fixture(scope="module")
def reviews(folder):
    """A table of reviews."""
    corpus = small_corpus(200)
    path = folder / "reviews.csv"
    rows = zip(corpus.texts, corpus.labels.tolist(), strict=True)
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    return path


@pytest.fixture
def trained(folder, reviews, new_user):
    """Function: the folder of a small model, trained once per name."""

    def train(name, *settings):
        model = folder / name
        if not model.exists():
            words = ["train", "--source", str(reviews), "--epochs", "1", *SIZES, *settings]
            assert main([*words, "--output", str(model)]) == 0
        return model

    return train


def average(reviews, output, *models):
    words = ["average", *map(str, models), "--data", str(reviews), "--output", str(output)]
    return main([*words, "--json"])


def test_the_weights_are_the_mean_and_are_calibrated_and_evaluated(
    trained, reviews, tmp_path, capsys
):
    models = [trained("one"), trained("two", "--learning-rate", "0.001")]
    capsys.readouterr()
    assert average(reviews, tmp_path / "mean", *models) == 0
    found = json.loads(capsys.readouterr().out)
    info = ModelInfo.read(tmp_path / "mean")
    assert found["metrics"] == info.metrics
    assert info.training.averaged == ["one", "two"]
    assert "one, two" in (info.folder / "README.md").read_text()
    parts = [ModelInfo.read(model) for model in models]
    assert info.training.seconds == sum(part.training.seconds for part in parts)
    network, _ = info.load()
    first, second = (part.load()[0].state_dict() for part in parts)
    for name, value in network.state_dict().items():
        if not name.startswith("head."):  # which the calibration scales
            torch.testing.assert_close(value, (first[name] + second[name]) / 2)
    assert info.training.calibrated
    assert Predictor.load(info.folder).predict(["great film"])[0].probability > 0


def test_a_model_given_twice_has_twice_the_weight(trained, reviews, tmp_path):
    models = [trained("one"), trained("two", "--learning-rate", "0.001")]
    assert average(reviews, tmp_path / "mean", models[0], models[0], models[1]) == 0
    parts = [ModelInfo.read(model) for model in models]
    info = ModelInfo.read(tmp_path / "mean")
    one, two, mean = (part.load()[0].encoder.state_dict() for part in (*parts, info))
    for name, value in mean.items():
        torch.testing.assert_close(value, (2 * one[name] + two[name]) / 3)
    assert "one (2 times), two" in (info.folder / "README.md").read_text()
    assert info.training.seconds == sum(part.training.seconds for part in parts)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (["--hidden-size", "5"], "network"),
        (["--max-words", "10"], "words"),
        (["--padding", "before"], "sequence"),
        (["--seed", "1"], "splits"),
    ],
)
def test_models_that_differ_in_more_than_weights_are_refused(
    trained, reviews, tmp_path, capsys, settings, named
):
    other = trained(f"other{settings[0]}", *settings)
    assert average(reviews, tmp_path / "mean", trained("one"), other) == 1
    error = capsys.readouterr().err
    assert named in error and other.name in error
    assert not (tmp_path / "mean").exists()


def test_other_reviews_and_a_single_model_are_refused(trained, reviews, tmp_path, capsys):
    models = [trained("one"), trained("two", "--learning-rate", "0.001")]
    assert average("sample", tmp_path / "mean", *models) == 1
    assert "reviews.csv" in capsys.readouterr().err
    assert average(reviews, tmp_path / "mean", models[0]) == 1
    assert "two" in capsys.readouterr().err
    assert not (tmp_path / "mean").exists()
