"""The command line, called in-process and as a module."""

import argparse
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

from sentiment import __main__ as command_line
from sentiment.__main__ import COMMANDS, main
from sentiment.commands.options import add_recipe, recipe_from
from sentiment.corpus.tables import read_table
from sentiment.errors import CorpusError
from sentiment.runs.run import all_runs
from sentiment.training.presets import PRESETS
from tests.corpora import register_mislabelled

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


def test_without_arguments_the_app_opens(monkeypatch):
    started = []
    monkeypatch.setattr("subprocess.call", lambda words, env: started.append((words, env)) or 3)
    opening = [sys.executable, "-m", "streamlit", "run", str(PROJECT / "app.py")]
    assert main([]) == main(["app", "--hosted", "--", "--server.port", "8600"]) == 3
    assert [words for words, _ in started] == [opening, [*opening, "--server.port", "8600"]]
    assert [env.get("SENTIMENT_HOSTED") for _, env in started] == [None, "1"]


def test_the_console_script_is_the_module():
    (script,) = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"][
        "scripts"
    ].items()
    assert script == ("sentiment-lab", "sentiment.__main__:console")
    assert callable(command_line.console)


def test_options_replace_the_settings_of_the_preset():
    parser = argparse.ArgumentParser()
    add_recipe(parser)
    start = PRESETS["quick"].recipe
    recipe = recipe_from(parser.parse_args(["--preset", "quick"]))
    assert recipe == start
    words = ["--preset", "quick", "--pinned", "so good", "--pinned", "so bad", "--epochs", "5"]
    recipe = recipe_from(parser.parse_args(words))
    assert recipe.pinned == ("so good", "so bad")
    assert recipe.training.epochs == 5
    assert recipe.training.learning_rate == start.training.learning_rate


def test_stats_as_json(capsys):
    statistics = json.loads(output_of(capsys, "stats", "--json"))
    assert statistics["name"] == "IMDB"
    splits = statistics["lengths_of_all"]
    assert {
        name: sum(sum(label["counts"]) for label in split.values())
        for name, split in splits.items()
    } == {
        "train": 25_000,
        "test": 25_000,
        "unlabelled": 50_000,
    }


def test_stats_print_the_figures_of_the_explore_page(capsys):
    shown = output_of(
        capsys, "stats", "--sequence-length", "400", "--max-words", "10000", "--tolerance", "5"
    )
    for figure in ("24,870 kept", "123 also in test", "13.3% truncated", "550 words", "94.4%"):
        assert figure in shown
    assert "Distinctive of Negative: bad " in shown


