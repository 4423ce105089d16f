"""Inspect and Compare with models of three and more classes, without a browser."""

import shutil

import pytest

from sentiment.corpus.classes import Classes
from sentiment.inspection.predictor import Predictor
from sentiment.networks.config import NetworkConfig
from sentiment.web.inspect.views import VIEWS
from tests.export.tiny import RATINGS, TOPICS, tiny_model
from tests.pages.driver import metric, open_view, page, text_of

TEXT = "w3 w1 w4 w1 w5 w9 w2 w6"


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Models of three, four and two classes."""
    folder = tmp_path / "models"
    infos = [
        tiny_model(folder / "topics", NetworkConfig("lstm", 6, 5), TOPICS),
        tiny_model(folder / "ratings", NetworkConfig("lstm", 6, 5, ordinal=True), RATINGS),
    ]
    shutil.copytree("models/compare-lstm", folder / "two")
    monkeypatch.setenv("SENTIMENT_MODELS", str(folder))
    return {info.name: Predictor.load(info.folder) for info in infos}


def inspect(**link):
    return page("inspect", text=TEXT, **link)


def choice(app):
    return next((box for box in app.selectbox if box.key == "class"), None)


@pytest.mark.parametrize("model", ["topics", "ratings"])
def test_every_view_explains_the_verdict_or_the_chosen_class(models, model):
    predictor = models[model]
    app = inspect(model=model)
    verdict = predictor.predict([TEXT])[0]
    assert choice(app).options == [*predictor.classes.names]
    for name, probability in zip(predictor.classes.names, verdict.probabilities, strict=True):
        assert f"{name} {probability:.1%}" in text_of(app)
    assert f"probability of {verdict.name} is" in text_of(app)
    other = predictor.classes.names[verdict.label - 1]
    choice(app).set_value(other).run()
    assert not app.exception, app.exception
    assert f"probability of {other} is" in text_of(app)
    for view in VIEWS:
        open_view(app, view)
        assert not app.exception, app.exception
    open_view(app, "Interventions")
    before = verdict.probabilities[predictor.classes.names.index(other)]
    assert metric(app, f"P({other}) before") == f"{before:.1%}"
    open_view(app, "Which words")
    assert f"Most important for {other}" in text_of(app)


def test_the_link_chooses_a_class_and_another_model_ignores_it(models):
    app = inspect(model="topics", **{"class": "cast"})
    assert "probability of cast is" in text_of(app)
    app.selectbox(key="model").set_value("ratings").run()
    assert not app.exception and choice(app).value is None
    app = inspect(model="topics", **{"class": "nothing"})
    assert not app.exception and choice(app).value is None


def test_two_classes_have_no_control_and_a_class_in_the_link_is_named_and_dropped(models):
    app = inspect(model="two", **{"class": "Negative"})
    assert choice(app) is None and "Probability of Positive" in text_of(app)
    assert "class" not in app.query_params
    assert "Ignored from the link: class=Negative" in text_of(app)
    app = inspect(model="topics", **{"class": "cast"})
    app.selectbox(key="model").set_value("two").run()
    assert not app.exception and "class" not in app.query_params
    assert "Ignored" not in text_of(app)  # chosen here, not in a link


def test_names_with_markdown_are_shown_as_they_are(models, tmp_path):
    names = Classes(("$x$", "*a*", ":red[b]", "the verdict"))
    tiny_model(tmp_path / "models" / "marked", NetworkConfig("lstm", 6, 5), names)
    app = inspect(model="marked")
    assert choice(app).options == list(names.names)
    choice(app).set_value("*a*").run()
    assert not app.exception and r"probability of \*a\* is" in text_of(app)
    app = inspect(model="marked", **{"class": "*a*"})
    assert choice(app).value == "*a*" and "Ignored" not in text_of(app)
    app = inspect(model="marked", **{"class": "the verdict"})
    assert choice(app).value == "the verdict"
    assert "probability of the verdict is" in text_of(app)


def test_models_of_different_classes_are_not_drawn_together(models):
    app = inspect(model="topics", view="Compare two", side_model="ratings")
    assert "plot, cast, music" in text_of(app) and "so so" in text_of(app)
    app = page("compare", compare_view="One review", text=TEXT, models=["topics", "ratings"])
    assert "plot, cast, music" in text_of(app) and "so so" in text_of(app)
    app = page("compare", compare_view="One review", text=TEXT, models=["topics"])
    assert not app.exception and "topics predicts" in text_of(app)
