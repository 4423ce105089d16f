"""The pages on the server side: what a person does, without a browser."""

import json
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.training import runs
from sentiment.training.config import PRESETS

PROJECT = Path(__file__).parents[2]
NEGATIVE = (
    "I did not really get what I was expecting here. There was no story, wouldn't watch it again"
)


@pytest.fixture(autouse=True)
def no_archive(monkeypatch, tmp_path):
    """As a new user: no archive, nothing trained yet."""
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    monkeypatch.setattr("sentiment.corpus.sources.find_archive", lambda: None)


def page(name: str | None = None, **params: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    app.query_params.update(params)
    app.run()
    if name:
        app.switch_page(f"pages/{name}.py").run()
    assert not app.exception, app.exception
    return app


def text_of(app: AppTest) -> str:
    """All that a person can read on the page."""
    kinds = ("title", "subheader", "markdown", "caption", "text", "info", "warning", "code")
    words = [element.value for kind in kinds for element in getattr(app, kind)]
    metrics = [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join([*map(str, words), *metrics])


def metric(app: AppTest, label: str) -> str:
    return next(metric.value for metric in app.metric if metric.label == label)


def test_home_says_what_is_ready():
    shown = text_of(page())
    assert "100,000 reviews" in shown
    assert "imdb-lstm" in shown
    assert "not downloaded" in shown
    assert "Nothing has been trained here yet" in shown


def test_the_articles_review_is_negative_at_250_words():
    app = page("inspect")
    app.number_input(key="length").set_value(250).run()
    app.text_area(key="text").set_value(NEGATIVE).run()
    assert ":orange[Negative]" in text_of(app)
    assert metric(app, "Words read") == "19"
    row = app.code[-1].value.split()
    assert len(row) == 250
    assert row.count("0") == 250 - 19


def test_padding_side_moves_the_row_and_not_the_verdict():
    app = page("inspect")
    before = metric(app, "Probability of Positive")
    app.selectbox(key="padding").set_value("before").run()
    assert app.code[-1].value.startswith("0 0 0")
    assert metric(app, "Probability of Positive") == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the text is empty"),
        ("?!…", "only punctuation"),
        ("x" * 1_000_001, "1,000,001 characters"),
    ],
)
def test_text_that_cannot_be_read_gets_a_message(text, message):
    app = page("inspect")
    app.text_area(key="text").set_value(text).run()
    assert not app.exception
    assert message in text_of(app)


def test_unknown_words_are_said_to_mean_nothing():
    app = page("inspect")
    app.text_area(key="text").set_value("zxqvu brrrk").run()
    assert "means nothing" in text_of(app)
    assert "uncertain" in text_of(app)


def test_hostile_text_stays_text():
    hostile = "<script>alert(1)</script> ![x](http://127.0.0.1:9/x.png) **bold** :red[no] $x$"
    app = page("inspect")
    app.text_area(key="text").set_value(hostile).run()
    assert not app.exception
    for element in [*app.markdown, *app.caption]:
        assert "alert" not in str(element.value)
        assert "x png" not in str(element.value)


def test_explore_cutoffs_say_what_they_drop():
    app = page("explore")
    assert metric(app, "Reviews") == "100,000"
    app.button_group(key="split").set_value("train").run()
    assert metric(app, "Mean length") == "238 words"
    assert metric(app, "Shortest") == "10"
    assert metric(app, "Longest") == "2,505"
    app.number_input(key="low").set_value(50).run()
    app.number_input(key="high").set_value(500).run()
    kept, short, long = (
        int(metric(app, label).replace(",", ""))
        for label in ("Kept", "Dropped as too short", "Dropped as too long")
    )
    assert kept + short + long == 25_000
    assert short > 0 and long > 0
    app.number_input(key="low").set_value(600).run()
    assert "Nothing is kept" in text_of(app)


def test_explore_the_sample_corpus():
    app = page("explore")
    app.button_group(key="corpus").set_value("Sample").run()
    assert metric(app, "Reviews") == "6,000"


def test_reviews_offers_the_archive_and_reads_the_sample():
    app = page("reviews")
    assert any("Download the archive" in button.label for button in app.button)
    app.button_group(key="reviews_of").set_value("Sample").run()
    assert not app.exception
    assert "reviews fit" in text_of(app)
    app.text_input(key="words").set_value("no review says this").run()
    assert "No review fits" in text_of(app)


def test_training_from_the_page(monkeypatch):
    app = page("train")
    assert "No run yet" in text_of(app)
    app.button_group(key="preset").set_value("sample").run()
    next(n for n in app.number_input if n.label == "Epochs").set_value(1)
    next(b for b in app.button if b.label == "Start training").click().run()
    assert not app.exception
    (run,) = runs.all_runs()
    deadline = time.monotonic() + 120
    while run.status().active and time.monotonic() < deadline:
        time.sleep(0.5)
    assert run.status().state == "finished", run.log_tail()
    app.run()
    assert not app.exception
    assert "On the test part" in text_of(app)
    figures = json.loads((run.folder / "model" / "metrics.json").read_text())
    assert figures["test"]["reviews"] == pytest.approx(600, abs=10)  # a tenth, outliers dropped


def test_a_failed_run_says_why():
    app = page("train")
    next(t for t in app.text_input if t.label == "Source").set_value("/nowhere/reviews.csv")
    next(b for b in app.button if b.label == "Start training").click().run()
    (run,) = runs.all_runs()
    deadline = time.monotonic() + 60
    while run.status().active and time.monotonic() < deadline:
        time.sleep(0.2)
    app.run()
    assert "/nowhere/reviews.csv" in text_of(app)


def test_without_any_model_inspect_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path / "none"))
    assert "There is no model yet" in text_of(page("inspect"))


def test_a_damaged_model_is_named_at_home_and_does_no_harm(monkeypatch, tmp_path):
    models = tmp_path / "models"
    (models / "broken").mkdir(parents=True)
    monkeypatch.setenv("SENTIMENT_MODELS", str(models))
    assert "damaged" in text_of(page())


def test_a_damaged_run_does_not_hide_the_page():
    whole, hurt = (runs.create(PRESETS["sample"].recipe) for _ in range(2))
    whole.write_status(runs.Status("finished", "Done", 1.0, 0.0, 0, "all 8 epochs done"))
    (hurt.folder / "status.json").write_text("{")
    assert "damaged" in text_of(page())
    app = page("train", run=hurt.id)
    assert "status.json cannot be read" in text_of(app)
    assert any(button.label == "Start training" for button in app.button)