def test_stats_of_a_table_as_a_report(capsys, tmp_path):
    path, report = tmp_path / "mine.csv", tmp_path / "mine.html"
    rows = [f"a <b>{'fine' if n % 2 else 'poor'}</b> film,{n % 2}" for n in range(50)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    shown = output_of(capsys, "stats", str(path), "--html", str(report))
    assert "50 reviews" in shown and "0 empty" in shown
    page = report.read_text("utf-8")
    assert page.lower().startswith("<!doctype html>") and "<script" in page
    assert main(["stats", "--min-length", "9", "--max-length", "3"]) == 1
    assert "min_length" in capsys.readouterr().err


def test_the_articles_review_at_its_sequence_length(capsys):
    shown = output_of(capsys, "predict", NEGATIVE, "--sequence-length", "250")
    assert shown.startswith("Negative")
    (prediction,) = json.loads(
        output_of(capsys, "predict", NEGATIVE, "--sequence-length", "250", "--json")
    )
    assert prediction["label"] == "Negative"
    assert prediction["probability"] == prediction["probabilities"]["Negative"] > 0.5
    assert prediction["words"] == 18  # "wouldn't" is one


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
    """The whole pipeline on a table."""
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
    assert report["read"] == 400 and report["split_rule"] == "8:1:1"

    shown = output_of(capsys, "prepare", str(path), "--show-batch", "--padding", "before")
    assert "8 × 32" in shown  # reviews of 13 words, rounded up
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


@pytest.mark.slow
def test_training_on_the_sample_of_three_classes(tmp_path, capsys):
    model, names = tmp_path / "model", ["Negative", "Neutral", "Positive"]
    small = [
        "--epochs",
        "1",
        "--hidden-size",
        "8",
        "--embedding-dim",
        "8",
        "--sequence-length",
        "30",
    ]
    command = ["train", "--preset", "sample3", *small, "--output", str(model)]
    test = json.loads(output_of(capsys, *command, "--json"))["metrics"]["test"]
    assert [len(row) for row in test["confusion"]] == [3, 3, 3]
    assert sum(map(sum, test["confusion"])) == test["reviews"] > 500
    shown = output_of(capsys, "predict", "not bad, not good", "--model", str(model), "--json")
    (prediction,) = json.loads(shown)
    assert list(prediction["probabilities"]) == names and prediction["label"] in names
    assert sum(prediction["probabilities"].values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["predict", "?!"], "text 1: "),
        (["predict", "good", "--model", "nothing"], "nothing"),
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


def test_errors_name_options_in_a_shell_and_controls_on_a_page(capsys, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("words,stars\na film,1\nanother film,2\n")
    assert main(["prepare", str(path)]) == 1
    error = capsys.readouterr().err
    assert "--text" in error and "Text column" not in error
    with pytest.raises(CorpusError, match="the setting Text column") as raised:
        read_table(path)
    assert "--" not in str(raised.value)


def test_labels_are_counted_and_given_classes(capsys, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("text,stars\n" + "".join(f"film {n},{n // 4 + 1}\n" for n in range(20)))
    shown = output_of(capsys, "labels", str(path))
    assert "Positive" in shown and "dropped" in shown and "row 21" in shown
    found = json.loads(output_of(capsys, "labels", str(path), "--json"))
    assert found["labels"] == {str(stars): 4 for stars in range(1, 6)}
    assert found["classes"]["5"] == "Positive" and not found["question"]
    assert found["proposals"]["Three classes"] == "Negative=1,2; Neutral=3; Positive=4,5"
    words = ("--classes", "Negative=1,2,3; Positive=4,5", "--json")
    found = json.loads(output_of(capsys, "labels", str(path), *words))
    assert found["classes"]["3"] == "Negative"
    path.write_text("text,label\na film,1\nanother film,2\n")
    assert json.loads(output_of(capsys, "labels", str(path), "--json"))["question"]
    assert main(["prepare", str(path)]) == 1
    error = capsys.readouterr().err
    assert "--classes" in error and "'1' (1)" in error


def test_corrections_are_exported_undone_and_imported(capsys, new_user, tmp_path):
    register_mislabelled("mine", tmp_path / "mine.csv", 40)
    text = (tmp_path / "mine.csv").read_text().splitlines()[3].split(",")[0]
    colleague = tmp_path / "theirs.csv"
    colleague.write_text(f"text,corrected label\n{text},1\nelsewhere,0\n")
    added = json.loads(
        output_of(capsys, "corrections", "mine", "--import", str(colleague), "--json")
    )
    assert (added["fixed"], added["unmatched"]) == (1, [3])
    output_of(capsys, "corrections", "MINE", "--export", str(tmp_path / "ours.csv"))
    undone = json.loads(output_of(capsys, "corrections", "mine", "--undo", "--json"))
    assert undone["digest"] == ""
    again = json.loads(
        output_of(capsys, "corrections", "mine", "--import", str(tmp_path / "ours.csv"), "--json")
    )
    assert again["digest"] == added["digest"]
    source = str(tmp_path / "mine.csv")
    prepared = json.loads(
        output_of(capsys, "prepare", source, "--corrections", added["digest"], "--json")
    )
    assert prepared["corrected"] == 1


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nix"], "'nix'"),
        (["sample", "--export", "x.csv"], "Sample"),
        (["sample", "--import", "x.csv"], "x.csv"),
        (["sample", "--measure"], "Sample"),
    ],
)
def test_missing_corrections_are_an_error(words, named, capsys, new_user, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(["corrections", *words]) == 1
    assert named in capsys.readouterr().err and not list(tmp_path.glob("*.csv"))


@pytest.mark.parametrize(
    ("called", "named"),
    [("/opt/bin/sentiment-lab", "sentiment-lab"), ("sentiment/__main__.py", "python -m sentiment")],
)
def test_messages_name_the_command_as_it_was_called(called, named, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", [called])
    assert main(["export", "missing", "--html"]) == 1
    message = capsys.readouterr().err
    assert message.startswith(f"{named} export: ") and f"`{named} train`" in message
