"""Settings changed on the Train page survive navigation and a refresh."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.runs.run import all_runs
from sentiment.training.presets import PRESETS
from tests.pages.driver import page, press, text_of

CHANGES = {
    "Epochs": 7,
    "Learning rate": 0.0005,
    "Layers": 2,
    "Architecture": "gru",
    "Truncation": "head",
    "Exclude": ["ratings", "html"],
    "Read unlabelled reviews": True,
    "Pinned reviews": "one, two\n\nthree",
}


def widget(app: AppTest, label: str) -> Any:
    kinds = ("number_input", "selectbox", "multiselect", "checkbox", "text_area", "text_input")
    return next(box for kind in kinds for box in getattr(app, kind) if box.label == label)


def values(app: AppTest) -> dict[str, Any]:
    return {label: widget(app, label).value for label in CHANGES}


def links(app: AppTest) -> dict[str, str]:
    link = {name: value for name, value in app.query_params.items() if name[:5] == "with_"}
    return {name: value if isinstance(value, str) else value[0] for name, value in link.items()}


@pytest.fixture
def changed() -> AppTest:
    app = page("train")
    for label, value in CHANGES.items():
        widget(app, label).set_value(value)
    return app.run()


def test_they_are_in_the_link_which_shows_them_again(changed):
    link = links(changed)
    fields = "epochs learning_rate num_layers architecture truncation exclude unlabelled pinned"
    assert set(link) == {f"with_{name}" for name in fields.split()}
    assert json.loads(link["with_pinned"]) == ["one, two", "three"]
    before = values(changed)
    again = page("train", **link)
    assert values(again) == before | {"Pinned reviews": "one, two\nthree"}
    assert links(again) == link


def test_they_are_there_on_return_from_another_page(changed):
    before, link = values(changed), links(changed)
    changed.switch_page("pages/runs.py").run()
    changed.switch_page("pages/train.py").run()
    assert values(changed) == before | {"Pinned reviews": "one, two\nthree"}
    assert links(changed) == link


def test_another_preset_changes_the_others(changed):
    other = PRESETS["imdb"].recipe if "imdb" in PRESETS else PRESETS["quick"].recipe
    name = next(name for name, preset in PRESETS.items() if preset.recipe == other)
    changed.selectbox(key="preset").set_value(name).run()
    assert widget(changed, "Epochs").value == 7
    assert widget(changed, "Units per layer").value == other.network.hidden_size
    press(changed, "Reset settings")
    assert widget(changed, "Epochs").value == other.training.epochs
    assert links(changed) == {} and "Changed" not in text_of(changed)


def test_a_value_that_is_set_back_leaves_the_link(changed):
    start = PRESETS["sample"].recipe
    widget(changed, "Epochs").set_value(start.training.epochs).run()
    assert "with_epochs" not in links(changed)


def test_a_path_stays_in_the_session_and_out_of_the_link():
    app = page("train")
    widget(app, "Source").set_value("/home/me/mine.csv").run()
    assert links(app) == {}
    app.switch_page("pages/runs.py").run()
    app.switch_page("pages/train.py").run()
    assert widget(app, "Source").value == "/home/me/mine.csv"


def test_settings_that_do_not_fit_together_are_shown_and_refused():
    app = page("train", with_min_length="9", with_max_length="4")
    assert widget(app, "Shortest review (words)").value == 9
    assert widget(app, "Longest review (words)").value == 4
    press(app, "Start training")
    assert "min_length" in text_of(app)


def test_values_of_a_link_that_are_invalid_are_named():
    app = page("train", with_epochs="0", with_source="/etc/passwd", with_teachers="../x")
    assert links(app) == {}
    for name in ("with_epochs", "with_source", "with_teachers"):
        assert name in text_of(app)


@pytest.mark.parametrize(
    ("architecture", "units", "missing"),
    [
        ("lstm", 320, []),
        ("lstm", 64, ["hidden_size 320"]),
        ("gru", 320, ["architecture lstm"]),
        ("bow", 64, []),
    ],
)
def test_an_encoder_that_is_not_taken_over_is_named(architecture, units, missing):
    sizes = {"with_architecture": architecture, "with_hidden_size": str(units)}
    app = page("train", with_initialization="imdb-lstm", with_embedding_dim="160", **sizes)
    shown = " ".join(info.value for info in app.info)
    assert ("imdb-lstm" in shown) == bool(missing)
    assert all(setting in shown for setting in missing)


@pytest.mark.usefixtures("jobs_here")
def test_a_start_that_does_not_fit_makes_no_run():
    app = page("train", with_initialization="imdb-lstm", with_embedding_dim="12")
    press(app, "Start training")
    assert "12" in text_of(app) and "160" in text_of(app)
    assert not all_runs()
