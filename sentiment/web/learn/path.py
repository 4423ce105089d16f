"""The twelve steps as one path, with the current step and the buttons Back and Next."""

import streamlit as st

from sentiment.web.components.path import step_path
from sentiment.web.learn import (
    batches,
    clean,
    encode,
    labels,
    lengths,
    load,
    lstm,
    pad,
    progress,
    split,
    subject,
    test,
    train,
    vocabulary,
)
from sentiment.web.learn.step import Step, show_step
from sentiment.wording import counted

STEPS: tuple[Step, ...] = (
    load.STEP,
    clean.STEP,
    vocabulary.STEP,
    encode.STEP,
    labels.STEP,
    lengths.STEP,
    pad.STEP,
    split.STEP,
    batches.STEP,
    lstm.STEP,
    train.STEP,
    test.STEP,
)


def show_path() -> None:
    """The path, the current step, and Back and Next."""
    number, done = progress.current_step(len(STEPS)), progress.done_steps(len(STEPS))
    step_path(
        "The twelve steps",
        [(step.title, step.short) for step in STEPS],
        number,
        done,
        on_step=progress.go,
        key="path",
    )
    subject.show_subject()
    show_step(number, STEPS[number - 1], lambda: done.add(number))
    progress.keep(number, done)
    with st.container(horizontal=True, vertical_alignment="center", key="path_buttons"):
        st.button(
            "Back",
            icon=":material/arrow_back:",
            disabled=number == 1,
            on_click=progress.go,
            args=[max(number - 1, 1)],
        )
        if number < len(STEPS):
            st.button(
                f"Next: {STEPS[number].title}",
                type="primary",
                icon=":material/arrow_forward:",
                key="next_step",
                on_click=progress.go,
                args=[number + 1],
            )
        st.caption(f"Step {number} of {len(STEPS)} · {counted(len(done), 'question')} answered")
