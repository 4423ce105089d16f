"""The Surgery and Units views on the server side, for every architecture that ships."""

import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sentiment.corpus.sample import sample_corpus
from sentiment.inspection import intervention_effects, units
from sentiment.inspection.intervened_trace import trace_with_interventions
from sentiment.inspection.interventions import parse
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.units import make_study
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.registry import ARCHITECTURES

PROJECT = Path(__file__).parents[2]
TEXT = "The acting is fine but the story is dull and I was bored"


@pytest.fixture(autouse=True)
def no_archive(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    monkeypatch.setattr("sentiment.corpus.sources.find_archive", lambda: None)
    monkeypatch.setattr("sentiment.web.inspect.intervention_effect.find_archive", lambda: None)
    monkeypatch.setattr("sentiment.web.inspect.reference_source.find_archive", lambda: None)


def inspect(view: str, **params: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60)
    app.query_params.update({"text": TEXT, "view": view, **params})
    app.run()
    app.switch_page("pages/inspect.py").run()
    assert not app.exception, app.exception
    return app


def text_of(app: AppTest) -> str:
    kinds = ("markdown", "caption", "text", "info", "warning")
    words = [element.value for kind in kinds for element in getattr(app, kind)]
    metrics = [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join([*map(str, words), *metrics])


def metric(app: AppTest, label: str) -> str:
    return next(metric.value for metric in app.metric if metric.label == label)


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_every_architecture_is_operated_on_as_far_as_it_goes(architecture):
    app = inspect("Interventions", model=f"compare-{architecture}")
    if architecture == "bow":
        assert "nothing to operate on" in text_of(app)
        return
    does = app.button_group(key="cut_do").options
    assert ("Set a gate" in does) == (architecture != "rnn")
    for name in does:
        app.button_group(key="cut_do").set_value(name).run()
        assert not app.exception, app.exception
        assert "That did not work" not in text_of(app)
    assert metric(app, "Before") == metric(app, "After")  # the last one does nothing


def test_the_verdict_shown_is_that_of_the_operation():
    app = inspect("Interventions", model="compare-lstm", cut_do="Scale it", cut_with="c[3-5]@4=0")
    app.slider(key="cut_times").set_value(0.1).run()
    predictor = Predictor.load("compare-lstm")
    interventions = parse("c[3-5]@4=0; 1.forward.f*0.1", predictor.network)
    intervened = trace_with_interventions(predictor, predictor.trace(TEXT), interventions)
    expected = intervened.prediction
    assert metric(app, "After") == f"{expected.label} {expected.probability:.1%}"
    shown = text_of(app)
    assert "forget gate multiplied by 0.1 in all units of layer 1, forward" in shown
    assert "cell state set to 0 in units 3-5 of every layer at word 4" in shown
    next(b for b in app.button if b.label == "Keep and add another").click().run()
    assert app.text_input(key="cut_with").value == "c[3-5]@4=0; 1.forward.f*0.1"
    assert metric(app, "After") == f"{expected.label} {expected.probability:.1%}"
    next(b for b in app.button if b.label == "Clear").click().run()
    assert metric(app, "Before") == metric(app, "After")


def test_a_memory_can_be_emptied_at_a_word_that_a_shorter_text_lacks():
    app = inspect("Interventions", model="compare-bilstm", cut_do="Empty memory")
    app.slider(key="cut_word").set_value(12).run()
    assert "“was”" in text_of(app)
    app.text_area(key="text").set_value("a dull film").run()
    assert not app.exception, app.exception
    assert app.slider(key="cut_word").value == 3


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("<script>alert(1)</script>", "cannot be read as an intervention"),
        ("f[9999]=1", "no unit 9999"),
        ("q=1", "no “q” to operate on"),
    ],
)
def test_what_cannot_be_done_is_said_as_text(written, message):
    app = inspect("Interventions", model="compare-lstm", cut_with=written)
    assert message in text_of(app)
    for element in [*app.markdown, *app.caption]:
        assert "alert" not in str(element.value)


def test_the_accuracy_is_measured_while_the_page_is_left():
    app = inspect("Interventions", model="compare-gru", cut_do="Freeze units")
    assert "archive is not on this machine" in text_of(app)
    next(b for b in app.button if b.label == "Measure the accuracy").click().run()
    assert not app.exception, app.exception
    deadline = time.monotonic() + 90
    while intervention_effects.job().status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.2)
    again = inspect("Interventions", model="compare-gru", cut_do="Freeze units")
    assert "test reviews of Sample" in text_of(again)
    assert metric(again, "McNemar p")


@pytest.fixture
def small_sample(monkeypatch):
    """A sample corpus that is studied in a moment."""
    corpus = sample_corpus(300)
    monkeypatch.setattr("sentiment.corpus.sources._sample", lambda: corpus)
    monkeypatch.setattr("sentiment.corpus.sources._sample_fingerprint", lambda: corpus.fingerprint)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_the_units_of_every_architecture_are_shown(architecture, small_sample):
    name = f"compare-{architecture}"
    app = inspect("Units", model=name)
    if architecture == "bow":
        assert "A bag of words has no units" in text_of(app)
        return
    assert "only other reviews can tell" in text_of(app)
    assert "In this review" in [element.value for element in app.subheader]
    make_study(ModelInfo.read(model_folder(name)), "sample")
    app.run()
    for kind in ("Words", "Words that move it", "Reviews", "Places"):
        app.button_group(key="unit_by").set_value(kind).run()
        assert not app.exception, app.exception
    shown = text_of(app)
    assert "That did not work" not in shown
    assert "Half of its state is left" in shown or "hardly ever moves" in shown
    assert "of all are), and the model is wrong about" in shown


def test_a_unit_and_a_span_are_chosen_and_stand_in_the_link(small_sample):
    make_study(ModelInfo.read(model_folder("compare-bilstm")), "sample")
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
    assert "names no units" in text_of(app)


def test_the_study_is_made_while_the_page_is_left(monkeypatch):
    app = inspect("Units", model="compare-gru")
    launched = []
    monkeypatch.setattr(units, "launch", lambda info, source: launched.append((info.name, source)))
    next(b for b in app.button if b.label == "Study the units").click().run()
    assert not app.exception, app.exception
    assert launched == [("compare-gru", "sample")]
