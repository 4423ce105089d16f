"""One step of the path: explanation, demonstration, question, code, and a link to a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import streamlit as st

from sentiment.lessons.glossary import explain
from sentiment.lessons.question import Question
from sentiment.lessons.source_code import Excerpt, excerpt
from sentiment.web import layout
from sentiment.web.learn.ask import ask
from sentiment.web.learn.subject import CORPUS, current

LINES_SHOWN = 24  # of an excerpt; a longer one is in an expander
ABOUT_ARTICLE = (
    "This project is based on an article that trains an LSTM on the reviews of IMDB. These notes "
    "correct it and add to it, with measurements of this project."
)


@dataclass(frozen=True)
class Shown:
    """The texts of a step, with figures of the visitor's review and of the corpora."""

    text: str  # Markdown
    note: str  # Markdown: errors and gaps of the article
    question: Question


@dataclass(frozen=True)
class Step:
    """A step. `show` draws the demonstration with its control and returns the texts."""

    title: str
    short: str
    show: Callable[[], Shown]
    code: tuple[str, ...]  # names for `excerpt`
    terms: tuple[str, ...]  # of the glossary
    page: str  # with more on the subject
    link: str  # label of the link to it
    params: dict[str, str] = field(default_factory=dict)
    wide: bool = False  # the demonstration needs the whole width


def show_step(number: int, step: Step, on_answer: Callable[[], None]) -> None:
    """Draw a step; `on_answer` is called once its question is answered or revealed."""
    st.header(f"{number}. {step.title}", anchor=False)
    if step.wide:
        told, noted = st.columns([7, 5], gap="large")
        demonstration = st.container()
    else:
        told, demonstration = st.columns([5, 7], gap="large")
        noted = told
    with demonstration, layout.show_errors():
        shown = step.show()
    told.markdown(shown.text, help=explain(step.terms))
    with noted.container(border=True):
        st.markdown(
            f":material/menu_book: **Beyond the article**  \n{shown.note}", help=ABOUT_ARTICLE
        )
    question, code = st.columns([5, 7], gap="large")
    with question:
        ask(shown.question, f"answer_{number}", on_answer)
        st.page_link(
            step.page,
            label=step.link,
            icon=":material/read_more:",
            query_params=step.params | _chosen(step.params),
        )
    with code:
        _show_code([excerpt(name) for name in step.code])


def _chosen(params: dict[str, str]) -> dict[str, str]:
    """The visitor's corpus, to replace the one in the link."""
    shown = current()
    return {} if CORPUS not in params or shown.is_default else shown.corpus.link


def _show_code(excerpts: Sequence[Excerpt]) -> None:
    """The excerpts, in tabs if there are several."""
    tabs = st.tabs([lines.name for lines in excerpts]) if len(excerpts) > 1 else [st.container()]
    for tab, lines in zip(tabs, excerpts, strict=True):
        tab.caption(f":material/code: {lines.place}")
        count = lines.code.count("\n") + 1
        place = tab if count <= LINES_SHOWN else tab.expander(f"Show the {count} lines")
        place.code(lines.code, language="python", wrap_lines=True)
