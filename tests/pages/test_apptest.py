"""The pages without a browser."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.shipped_tables import MemoryTable
from sentiment.networks.matching import encoder_parameters
from sentiment.places import data_dir
from sentiment.runs import memory_experiment, processes, trainer
from sentiment.runs.estimate import estimate
from sentiment.runs.launch import create_run
from sentiment.runs.run import all_runs
from sentiment.training.config import Recipe, recipe_with
from sentiment.training.presets import PRESETS
from sentiment.web import layout
from tests.pages.driver import metric, open_view, page, press, text_of

NEGATIVE = (
    "I did not really get what I was expecting here. There was no story, wouldn't watch it again"
)


def test_home_has_read_a_review_and_reads_another_one():
    app = page()
    assert ":blue[Positive]" in text_of(app)
    app.text_input(key="text").set_value(NEGATIVE).run()
    assert ":orange[Negative]" in text_of(app)
    assert metric(app, "Words read") == "18"
    app.text_input(key="text").set_value("?!").run()
    assert layout.ERROR in text_of(app)
    assert [element.value for element in app.subheader]  # the ways into the app


def test_what_is_on_the_disk_is_listed_where_it_is_used():
    assert "imdb-lstm" in page("runs").dataframe[0].value["model"].tolist()
    assert "statistics are included" in text_of(page("sources"))


def test_the_review_of_the_article_is_negative_at_250_words():
    app = page("inspect", view="Encoding", length="250")
    app.text_area(key="text").set_value(NEGATIVE).run()
    assert ":orange[Negative]" in text_of(app)
    assert metric(app, "Words read") == "18"
    row = app.code[-1].value.split()
    assert len(row) == 250
    assert row.count("0") == 250 - 18


def test_the_padding_side_changes_the_row_but_not_the_verdict(monkeypatch):
    app = page("inspect", view="Encoding")
    before = metric(app, "Probability of Positive")
    # The cached trace is used: the network does not run again.
    monkeypatch.setattr("sentiment.inspection.predictor.Predictor.trace_encoded", None)
    app.selectbox(key="padding").set_value("before").run()
    assert app.code[-1].value.startswith("0 0 0")
    assert metric(app, "Probability of Positive") == before
    app.number_input(key="length").set_value(60).run()
    assert len(app.code[-1].value.split()) == 60
    assert metric(app, "Probability of Positive") == before


def test_text_without_words_or_too_long_gives_an_error():
    app = page("inspect")
    for text in ("", "?!…", "x" * 1_000_001):
        app.text_area(key="text").set_value(text).run()
        assert not app.exception
        assert layout.ERROR in text_of(app) and not app.metric


def test_unknown_words_give_an_uncertain_verdict():
    assert "uncertain" in text_of(page("inspect", text="zxqvu brrrk"))


def test_user_input_is_never_markup():
    hostile = "<script>alert(1)</script> ![x](http://127.0.0.1:9/x.png) **bold** :red[no] $x$"
    app = page("inspect", text=hostile)
    for element in [*app.markdown, *app.caption]:
        assert not re.search(r"(?<!\\)<|script>|(?<!\\)\]\(|javascript", str(element.value))
        assert "x png" not in str(element.value)


def test_reviews_offers_the_archive_and_lists_the_sample():
    app = page("reviews")
    assert any(button.label.startswith("Download archive") for button in app.button)
    app.selectbox(key="corpus").set_value("Sample").run()
    assert not app.exception
    assert "6,000 reviews match" in text_of(app)
    assert len(app.dataframe[0].value) == 100
    app.text_input(key="search").set_value('"no review says this"').run()
    assert "No review matches" in text_of(app)
    for nonsense in ('"', "a AND (", "*", "x:y -", "NEAR("):
        app.text_input(key="search").set_value(nonsense).run()
        assert not app.exception
    app.text_input(key="search").set_value("?!").run()
    assert "6,000 reviews match" in text_of(app)


def test_reviews_are_filtered_and_paged():
    app = page("reviews")
    app.selectbox(key="corpus").set_value("Sample").run()
    app.text_input(key="search").set_value("boring").run()
    found = app.dataframe[0].value
    assert found["match"].str.lower().str.contains("boring").all()
    app.selectbox(key="label").set_value("Positive").run()
    assert set(app.dataframe[0].value["label"]) == {"Positive"}
    app.selectbox(key="label").set_value(None).run()
    app.text_input(key="search").set_value("").run()
    app.number_input(key="longest").set_value(60).run()
    assert app.dataframe[0].value["words"].max() <= 60
    app.number_input(key="shortest").set_value(61).run()
    assert "No review matches" in text_of(app)


def test_mistakes_are_listed_for_models_that_were_tested_on_the_corpus():
    run = create_run(
        recipe_with(
            PRESETS["sample"].recipe,
            {"epochs": 1, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
        )
    )
    info = trainer.train(run)
    predictions = TestPredictions.load(info.folder)
    app = page("reviews")
    app.selectbox(key="corpus").set_value("Sample").run()
    models = app.selectbox(key="misclassified_by")
    assert models.options == [run.name()]  # the shipped ones were tested on IMDB
    models.set_value(run.name()).run()
    wrong = int((~predictions.correct).sum())
    assert f"{wrong:,} reviews match" in text_of(app)
    table = app.dataframe[0].value
    assert table["probability"].is_monotonic_decreasing
    assert (table["predicted"] != table["label"]).all()
    app.selectbox(key="reviews_split").set_value("train").run()
    assert "test split only" in text_of(app)


@pytest.mark.slow
def test_training_from_the_page(monkeypatch):
    app = page("train")
    assert "No runs yet" in text_of(app)
    app.selectbox(key="preset").set_value("sample").run()
    next(n for n in app.number_input if n.label == "Epochs").set_value(1)
    next(b for b in app.button if b.label == "Start training").click().run()
    assert not app.exception
    (run,) = all_runs()
    deadline = time.monotonic() + 600
    while run.status().active and time.monotonic() < deadline:
        time.sleep(0.5)
    assert run.status().state == "finished", run.log_tail()
    app.run()
    assert not app.exception
    assert "Results on the test split" in text_of(app)
    figures = json.loads((run.folder / "model" / "metrics.json").read_text())
    assert figures["test"]["reviews"] == pytest.approx(600, abs=10)  # a tenth, outliers dropped


def test_a_failed_run_shows_the_reason(jobs_here):
    app = page("train")
    missing = str(data_dir() / "nowhere.csv")
    next(t for t in app.text_input if t.label == "Source").set_value(missing)
    next(b for b in app.button if b.label == "Start training").click().run()
    (run,) = all_runs()
    assert run.status().state == "failed"
    app.run()
    assert missing in text_of(app)


def test_without_a_model_inspect_links_to_training(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path / "none"))
    assert page("inspect").info and not page("inspect").text_area


def test_home_without_a_model_links_to_training(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path / "none"))
    app = page()
    assert app.info and not app.text_input and app.subheader


def test_runs_marks_a_damaged_model(monkeypatch, tmp_path):
    models = tmp_path / "models"
    (models / "broken").mkdir(parents=True)
    monkeypatch.setenv("SENTIMENT_MODELS", str(models))
    assert str(models / "broken") in text_of(page("runs"))


def test_a_damaged_run_does_not_hide_the_page():
    whole, hurt = (create_run(PRESETS["sample"].recipe) for _ in range(2))
    whole.set_status("finished", "Done", 1.0, "all 8 epochs done")
    (hurt.folder / "recipe.json").write_text("{")
    assert layout.ERROR not in text_of(page())
    app = page("train", run=hurt.id)
    assert "recipe.json cannot be read" in text_of(app)
    assert any(button.label == "Start training" for button in app.button)


def choice(app: AppTest, key: str):
    return app.button_group(key=key)


def test_compare_shows_metrics_and_a_paired_test():
    app = page("compare")
    app.selectbox(key="first").set_value("compare-bow").run()
    app.selectbox(key="second").set_value("compare-rnn").run()
    assert "× 10⁻" in metric(app, "McNemar p")
    names = ("Both correct", "Only first correct", "Only second correct", "Both wrong")
    _, first, second, _ = counts = [int(metric(app, name).replace(",", "")) for name in names]
    assert sum(counts) == 25_000
    assert f"{100 * (first - second) / 25_000:.2f}" in text_of(app)
    table = app.dataframe[0].value
    names = ("rnn", "lstm", "bilstm", "gru", "bigru", "indrnn", "resnet", "bow")
    assert {f"compare-{name}" for name in names} <= set(table["model"])
    encoders = table["encoder_parameters"].dropna()
    assert encoders.max() / encoders.min() < 1.02  # matched


def test_compare_shows_one_review_under_every_model():
    app = page("compare")
    choice(app, "compare_view").set_value("One review").run()
    app.text_area(key="text").set_value("Wonderful, moving, the best film of all").run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 3 and "Positive" in text_of(app)
    app.text_area(key="text").set_value("?!").run()
    assert layout.ERROR in text_of(app)


def test_compare_by_length_and_claims():
    app = page("compare")
    choice(app, "compare_view").set_value("By length").run()
    assert not app.exception
    choice(app, "compare_view").set_value("Claims").run()
    assert not app.exception
    shown = text_of(app)
    assert len(re.findall(r"-badge\[", shown)) >= 4 and "not measured" not in shown


def test_compare_without_a_choice_or_without_models(monkeypatch, tmp_path):
    app = page("compare")
    app.multiselect(key="models").set_value([]).run()
    assert app.info and not app.dataframe
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path / "none"))
    assert page("compare").info and not page("compare").multiselect


def test_memory_shows_gradients_and_the_task():
    app = page("memory")
    app.text_area(key="text").set_value("one two three four five six seven").run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 2
    assert "Train now" in [button.label for button in app.button]
    for key, value in (("readout", "own pooling"), ("respect", "hidden states")):
        choice(app, key).set_value(value).run()
        assert not app.exception
    app.multiselect(key="reach").set_value([]).run()
    assert app.info and not app.get("plotly_chart")


@pytest.mark.slow
def test_the_memory_task_shows_its_results_so_far_and_can_be_stopped(monkeypatch):
    """Its process only sleeps here; `tests/runs/test_processes.py` has the real one."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as process:
        monkeypatch.setattr(processes, "start", lambda words, log: process.pid)
        press(page("memory"), "Train now")
        shipped = MemoryTable.read()
        so_far = replace(shipped, experiments=27, results=shipped.results[:2])
        so_far.write(memory_experiment._results_file())
        press(page("memory"), "Stop")  # another visit or a reload
        process.wait()
    after = text_of(page("memory"))
    assert "2 of 27 networks" in after and layout.ERROR not in after


