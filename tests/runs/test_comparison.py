"""Comparison of several runs: settings, results, events as CSV."""

import csv
from types import SimpleNamespace

from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.runs.comparison import events_csv, latest_figures, results_table, settings_table
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

QUICK = PRESETS["sample"].recipe


def test_settings_that_differ_are_marked():
    rows = settings_table({"a": QUICK, "b": recipe_with(QUICK, {"hidden_size": 7, "seed": 3})})
    differing = {row["setting"]: (row["a"], row["b"]) for row in rows if row["differs"]}
    assert differing == {"hidden_size": ("48", "7"), "seed": ("0", "3")}
    assert {"source", "padding", "learning_rate", "pinned"} <= {row["setting"] for row in rows}


def test_the_results_of_a_run_without_a_model_are_empty():
    run = SimpleNamespace(status=lambda: SimpleNamespace(state="finished"))
    info = ModelInfo.read(model_folder("imdb-lstm"))
    epochs = {"EpochEvent": [{"valid_accuracy": 0.7}, {"valid_accuracy": 0.9}]}
    with_model, without = results_table(
        {"a": run, "b": run}, {"a": epochs, "b": {}}, {"a": info, "b": None}
    )
    assert with_model["state"] == "finished" and with_model["epochs"] == 2
    assert with_model["best validation accuracy"] == 0.9
    assert with_model["test accuracy"] == info.metrics["test"]["accuracy"]
    assert with_model["parameters"] == info.parameters and with_model["seconds"] > 0
    assert without["epochs"] == 0 and without["seconds"] is without["test accuracy"] is None


def test_the_csv_holds_every_event_of_every_run():
    step = {"step": 5, "loss": 0.5}
    text = events_csv(
        {
            "one, with a comma": {"StepEvent": [step], "EpochEvent": [{"step": 5, "epoch": 1}]},
            "two": {"StepEvent": [step, step], "EndEvent": [{"step": 9}]},
        }
    )
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["run"] for row in rows] == ["one, with a comma"] * 2 + ["two"] * 2
    assert (rows[0]["loss"], rows[1]["epoch"], rows[1]["loss"]) == ("0.5", "1", "")
    assert events_csv({}) == "run,kind\n"


def test_latest_figures_come_from_the_last_step_and_the_best_epoch():
    epoch = {"epoch": 1, "train_loss": 0.6, "valid_accuracy": 0.8}
    worse = {"epoch": 2, "train_loss": 0.5, "valid_accuracy": 0.7}
    step = {"epoch": 3, "loss": 0.4, "words_per_second": 9.0, "progress": 0.25, "seconds": 30.0}
    figures = latest_figures({"StepEvent": [{}, step], "EpochEvent": [epoch, worse]})
    assert (figures.epoch, figures.training_loss) == (3, 0.4)
    assert figures.best_validation_accuracy == 0.8
    assert (figures.words_per_second, figures.seconds_left) == (9.0, 90.0)


def test_figures_not_yet_known_are_none():
    figures = latest_figures(
        {
            "StepEvent": [
                {"epoch": 1, "loss": 0.7, "words_per_second": 9.0, "progress": 0.0, "seconds": 0.0}
            ]
        }
    )
    assert figures.best_validation_accuracy is None and figures.seconds_left is None
    figures = latest_figures({"EpochEvent": [{"epoch": 1, "train_loss": 0.6, "valid_accuracy": 0}]})
    assert (figures.training_loss, figures.best_validation_accuracy) == (0.6, 0)
    assert figures.words_per_second is None
