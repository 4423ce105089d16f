"""The running lesson of a visitor: in the link, and in the session while other pages are open."""

from dataclasses import dataclass

import streamlit as st

from sentiment.lessons.files import all_lessons
from sentiment.lessons.lesson import Lesson, LessonStep
from sentiment.web.components.guide import address

LESSON, STEP = "lesson", "lesson_step"


@dataclass(frozen=True)
class Running:
    """A lesson at one of its steps."""

    name: str
    lesson: Lesson
    number: int  # of the step, from 1

    @property
    def step(self) -> LessonStep:
        return self.lesson.steps[self.number - 1]

    @property
    def last(self) -> bool:
        return self.number == len(self.lesson.steps)


def running_lesson() -> Running | None:
    """The lesson of the link, else of the session; None without a lesson that can be read."""
    link, kept = st.query_params, st.session_state.get("running_lesson", ("", 1))
    name, number = kept
    if LESSON in link:
        text = link.get(STEP, "1")
        name, number = link[LESSON], int(text) if text.isascii() and text.isdecimal() else 1
    if not name:
        return None
    file = all_lessons().get(name)
    if file is None or file.lesson is None:
        st.session_state.pop("running_lesson", None)
        return None
    running = Running(name, file.lesson, min(max(number, 1), len(file.lesson.steps)))
    st.session_state.running_lesson = (name, running.number)
    return running


def address_of(name: str, lesson: Lesson, number: int) -> str:
    """The address of a step of a lesson."""
    step = lesson.steps[number - 1]
    return address(step.page, step.params | {LESSON: name, STEP: str(number)})


def end() -> None:
    """Stop the lesson; the page stays as it is."""
    st.session_state.pop("running_lesson", None)
    for name in (LESSON, STEP):
        st.query_params.pop(name, None)