def test_a_choice_that_another_model_does_not_have_is_reset():
    app = page("inspect")
    app.segmented_control(key="order").set_value("memory").run()
    app.segmented_control(key="quantity").set_value("forget gate").run()
    app.selectbox(key="model").set_value("compare-resnet").run()
    assert not app.exception, app.exception
    app.selectbox(key="model").set_value("imdb-lstm").run()
    open_view(app, "Step by step")
    app.number_input(key="unit").set_value(255).run()
    app.selectbox(key="model").set_value("compare-lstm").run()  # has 128
    assert not app.exception, app.exception
    app.toggle(key="mean").set_value(True).run()
    open_view(app, "Units")
    assert not app.exception, app.exception


def test_a_review_too_long_for_a_link_is_stored():
    long = "a slow start but what an ending " * 300
    app = page("inspect")
    app.text_area(key="text").set_value(long).run()
    assert "text" not in app.query_params
    again = page("inspect", snippet=app.query_params["snippet"])
    assert again.text_area(key="text").value == long
    again.text_area(key="text").set_value("short again").run()
    assert "snippet" not in again.query_params
    assert again.query_params["text"] == "short again"
    assert layout.ERROR in text_of(page("inspect", snippet="0123456789abcdef"))
    assert "snippet" in text_of(page("inspect", snippet="../../etc/passwd"))  # as ignored


