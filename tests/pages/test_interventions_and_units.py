"""The Interventions and Units views without a browser, for every architecture."""

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sentiment.corpus.sample import sample_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.inspection import intervention_effects, units
from sentiment.inspection.intervened_trace import trace_with_interventions
from sentiment.inspection.interventions import parse
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.units import make_unit_study
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import layout
from sentiment.web.inspect.views import VIEWS
from tests.export.tiny import RATINGS, TOPICS, tiny_model
from tests.marks import slow_but
from tests.pages.driver import metric, page, press, text_of

KINDS = ("lstm", "resnet", "bow")  # recurrent, convolutional, without order
TEXT = "The acting is fine but the story is dull and I was bored"


def inspect(view: str, **params: str) -> AppTest:
    app = page("inspect", **{"text": TEXT, "view": view, **params})
    assert VIEWS[view].caption in text_of(app)
    return app


def keys(app: AppTest) -> set[str | None]:
    return {group.key for group in app.button_group}


@pytest.mark.parametrize("architecture", slow_but(KINDS, ARCHITECTURES))
def test_every_architecture_offers_the_interventions_it_supports(architecture):
    app = inspect("Interventions", model=f"compare-{architecture}")
    if architecture == "bow":
        assert "intervene_action" not in keys(app)
        return
    does = app.button_group(key="intervene_action").options
    assert ("Set gate" in does) == (architecture != "rnn")
    for name in does:
        app.button_group(key="intervene_action").set_value(name).run()
        assert not app.exception, app.exception
        assert layout.ERROR not in text_of(app)
    assert metric(app, "P(Positive) before") == metric(
        app, "P(Positive) after"
    )  # the last action is "None"


def test_the_verdict_is_that_of_the_intervention():
    app = inspect(
        "Interventions",
        model="compare-lstm",
        intervene_action="Scale gate",
        intervene_with="c[3-5]@4=0",
    )
    app.slider(key="intervene_factor").set_value(0.1).run()
    predictor = Predictor.load("compare-lstm")
    interventions = parse("c[3-5]@4=0; 1.forward.f*0.1", predictor.network)
    intervened = trace_with_interventions(predictor, predictor.trace(TEXT), interventions)
    expected = intervened.prediction
    assert metric(app, "P(Positive) after") == f"{expected.probabilities[1]:.1%}"
    shown = text_of(app)
    assert "c[3-5]@4=0" in shown and "1.forward.f*0.1" in shown
    next(b for b in app.button if b.label == "Add another").click().run()
    assert app.text_input(key="intervene_with").value == "c[3-5]@4=0; 1.forward.f*0.1"
    assert metric(app, "P(Positive) after") == f"{expected.probabilities[1]:.1%}"
    next(b for b in app.button if b.label == "Clear").click().run()
    assert metric(app, "P(Positive) before") == metric(app, "P(Positive) after")


def test_a_word_number_is_reduced_to_the_length_of_a_shorter_text():
    app = inspect("Interventions", model="compare-bilstm", intervene_action="Clear memory")
    app.slider(key="intervene_word").set_value(12).run()
    assert "“was”" in text_of(app)
    app.text_area(key="text").set_value("a dull film").run()
    assert not app.exception, app.exception
    assert app.slider(key="intervene_word").value == 3


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("f[9999]=1", "9999"),
        ("q=1", "“q”"),
    ],
)
def test_an_invalid_intervention_gives_an_error_without_markup(written, message):
    app = inspect("Interventions", model="compare-lstm", intervene_with=written)
    assert layout.ERROR in text_of(app) and message in text_of(app)
    for element in [*app.markdown, *app.caption]:
        assert "alert" not in str(element.value)


def test_accuracy_is_measured_by_a_job(jobs_here, small_sample):
    app = inspect("Interventions", model="compare-gru", intervene_action="Freeze units")
    assert "archive is not on this machine" in text_of(app)
    next(b for b in app.button if b.label == "Measure accuracy").click().run()
    assert not app.exception, app.exception
    assert intervention_effects.job().status().state == "done"
    again = inspect("Interventions", model="compare-gru", intervene_action="Freeze units")
    assert metric(again, "McNemar p")


