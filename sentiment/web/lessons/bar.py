"""The bar of a running lesson at the lower edge of every page."""

import streamlit as st

from sentiment.errors import SentimentError
from sentiment.lessons.lesson import LessonQuestion
from sentiment.lessons.measures import answered
from sentiment.web import cached
from sentiment.web.components.guide import guide
from sentiment.web.learn.ask import ask, escaped
from sentiment.web.lessons.running import Running, end, open_step, running_lesson


def show_bar(page: str) -> None:
    """Draw the bar if a lesson is running; `page` is the name of the current page."""
    running = running_lesson()
    if running is None:
        return
    here = running.step.page == page
    with st.container(key="lesson_bar"):
        guide(running.step.highlight if here else "", key="lesson_guide")
        step = running.step
        with st.container(horizontal=True, vertical_alignment="center", key="lesson_row"):
            with st.container(key="lesson_text"):
                st.markdown(
                    f":small[:material/school: {escaped(running.lesson.title)} · step "
                    f"{running.number} of {len(running.lesson.steps)}]  \n{escaped(step.sentence)}"
                    + (f" **{escaped(step.click)}**" if step.click else "")
                )
            _show_buttons(running, here)


def _show_buttons(running: Running, here: bool) -> None:
    with st.container(
        horizontal=True, vertical_alignment="center", key="lesson_buttons", width="content"
    ):
        if running.step.question:
            with st.popover("Question", icon=":material/help:"):
                _show_question(running.step.question, f"{running.name}_{running.number}")
        if running.number > 1 and st.button("Previous", key="lesson_back", icon=":material/west:"):
            open_step(running.name, running.lesson, running.number - 1)
        if not here and st.button("Open this step", key="lesson_here", type="primary"):
            open_step(running.name, running.lesson, running.number)
        if (
            here
            and not running.last
            and st.button(
                "Next step",
                key="lesson_next",
                type="primary",
                icon=":material/east:",
                icon_position="right",
            )
        ):
            open_step(running.name, running.lesson, running.number + 1)
        st.button(
            "Finish" if running.last else "End lesson",
            key="lesson_end",
            type="primary" if running.last else "tertiary",
            icon=":material/close:",
            on_click=end,
        )


def _show_question(question: LessonQuestion, key: str) -> None:
    try:
        found = answered(
            question,
            cached.choose_models(),
            lambda info, text: cached.trace(info, text, info.sequence),
        )
    except SentimentError as error:
        st.text(f"The question has no answer here: {error}")
        return
    ask(found, f"lesson_{key}", lambda: None)