def test_a_training_that_cannot_fit_is_refused_on_the_page():
    app = page("train")
    for label, value in (("Units per layer", 4096), ("Layers", 8), ("Batch size", 4096)):
        next(n for n in app.number_input if n.label == label).set_value(value)
    next(n for n in app.number_input if n.label == "Sequence length (words)").set_value(10_000)
    next(b for b in app.button if b.label == "Start training").click().run()
    assert "GiB" in text_of(app) and "4096" in text_of(app)
    assert not all_runs()


def test_a_run_can_be_made_as_large_as_an_lstm(monkeypatch):
    launched = []
    monkeypatch.setattr(
        "sentiment.runs.launch.launch_run",
        lambda recipe: launched.append(recipe) or create_run(recipe),
    )
    app = page("train")
    next(s for s in app.selectbox if s.label == "Architecture").set_value("rnn")
    next(c for c in app.checkbox if "parameters" in c.label).check()
    next(b for b in app.button if b.label == "Start training").click().run()
    assert not app.exception
    (recipe,) = launched
    lstm = PRESETS["sample"].recipe.network
    assert encoder_parameters(recipe.network) == pytest.approx(encoder_parameters(lstm), rel=0.03)


@pytest.mark.slow
def test_a_second_run_is_queued_and_can_be_canceled(monkeypatch):
    app = page("train")
    next(n for n in app.number_input if n.label == "Epochs").set_value(500)
    press(app, "Start training")
    press(app, "Start training")
    assert not app.exception
    second, first = all_runs()
    deadline = time.monotonic() + 600
    while second.status().stage != "Waiting" and time.monotonic() < deadline:
        time.sleep(0.2)
    assert "Queued, position" in text_of(page("train", run=second.id))
    app = page("train", run=second.id)
    press(app, "Cancel")
    while second.status().active and time.monotonic() < deadline:
        time.sleep(0.2)
    app = page("train", run=second.id)
    assert second.status().state == "cancelled"
    press(app, "Delete run")
    assert all_runs() == [first]
    app = page("train")
    press(app, "Stop training")
    while first.status().active and time.monotonic() < deadline:
        time.sleep(0.2)
    app = page("train")
    next(t for t in app.text_input if t.label == "Name of the run").set_value("my first")
    press(app, "Save name")
    assert first.name() == "my first"
    monkeypatch.setattr(processes, "start", lambda words, log: os.getpid())  # as if it trained
    press(page("train"), "Resume")
    assert first.status().active