@pytest.fixture
def small_sample(monkeypatch):
    """A sample corpus small enough for a fast study."""
    corpus = sample_corpus(300)
    monkeypatch.setattr("sentiment.corpus.sample.sample_corpus", lambda: corpus)
    monkeypatch.setattr("sentiment.corpus.sample.sample_fingerprint", lambda: corpus.fingerprint)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("architecture", slow_but(KINDS, ARCHITECTURES))
def test_the_units_of_every_architecture_are_shown(architecture, small_sample):
    name = f"compare-{architecture}"
    app = inspect("Units", model=name)
    if architecture == "bow":
        assert app.info and "unit" not in {number.key for number in app.number_input}
        return
    assert "Study units" in [button.label for button in app.button]
    assert "In this review" in [element.value for element in app.subheader]
    make_unit_study(ModelInfo.read(model_folder(name)), "sample")
    app.run()
    for kind in ("State at words", "Change at words", "Reviews", "Places"):
        app.button_group(key="unit_by").set_value(kind).run()
        assert not app.exception, app.exception
    shown = text_of(app)
    assert layout.ERROR not in shown
    assert re.search(r"Half-life (over |under )?[\d,.]+ words?", shown)
    assert re.search(r"\d+ most similar places", shown)


def test_the_link_contains_the_unit_and_the_span(small_sample):
    make_unit_study(ModelInfo.read(model_folder("compare-bilstm")), "sample")
    link = {"unit": "3", "unit_from": "8", "unit_to": "9", "unit_group": "1, 5-6"}
    app = inspect("Units", model="compare-bilstm", layer="layer 1, backward", **link)
    assert app.number_input(key="unit").value == 3
    assert "units 1, 3, 5, 6 over “is dull”" in text_of(app)
    app.number_input(key="unit").set_value(7).run()
    assert "units 1, 5, 6, 7 over" in text_of(app)
    app.text_area(key="text").set_value("so dull").run()  # shorter than the span
    assert not app.exception, app.exception
    assert "over “dull”" in text_of(app)
    app.text_input(key="unit_group").set_value("<b>").run()
    assert layout.ERROR in text_of(app) and "<b>" in text_of(app)


def test_the_study_starts_in_the_background(monkeypatch):
    app = inspect("Units", model="compare-gru")
    launched = []
    monkeypatch.setattr(
        units, "launch_study", lambda info, source, table: launched.append((info.name, source))
    )
    next(b for b in app.button if b.label == "Study units").click().run()
    assert not app.exception, app.exception
    assert launched == [("compare-gru", "sample")]


@pytest.fixture
def topics(tmp_path, monkeypatch):
    """A corpus of three classes, a model of these, and one of classes that no corpus has."""
    folder, path = tmp_path / "models", tmp_path / "topics.csv"
    monkeypatch.setenv("SENTIMENT_MODELS", str(folder))
    for name, classes in (("topics", TOPICS), ("ratings", RATINGS)):
        tiny_model(folder / name, NetworkConfig("lstm", 6, 5), classes)
    rows = [f"w{n % 40} w{n % 7} w{n % 11} no{n},{TOPICS.names[n % 3]}" for n in range(120)]
    path.write_text("\n".join(["text,label", *rows]))
    register(RegisteredCorpus("mine", str(path), TableConfig(classes="; ".join(TOPICS.names))))


def test_a_model_is_measured_on_a_corpus_with_its_classes(topics, jobs_here):
    link = {"model": "topics", "text": "w3 w1 w4"}
    app = press(
        inspect("Interventions", **link, intervene_action="Freeze units"), "Measure accuracy"
    )
    assert layout.ERROR not in text_of(app)
    app = inspect("Interventions", **link, intervene_action="Freeze units")
    assert metric(app, "McNemar p") and "test reviews of topics.csv" in text_of(app)
    press(inspect("Units", **link), "Study units")
    app = inspect("Units", **link)
    assert metric(app, "Half-life") and "of topics.csv, without the test split" in text_of(app)


def test_without_such_a_corpus_the_page_says_so(topics):
    for view in ("Interventions", "Units"):
        app = inspect(view, model="ratings", text="w3 w1 w4")
        shown = text_of(app)
        assert "No corpus on this machine has the classes" in shown and "bad to great" in shown
