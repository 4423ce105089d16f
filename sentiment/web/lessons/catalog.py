"""The list of lessons, and a form that adds one."""

import streamlit as st

from sentiment.lessons.files import LessonFile, add_lesson, all_lessons, delete_lesson
from sentiment.web import layout
from sentiment.web.components.guide import jump
from sentiment.web.download import offer_file
from sentiment.web.layout import escaped
from sentiment.web.lessons.running import address_of
from sentiment.wording import counted

COLUMNS = 3


def show_lessons() -> None:
    """Cards of all lessons, and an upload."""
    st.markdown(
        "A lesson guides you through the pages of the app in about five minutes. A bar at the "
        "bottom says what to look at and asks questions; the control to use next has a frame."
    )
    lessons = list(all_lessons().values())
    for first in range(0, len(lessons), COLUMNS):
        for column, file in zip(
            st.columns(COLUMNS), lessons[first : first + COLUMNS], strict=False
        ):
            with column.container(border=True, height="stretch"):
                _show_card(file)
    st.subheader("Add a lesson", anchor=False)
    st.markdown("A lesson is a YAML file; `docs/writing-lessons.md` describes it.")
    example = next((file for file in lessons if file.shipped), None)
    if example:
        offer_file("Download an example", example.path.read_bytes, example.path.name)
    uploaded = st.file_uploader(
        "Lesson file", type=["yaml", "yml"], key="lesson_file", max_upload_size=1
    )
    if uploaded and st.button("Add lesson", icon=":material/add:"):
        with layout.show_errors():
            name = add_lesson(uploaded.name, uploaded.getvalue())
            st.success(f"Added as {name}.", icon=":material/check:")
            st.rerun()


def _show_card(file: LessonFile) -> None:
    if file.lesson is None:
        st.text(file.name)
        layout.show_error(file.error)
    else:
        lesson = file.lesson
        st.markdown(f"**{escaped(lesson.title)}**  \n{escaped(lesson.summary)}")
        st.caption(f"{counted(len(lesson.steps), 'step')}, about {lesson.minutes} min")
        jump([("Start", address_of(file.name, lesson, 1), True)], key=f"start_{file.name}")
    if not file.shipped:
        st.button(
            "Delete", key=f"delete_{file.name}", type="tertiary", on_click=_delete, args=[file.name]
        )


def _delete(name: str) -> None:
    with layout.show_errors():
        delete_lesson(name)
