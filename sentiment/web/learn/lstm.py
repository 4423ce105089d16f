"""Step 10: the LSTM, with its forget, input and output gates."""

import streamlit as st

from sentiment.charts.cells import cell_of
from sentiment.errors import ModelError
from sentiment.lessons.article import EXAMPLE
from sentiment.lessons.question import Question
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached
from sentiment.web.components import step_player
from sentiment.web.learn import models
from sentiment.web.learn.review import current_review
from sentiment.web.learn.step import Shown, Step
from sentiment.web.learn.subject import chosen_model

CHOICES = 4


def show() -> Shown:
    name, info = models.lstm()
    if info is None:
        models.train_one()
        raise ModelError("No model with an LSTM is installed.")
    from sentiment.inspection.steps import steps

    trace = cached.trace(info, current_review(), info.sequence)
    layer = trace.top_layer
    unit = int(trace.strongest_units(layer, 1)[0])
    walked = steps(cached.predictor(info), trace, layer, unit)
    chosen = chosen_model()
    instead = f"`{chosen}` is not a unidirectional LSTM. " if chosen not in ("", name) else ""
    st.caption(
        f"{instead}Unit {unit} of `{name}` on your review. Press Play, or use the arrow keys. "
        "Blue: above zero. Orange: below zero. A wide line is a large number."
    )
    step_player(
        walked,
        cell_of(info.network.architecture),
        int(st.session_state.get("learn_word", 0)),
        on_step=lambda step: st.session_state.update(learn_word=step),
        key="learn_player",
    )
    return Shown(
        text="An LSTM reads word by word and has a memory, the **cell state** *c*. At each word, "
        "each unit has three **gates**, numbers between 0 and 1:\n\n"
        "- the **forget gate** *f*: the share of the memory that it keeps,\n"
        "- the **input gate** *i*: the share of the candidate *g* that it writes,\n"
        "- the **output gate** *o*: the share of the memory that it outputs.\n\n"
        "All three are computed from the word and the previous output, with weights that are "
        "learned in training.",
        note="The article's network uses only the last output, so the memory must keep early words "
        "over hundreds of steps. The models here pool the outputs of all words, so each word has a "
        "short path to the verdict. An LSTM remembers more than a plain RNN if its forget gates "
        "are open at the start of the training; the Memory page measures it.",
        question=_question(name, info),
    )


def _question(name: str, info: ModelInfo) -> Question:
    """Which word makes the network forget most; of a fixed review if the reader's is short."""
    text = current_review()
    if len(set(cached.predictor(info).encode(text).kept_tokens)) < CHOICES:
        text = EXAMPLE
    trace = cached.trace(info, text, info.sequence)
    words, forget = trace.encoded.kept_tokens, trace.top_layer.values["f"].mean(axis=1)
    lowest: dict[str, float] = {}
    for word, value in zip(words, forget.tolist(), strict=True):
        lowest[word] = min(value, lowest.get(word, 1.0))
    ordered = sorted(lowest, key=lambda word: lowest[word])
    others = ordered[1 :: max(1, (len(ordered) - 1) // (CHOICES - 1))][: CHOICES - 1]
    answer = ordered[0]
    return Question(
        f"At which word does {name} forget most (forget gate, mean over all units)?"
        + ("" if text == current_review() else f" In: “{text}”"),
        tuple(sorted({answer, *others}, key=words.index)),
        answer,
        f"At “{answer}” the forget gate is {lowest[answer]:.2f} on average; over all words it is "
        f"{forget.mean():.2f}.",
    )


STEP = Step(
    title="Read with an LSTM: forget, input, output",
    short="LSTM",
    show=show,
    code=("networks.minimal_lstm:lstm_step",),
    terms=("unit", "gate", "cell state", "candidate", "hidden state", "pooling"),
    page="pages/inspect.py",
    link="Every gate of every unit",
    params={"view": "Gates"},
    wide=True,
)
