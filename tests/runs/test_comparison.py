"""Several runs side by side."""

import csv

from sentiment.runs.comparison import events_csv, seconds_left, settings_table
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

QUICK = PRESETS["sample"].recipe


def test_settings_that_differ_are_told_from_those_shared():
    rows = settings_table({"a": QUICK, "b": recipe_with(QUICK, {"hidden_size": 7, "seed": 3})})
    differing = {row["setting"]: (row["a"], row["b"]) for row in rows if row["differs"]}
    assert differing == {"hidden_size": ("48", "7"), "seed": ("0", "3")}
    assert {"source", "padding", "learning_rate", "pinned"} <= {row["setting"] for row in rows}


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


def test_time_left_is_what_the_speed_so_far_says():
    assert seconds_left([]) is None
    assert seconds_left([{"progress": 0.25, "seconds": 30.0}]) == 90.0