@pytest.mark.slow
def test_runs_are_compared_by_curves_results_and_settings():
    assert page("runs").info and not page("runs").multiselect
    for size in (4, 5):
        run = create_run(
            recipe_with(
                PRESETS["sample"].recipe,
                {"epochs": 1, "hidden_size": size, "embedding_dim": 4, "sequence_length": 20},
            )
        )
        trainer.train(run)
        run.rename(f"size {size}")
    app = page("runs")
    assert len(app.multiselect[0].value) == 2
    ended, settings, _ = (table.value for table in app.dataframe)
    assert ended["state"].tolist() == ["finished"] * 2
    assert settings["setting"].tolist() == ["hidden_size"]
    packed = app.selectbox(key="packed").set_value("size 5").run()
    (download,) = (one for one in packed.get("download_button") if "model" in one.label)
    assert not download.proto.disabled
    assert sorted(settings.iloc[0, 1:].tolist()) == ["4", "5"]
    app.toggle[0].set_value(True).run()
    assert "learning_rate" in app.dataframe[1].value["setting"].tolist()
    app = page("runs", runs=["size 4"], metric="accuracy", equal_settings="false")
    assert app.multiselect[0].value == ["size 4"] and not app.toggle[0].value
    assert app.button_group(key="metric").value == "accuracy"

    app = page("train")
    other = all_runs()[1]
    next(box for box in app.selectbox if box.label == "Run").set_value(other.id).run()
    assert other.id in app.query_params["run"]
    # The pages that follow show the model of the chosen run.
    assert app.session_state["carried"]["model"] == "size 4"

    # The Train page of one of them: its results, its pinned review, its settings for a new run.
    app = page("train", run=run.id)
    shown = text_of(app)
    assert "Pinned reviews" in shown and "Calibration" in shown
    slider = app.select_slider[0]
    assert slider.value == slider.options[-1] or str(slider.value) == slider.options[-1]
    after = metric(app, "Probability of Positive")
    slider.set_value(0).run()
    assert metric(app, "Step") == "0" and metric(app, "Probability of Positive") != after
    app = page("train", **{"from": run.id})
    units = next(box for box in app.number_input if box.label == "Units per layer")
    assert units.value == 5
    assert not app.exception


def test_a_training_can_be_estimated_before_it_starts(monkeypatch):
    def estimated(words, settings):  # in this process; `tests/runs/test_estimate.py` has its own
        return estimate(Recipe.from_json(settings)).to_json()

    monkeypatch.setattr(processes, "run_for_json", estimated)
    app = page("train")
    next(button for button in app.button if button.label == "Estimate").click().run()
    assert not app.exception
    assert metric(app, "Parameters") == "119,329"
    assert metric(app, "Memory").endswith("MiB") and metric(app, "Time").endswith("s")
    assert all_runs() == []


def test_an_uploaded_table_is_mapped_and_trained_on(monkeypatch):
    launched = []
    monkeypatch.setattr(
        "sentiment.runs.launch.launch_run",
        lambda recipe: launched.append(recipe) or create_run(recipe),
    )
    rows = "".join(
        f"{i},film {i % 7} was fine,up\n{i},film {i % 5} was poor,down\n" for i in range(60)
    )
    app = page("train")
    app.file_uploader[0].set_value(
        ("mine.csv", f"n,said,<i>v</i>\n{rows}7,,up\n".encode(), "text/csv")
    )
    app.run()
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["Text column"].options == ["n", "said", "<i>v</i>"]
    boxes["Text column"].set_value("said")
    boxes["Label column"].set_value("<i>v</i>")
    app.run()
    next(box for box in app.checkbox if box.label == "Yes, this is right").check().run()
    assert not app.exception
    press(app, "Start training")
    assert not app.exception
    (recipe,) = launched
    assert set(recipe.table.classes.split("; ")) == {"up", "down"}
    assert recipe.source.endswith("mine.csv")
