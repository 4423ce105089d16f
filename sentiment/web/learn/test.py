"""Step 12: the test split, and a review that a user types."""

from dataclasses import replace

import streamlit as st

from sentiment.charts import palette
from sentiment.errors import ModelError
from sentiment.evaluation.comparison import seed_figures
from sentiment.lessons.article import EXAMPLE, Article
from sentiment.lessons.question import Question
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached, layout
from sentiment.web.components import word_strip
from sentiment.web.learn import models
from sentiment.web.learn.review import review_box
from sentiment.web.learn.step import Shown, Step
from sentiment.web.learn.train import linked_run
from sentiment.web.train.run_view import read_model
from sentiment.wording import counted


def show() -> Shown:
    name, info = models.judge()
    if info is None:
        models.train_one()
        raise ModelError("No model is installed.")
    length = Article.read().sequence_length
    text = review_box()
    trace = cached.trace(info, text, replace(info.sequence, sequence_length=length))
    verdicts = {name: trace.prediction}
    run = linked_run()
    if run and (own := read_model(run)) and own.folder != info.folder:
        sequence = replace(own.sequence, sequence_length=length)
        verdicts["your network of step 11"] = cached.trace(own, text, sequence).prediction
    for column, (who, prediction) in zip(st.columns(len(verdicts)), verdicts.items(), strict=True):
        color = palette.class_text_colors(prediction.classes)[prediction.label]
        column.markdown(f"### :{color}[{layout.escaped(prediction.name)}]")
        column.caption(
            f"{layout.escaped(who)}: probability {prediction.probability:.1%}, sequence length "
            f"{length} words"
            + (f", {counted(prediction.unknown, 'unknown word')}" if prediction.unknown else "")
        )
    word_strip(trace, words_of_gap=20, key="learn_strip")
    st.caption(
        f"Each word is colored by how it moved the probability. {layout.escaped(trace.finding)}"
    )
    return _texts(name, info, text == EXAMPLE, trace.prediction.name)


def _texts(name: str, info: ModelInfo, example: bool, label: str) -> Shown:
    article = Article.read()
    figures = info.metrics.get("test", {})
    reviews, accuracy = int(figures.get("reviews", 0)), float(figures.get("accuracy", 0.0))
    wrong = round(reviews * (1 - accuracy))
    choices = sorted({_rounded(n) for n in (wrong // 4, wrong, 2 * wrong + 1, 4 * wrong + 2)})
    ending = (
        "This is the last example of the article. With a sequence length of "
        f"{article.sequence_length} words, the verdict is **{layout.escaped(label)}**."
        if example
        else "Type a review, and read the verdict of the model."
    )
    return Shown(
        text=f"The test is the last step, and it is done once. `{name}` predicts "
        f"**{accuracy:.1%}** of {reviews:,} test reviews correctly (95% interval "
        f"{figures.get('accuracy_low', 0):.1%} to {figures.get('accuracy_high', 1):.1%}).\n\nThen "
        "a user types a review. It passes the same steps: clean, encode, pad, read. **They must "
        f"be the same as in training**, or the ids mean other words.\n\n{ending}",
        note=f"The article's recipe reaches {article.test_accuracy:.1%} here{_baseline()}. A "
        "single accuracy does not show everything: test short reviews, negations and texts of "
        "other domains before you trust a model.",
        question=Question(
            f"How many of the {reviews:,} test reviews does {name} get wrong?",
            tuple(f"about {count:,}" for count in choices),
            f"about {_rounded(wrong):,}",
            f"{wrong:,}. Compare shows which ones, and where other architectures differ.",
        ),
    )


def _baseline() -> str:
    """The accuracy of the simplest model, as measured for the comparison."""
    measured = seed_figures().get("bow")
    if not measured:
        return ""
    seconds = measured[0]["train_seconds"]
    return (
        f"; a bag of words reaches {measured[0]['accuracy']:.1%} after {seconds:.0f} s of training"
    )


def _rounded(count: int) -> int:
    return round(count, -2) if count >= 1_000 else count


STEP = Step(
    title="Test, on the test split and on what a user types",
    short="Test",
    show=show,
    code=("inspection.predictor:Predictor.predict",),
    terms=("accuracy", "confidence interval", "prediction", "percentage point"),
    page="pages/inspect.py",
    link="Everything behind this verdict",
)
