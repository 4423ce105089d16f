"""A question on a page: choices, and the answer once one is chosen."""

from collections.abc import Callable

import streamlit as st

from sentiment.lessons.question import Question
from sentiment.web.layout import escaped


def ask(question: Question, key: str, on_answer: Callable[[], None]) -> None:
    """Show a question; `on_answer` is called when it is answered correctly or revealed."""
    with st.container(border=True, key=f"{key}_box"):
        st.markdown(":material/help: **Question**")
        chosen = st.radio(
            escaped(question.text),
            range(len(question.choices)),
            index=None,
            format_func=lambda place: escaped(question.choices[place]),
            key=f"{key}_{abs(hash((question.text, question.choices)))}",
        )
        right = chosen is not None and question.choices[chosen] == question.answer
        revealed = not right and st.button("Show the answer", key=f"{key}_reveal")
        if right:
            st.success(f"**Right.** {escaped(question.why)}", icon=":material/check:")
        elif revealed:
            st.info(f"**{escaped(question.answer)}.** {escaped(question.why)}")
        elif chosen is not None:
            st.warning("Not quite. Choose again.", icon=":material/close:")
        if right or revealed:
            on_answer()
