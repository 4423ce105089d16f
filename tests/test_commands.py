"""The command line as a person or a program uses it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from sentiment.__main__ import COMMANDS, main
from sentiment.runs.run import all_runs

PROJECT = Path(__file__).parents[1]
NEGATIVE = (
    "I did not really get what I was expecting here. There was no story, wouldn't watch it again"
)


def output_of(capsys, *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"python -m sentiment {command}" in capsys.readouterr().out


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "sentiment", "stats"], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert "25,000" in done.stdout


def test_stats_as_json(capsys):
    statistics = json.loads(output_of(capsys, "stats", "--json"))
    assert statistics["name"] == "IMDB"
    assert sum(sum(group["counts"]) for group in statistics["groups"]) == 100_000


def test_stats_say_what_the_explore_page_says(capsys):
    shown = output_of(
        capsys, "stats", "--sequence-length", "400", "--max-words", "10000", "--tolerance", "5"
    )
    assert "24,869 kept" in shown and "123 also in test" in shown
    assert "Sequence length 400: 13.8% truncated" in shown
    assert "Sweet spot: 560 words" in shown
    assert "A vocabulary of 10,000 words covers 94.8% of them" in shown
    assert "Words that tell Negative: bad" in shown


def test_stats_of_ones_own_reviews_as_a_report(capsys, tmp_path):
    path, report = tmp_path / "mine.csv", tmp_path / "mine.html"
    rows = [f"a <b>{'fine' if n % 2 else 'poor'}</b> film,{n % 2}" for n in range(50)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    shown = output_of(capsys, "stats", str(path), "--html", str(report))
    assert "50 reviews, 0 empty" in shown
    page = report.read_text("utf-8")
    assert page.startswith("<!doctype html>") and "Words that tell" in page
    assert main(["stats", "--min-length", "9", "--max-length", "3"]) == 1
    assert "min_length is 9" in capsys.readouterr().err


def test_the_articles_review_at_its_sequence_length(capsys):
    shown = output_of(capsys, "predict", NEGATIVE, "--sequence-length", "250")
    assert shown.startswith("Negative")
    (prediction,) = json.loads(
        output_of(capsys, "predict", NEGATIVE, "--sequence-length", "250", "--json")
    )
    assert prediction["label"] == "Negative"
    assert prediction["probability"] < 0.5
    assert prediction["words"] == 19


def test_predict_from_standard_input(capsys, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("A wonderful film.\n\nAn awful bore.\n"))
    predictions = json.loads(output_of(capsys, "predict", "--json"))
    assert [prediction["label"] for prediction in predictions] == ["Positive", "Negative"]


def test_trace(capsys, tmp_path):
    path = tmp_path / "trace.npz"
    trace = json.loads(output_of(capsys, "trace", "not a good film", "--json", "--save", str(path)))
    assert trace["tokens"] == ["not", "a", "good", "film"]
    gates = trace["layers"][0]["values"]
    with np.load(path) as arrays:
        np.testing.assert_allclose(arrays["layer0_forward_f"], gates["f"])
    table = output_of(capsys, "trace", "not a good film")
    assert [line.split()[0] for line in table.split("\n")[5:9]] == ["not", "a", "good", "film"]


def test_prepare_train_evaluate_predict(capsys, tmp_path, monkeypatch):
    """The whole pipeline from a file of one's own."""
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    random = np.random.default_rng(0)
    fillers = ["the", "film", "about", "people", "in", "town", "looking", "for", "maps"]
    path = tmp_path / "mine.tsv"
    lines = [
        " ".join(random.choice(fillers, 12)) + (" great\tpos" if n % 2 else " awful\tneg")
        for n in range(400)
    ]
    path.write_text("review\tsentiment\n" + "\n".join(lines) + "\n")

    report = json.loads(output_of(capsys, "prepare", str(path), "--json"))
    assert report["read"] == 400 and report["split"] == "8:1:1"

    shown = output_of(capsys, "prepare", str(path), "--show-batch", "--padding", "before")
    assert "One batch: ids 8 × 32" in shown  # reviews of 13 words, rounded up
    assert "[0, 0, 0, 0, 0, 0] … <pad>" in shown

    model = tmp_path / "model"
    settings = ["--epochs", "10", "--hidden-size", "16", "--learning-rate", "0.02", "--half"]
    shown = output_of(
        capsys, "train", "--source", str(path), "--output", str(model), *settings, "--json"
    )
    assert json.loads(shown)["metrics"]["test"]["accuracy"] > 0.9
    assert all_runs()[0].status().state == "finished"
    about = json.loads((model / "training.json").read_text())
    assert about["recipe"]["source"] == "mine.tsv"  # no path of this machine
    assert str(tmp_path) not in (model / "README.md").read_text().replace(about["command"], "")

    figures = json.loads(output_of(capsys, "evaluate", str(model), "--data", str(path), "--json"))
    (length,) = figures["by_length"]
    assert (length["reviews"], length["accuracy"]) == (figures["reviews"], figures["accuracy"])
    assert "13 words" not in output_of(capsys, "evaluate", str(model), "--data", str(path))
    trained = json.loads((model / "metrics.json").read_text())["test"]
    assert figures["reviews"] == trained["reviews"]
    assert figures["accuracy"] == pytest.approx(trained["accuracy"], abs=0.03)  # 16-bit weights

    shown = output_of(capsys, "predict", "the great film about maps", "--model", str(model))
    assert shown.startswith("Positive")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["predict", "?!"], "no words to read"),
        (["predict", "good", "--model", "nothing"], "There is no model folder"),
        (["predict", "good", "--sequence-length", "0"], "sequence_length is 0"),
        (["prepare", "/nowhere.csv"], "/nowhere.csv"),
        (["train", "--hidden-size", "0"], "hidden_size is 0"),
        (["train", "--source", "/nowhere.csv"], "/nowhere.csv"),
    ],
)
def test_errors_are_one_message_and_no_traceback(words, message, capsys):
    assert main(words) == 1
    shown = capsys.readouterr().err
    assert message in shown
    assert "Traceback" not in shown
