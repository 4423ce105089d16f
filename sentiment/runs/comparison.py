"""Comparison of runs: the settings in which they differ, their events as CSV."""

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sentiment.corpus.export import safe_cell
from sentiment.evaluation.comparison import table_row
from sentiment.networks.model_folder import ModelInfo
from sentiment.runs.event_log import Events
from sentiment.runs.parts import needs_macro_f1
from sentiment.runs.run import Run
from sentiment.training.config import Recipe


def settings_of(recipe: Recipe) -> dict[str, Any]:
    """All settings by their bare names, in pipeline order."""
    flat: dict[str, Any] = {}
    for name, value in asdict(recipe).items():
        flat |= value if isinstance(value, dict) else {name: value}
    return flat


def settings_table(recipes: Mapping[str, Recipe]) -> list[dict[str, Any]]:
    """One row per setting: its name, whether the recipes differ in it, its value in each."""
    columns = {name: settings_of(recipe) for name, recipe in recipes.items()}
    names = dict.fromkeys(name for settings in columns.values() for name in settings)
    return [
        {
            "setting": name,
            "differs": len({str(settings.get(name)) for settings in columns.values()}) > 1,
            **{run: _shown(settings.get(name, "")) for run, settings in columns.items()},
        }
        for name in names
    ]


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def results_table(
    runs: Mapping[str, Run], events: Mapping[str, Events], models: Mapping[str, ModelInfo | None]
) -> list[dict[str, Any]]:
    """A row per run: its state and the results of its model, None if there is no model yet.

    With macro-F1 if a run needs it, see `needs_macro_f1`.
    """
    rows, macro_f1 = [], any(map(needs_macro_f1, events.values()))
    for title, run in runs.items():
        epochs, info = events[title].get("EpochEvent", []), models[title]
        measured = table_row(info) if info else {}
        rows.append(
            {
                "run": title,
                "state": run.status().state,
                "epochs": len(epochs),
                "best validation accuracy": max(
                    (epoch["valid_accuracy"] for epoch in epochs), default=None
                ),
                "test accuracy": measured.get("accuracy"),
                **({"test macro-F1": measured.get("macro_f1")} if macro_f1 else {}),
                "parameters": measured.get("parameters"),
                "seconds": measured.get("train_seconds"),
            }
        )
    return rows


def events_csv(runs: Mapping[str, Events]) -> str:
    """CSV with one line per StepEvent and EpochEvent of the runs."""
    rows = [
        {"run": safe_cell(name), "kind": kind, **event}
        for name, events in runs.items()
        for kind in ("StepEvent", "EpochEvent")
        for event in events.get(kind, [])
    ]
    columns = list(dict.fromkeys(column for row in rows for column in row)) or ["run", "kind"]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@dataclass(frozen=True)
class LatestFigures:
    """Figures of a training at its latest step or epoch."""

    epoch: int
    training_loss: float
    best_validation_accuracy: float | None  # None before the first epoch has ended
    words_per_second: float | None  # None where no step was recorded
    seconds_left: float | None  # at the speed so far; None before any progress


def latest_figures(events: Events) -> LatestFigures:
    """Figures from the events of a run, which must hold a StepEvent or an EpochEvent."""
    steps, epochs = events.get("StepEvent", []), events.get("EpochEvent", [])
    latest = (steps or epochs)[-1]
    seconds_left = None
    if done := latest.get("progress"):
        seconds_left = latest["seconds"] * (1 - done) / done
    return LatestFigures(
        epoch=latest["epoch"],
        training_loss=latest["loss"] if steps else latest["train_loss"],
        best_validation_accuracy=max((epoch["valid_accuracy"] for epoch in epochs), default=None),
        words_per_second=steps[-1]["words_per_second"] if steps else None,
        seconds_left=seconds_left,
    )
