"""The script of a recipe trains outside of the project, about as well as the package."""

import csv
import runpy
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch

from sentiment.__main__ import main
from sentiment.corpus.sources import open_corpus
from sentiment.errors import ModelError
from sentiment.export.script import SUPPORTED, training_script
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs.launch import create_run
from sentiment.runs.trainer import train
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

SAMPLE = PRESETS["sample"].recipe


@pytest.fixture
def reviews(tmp_path):
    corpus = open_corpus("sample")
    with (tmp_path / "reviews.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for text, label in zip(corpus.texts, corpus.labels, strict=True):
            writer.writerow([text, corpus.classes.name(int(label))])
    return tmp_path / "reviews.csv"


def run_of(folder, recipe, typed=""):
    (folder / "script.py").write_text(training_script("sample", recipe), encoding="utf-8")
    # An interpreter that ignores the environment and the current folder: without this package.
    done = subprocess.run(
        [sys.executable, "-I", "script.py", "reviews.csv"],
        cwd=folder,
        input=typed,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_its_accuracy_is_that_of_the_package(tmp_path, reviews, new_user):
    recipe = recipe_with(SAMPLE, {"epochs": 4, "learning_rate": 0.01, "sequence_length": 100})
    output = run_of(tmp_path, recipe, "A wonderful film, I loved it.\nDull and boring.\n!\n\n")
    accuracy = float(output.split("accuracy ")[-1].split("%")[0]) / 100
    package = train(create_run(recipe)).metrics["test"]
    # Two draws of 600 reviews differ by less than three standard errors.
    noise = 3 * np.sqrt(2 * package["accuracy"] * (1 - package["accuracy"]) / package["reviews"])
    assert accuracy == pytest.approx(package["accuracy"], abs=noise + 0.01)
    *answers, refusal = output.splitlines()[-3:]
    assert {answer.split(",")[0] for answer in answers} <= {"Positive", "Negative"}
    assert "no words" in refusal


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {"architecture": "bilstm", "num_layers": 2, "pooling": "last", "schedule": "constant"},
        {"architecture": "bigru", "pooling": "max", "truncation": "tail", "ema_decay": 0.0},
        {"architecture": "rnn", "pooling": "mean", "truncation": "head", "split": "8:1:1"},
    ],
    ids=lambda settings: settings["architecture"],
)
def test_every_setting_is_used(settings, tmp_path, reviews):
    rows = reviews.read_text(encoding="utf-8").splitlines()[:121]
    reviews.write_text("\n".join(rows), encoding="utf-8")
    small = {"epochs": 1, "hidden_size": 6, "embedding_dim": 5, "sequence_length": 20}
    assert "accuracy" in run_of(tmp_path, recipe_with(SAMPLE, settings | small))


@pytest.mark.parametrize("architecture", SUPPORTED)
def test_padding_changes_no_output(architecture, tmp_path):
    settings = {"architecture": architecture, "num_layers": 2, "hidden_size": 6}
    (tmp_path / "script.py").write_text(training_script("x", recipe_with(SAMPLE, settings)))
    script = runpy.run_path(str(tmp_path / "script.py"))
    network = script["Classifier"](50, 2).eval()
    reviews = [([5, 6, 7], 0), ([8, 9, 10, 11, 12, 13, 14], 1), ([15], 0)]
    ids, lengths, _ = script["padded"](reviews)
    together = network(ids, lengths)
    alone = [network(*script["padded"]([review])[:2])[0] for review in reviews]
    torch.testing.assert_close(together, torch.stack(alone))


def test_it_reads_the_classes_of_the_labels(tmp_path):
    rows = ["bad", " BAD", "so  so", "good", "ironic", ""]
    (tmp_path / "reviews.csv").write_text("\n".join(["text,label", *(f"a,{row}" for row in rows)]))
    for classes, expected in (
        ("Negative=bad; Neutral=so so; Positive=good", ["Negative"] * 2 + ["Neutral", "Positive"]),
        ("", ["bad", "BAD", "so so", "good", "ironic"]),
    ):
        recipe = recipe_with(SAMPLE, {"source": "reviews.csv", "classes": classes})
        (tmp_path / "script.py").write_text(training_script("x", recipe))
        script = runpy.run_path(str(tmp_path / "script.py"))
        _, labels, _ = script["load"](str(tmp_path / "reviews.csv"))
        assert [label for label in labels if label] == expected


@pytest.mark.parametrize("architecture", sorted(set(ARCHITECTURES) - set(SUPPORTED)))
def test_other_architectures_are_refused(architecture):
    network = replace(SAMPLE.network, architecture=architecture)
    with pytest.raises(ModelError, match="mine"):
        training_script("mine", replace(SAMPLE, network=network))


def test_the_command_states_what_the_script_leaves_out(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["export", "imdb-lstm", "--script"]) == 0
    script = (tmp_path / "imdb-lstm.py").read_text(encoding="utf-8")
    comments = [line for line in script.splitlines() if line.startswith("# ")]
    assert any("teachers" in line and "initialization" in line for line in comments)
    compile(script, "imdb-lstm.py", "exec")
    assert main(["export", "imdb-lstm", "--script"]) == 1
