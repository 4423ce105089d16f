"""The bar of a running lesson at the lower edge of every page."""

import streamlit as st

from sentiment.errors import SentimentError
from sentiment.lessons.lesson import LessonQuestion
from sentiment.lessons.measures import answered
from sentiment.web import cached
from sentiment.web.components.guide import guide, jump
from sentiment.web.layout import escaped
from sentiment.web.learn.ask import ask
from sentiment.web.lessons.running import Running, address_of, end, running_lesson


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
        jump(_links(running, here), key="lesson_links")
        st.button(
            "Finish" if running.last else "End lesson",
            key="lesson_end",
            type="primary" if running.last else "tertiary",
            icon=":material/close:",
            on_click=end,
        )


def _links(running: Running, here: bool) -> list[tuple[str, str, bool]]:
    """Previous, and next or, on another page, the page of the step."""

    def to(number: int) -> str:
        return address_of(running.name, running.lesson, number)

    links = [("Previous", to(running.number - 1), False)] if running.number > 1 else []
    if not here:
        links.append(("Open this step", to(running.number), True))
    elif not running.last:
        links.append(("Next step", to(running.number + 1), True))
    return links


def _show_question(question: LessonQuestion, key: str) -> None:
    try:
        found = answered(
            question,
            cached.readable_models(),
            lambda info, text: cached.trace(info, text, info.sequence),
        )
    except SentimentError as error:
        st.text(f"The answer cannot be computed on this machine: {error}")
        return
    ask(found, f"lesson_{key}", lambda: None)
