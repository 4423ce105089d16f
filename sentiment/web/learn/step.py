"""One step of the path: explanation, demonstration, question, code, and a link to a page."""

from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from sentiment.lessons.glossary import explain
from sentiment.lessons.question import Question
from sentiment.lessons.source_code import excerpt
from sentiment.web import layout
from sentiment.web.learn.ask import ask


@dataclass(frozen=True)
class Shown:
    """The texts of a step, with the figures of this reader's review and of the corpora."""

    text: str  # Markdown
    note: str  # Markdown: what the article leaves out or states otherwise
    question: Question


@dataclass(frozen=True)
class Step:
    """A step. `show` draws the demonstration with its control and returns the texts."""

    title: str
    short: str
    show: Callable[[], Shown]
    code: tuple[str, ...]  # names for `excerpt`
    terms: tuple[str, ...]  # of the glossary
    page: str  # that goes deeper
    link: str  # its label
    params: dict[str, str] = field(default_factory=dict)


def show_step(number: int, step: Step, on_answer: Callable[[], None]) -> None:
    """Draw a step; `on_answer` is called once its question is answered or revealed."""
    st.header(f"{number}. {step.title}", anchor=False)
    told, demonstration = st.columns([5, 7], gap="large")
    with demonstration, layout.show_errors():
        shown = step.show()
    with told:
        st.markdown(shown.text, help=explain(step.terms))
        with st.container(border=True):
            st.markdown(f":material/menu_book: **The article**  \n{shown.note}")
    question, code = st.columns([5, 7], gap="large")
    with question:
        ask(shown.question, f"answer_{number}", on_answer)
        st.page_link(
            step.page, label=step.link, icon=":material/read_more:", query_params=step.params
        )
    with code:
        for name in step.code:
            lines = excerpt(name)
            st.caption(f":material/code: {lines.place}")
            st.code(lines.code, language="python", height=min(330, 40 + 24 * _count(lines.code)))


def _count(code: str) -> int:
    return code.count("\n") + 1
