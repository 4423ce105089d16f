"""Step 11: a training, which the visitor starts and watches."""

from dataclasses import replace

import streamlit as st

from sentiment.charts.curves import training_curve
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question
from sentiment.runs.launch import launch_run
from sentiment.runs.run import Run, all_runs
from sentiment.training.config import LONGEST_PINNED
from sentiment.training.presets import PRESETS
from sentiment.web import cached, layout
from sentiment.web.learn import subject
from sentiment.web.learn.review import current_review
from sentiment.web.learn.step import Shown, Step
from sentiment.web.links.check import carry
from sentiment.web.shared_chart import shared
from sentiment.web.train.run_view import POLL_SECONDS, read_events, read_model
from sentiment.wording import counted

RECIPE = PRESETS["sample"].recipe
MOST_EPOCHS = 12


def show() -> Shown:
    shown = subject.current()
    epochs = st.slider("Epochs", 1, MOST_EPOCHS, RECIPE.training.epochs, key="learn_epochs")
    run = linked_run()
    active = run is not None and run.status().active
    if st.button(
        "Train now" if run is None else "Train again",
        type="primary",
        icon=":material/play_arrow:",
        disabled=active,
        key="learn_train",
    ):
        recipe = shown.recipe()
        recipe = replace(
            recipe,
            pinned=(current_review()[:LONGEST_PINNED],),
            training=replace(recipe.training, epochs=epochs),
        )
        st.query_params["run"] = launch_run(recipe).id
        st.rerun()
    if run is None:
        st.caption(
            f"Trains an LSTM of {RECIPE.network.hidden_size} units on {shown.trains_on}. "
            + ("It takes less than a minute." if shown.is_default else "More reviews take longer.")
        )
    elif active:
        _watch(run)
    else:
        _draw(run)
    return _texts(run)


def linked_run() -> Run | None:
    """The run of the link, else the one that this session started."""
    wanted = st.query_params.get("run") or st.session_state.get("learn_run")
    run = next((run for run in all_runs() if run.id == wanted), None)
    if run:
        st.session_state.learn_run = run.id
        if info := read_model(run):
            carry(model=cached.name_of(info))
        st.query_params["run"] = run.id
    return run


@st.fragment(run_every=POLL_SECONDS)
def _watch(run: Run) -> None:
    with layout.show_errors():
        if not run.status().active:
            st.rerun()
        _draw(run)


def _draw(run: Run) -> None:
    status, events = run.status(), read_events(run)
    steps, epochs = events.get("StepEvent", []), events.get("EpochEvent", [])
    if status.state == "queued":
        st.progress(0.0, f"Queued (position {run.queue_position()})")
    elif status.active:
        st.progress(status.progress, f"{status.stage} … {status.progress:.0%}")
        if st.button("Stop", icon=":material/stop:", key="learn_stop"):
            run.request_stop()
    elif status.state in ("failed", "interrupted", "damaged"):
        layout.show_error(status.message)
    if not steps:
        return
    last = epochs[-1] if epochs else None
    layout.metrics(
        {
            "Step": f"{steps[-1]['step']:,}",
            "Training loss": f"{steps[-1]['loss']:.3f}",
            "Validation accuracy": f"{last['valid_accuracy']:.1%}" if last else "after epoch 1",
        }
    )
    st.altair_chart(
        shared(training_curve)(steps, epochs, "loss"),
        key="learn_curve",
        alt=f"Loss by step, now {steps[-1]['loss']:.3f}; {counted(len(epochs), 'epoch')} finished.",
    )


def _texts(run: Run | None) -> Shown:
    article = Article.read()
    worse = 100 * (article.test_accuracy - article.test_accuracy_at_last)
    return Shown(
        text="Training repeats one step: predict a batch, compute the **loss** and its "
        "**gradient**, and change every weight a little in the direction that reduces the loss. "
        "After each **epoch** the loss on the validation reviews shows whether the network learns "
        "a rule for all reviews, or only memorizes the training reviews.\n\nPress the button and "
        "watch the loss.",
        note=f"The article trains {article.last_epoch} epochs. Trained here on IMDB, its recipe is "
        f"best after epoch {article.best_epoch} ({article.minutes_until_best} minutes on two "
        f"cores): {article.valid_accuracy:.1%} on validation, {article.test_accuracy:.1%} on test. "
        f"After epoch {article.last_epoch} the test accuracy is "
        f"{article.test_accuracy_at_last:.1%}, {worse:.1f} percentage points lower: the network "
        "**overfits**. This project keeps the weights of the best epoch.",
        question=_question(run, article),
    )


def _question(run: Run | None, article: Article) -> Question:
    epochs = read_events(run).get("EpochEvent", []) if run and not run.status().active else []
    if len(epochs) < 2:
        numbers = range(1, article.last_epoch + 1)
        return Question(
            "After which epoch is the article's recipe best on the validation reviews?",
            tuple(map(str, numbers)),
            str(article.best_epoch),
            f"After epoch {article.best_epoch}, with {article.valid_accuracy:.1%}. From then on it "
            "memorizes the training reviews. (Train a network, and the question is about yours.)",
        )
    best = min(epochs, key=lambda event: event["valid_loss"])
    return Question(
        "After which epoch was the validation loss of your network lowest?",
        tuple(str(event["epoch"] + 1) for event in epochs),
        str(best["epoch"] + 1),
        f"It was {best['valid_loss']:.3f} there and {epochs[-1]['valid_loss']:.3f} at the end. The "
        "weights of the best epoch are kept.",
    )


STEP = Step(
    title="Train, and watch the loss fall",
    short="Train",
    show=show,
    code=("training.step:training_step",),
    terms=("loss", "gradient", "epoch", "learning rate", "overfitting"),
    page="pages/train.py",
    link="All settings, other networks, your own corpus",
)
