"""The class that is explained: the verdict, unless the visitor chooses another."""

import streamlit as st

from sentiment.corpus.classes import Classes
from sentiment.web.links.check import reject

KEY = "class"  # of the control, and in the link
VERDICT = "the verdict"


def choose_class(classes: Classes) -> int | None:
    """Draw the control and return the code of the chosen class; None for the verdict.

    Of two classes, an explanation of one is that of the other, so there is no control.
    """
    if len(classes.shown) == 1:
        reject(KEY, "of two classes, none is chosen")
        return None
    if st.session_state.get(KEY) not in (None, *classes.names):  # the previous model had others
        st.session_state[KEY] = None
    # Unlike pills, a select box shows names as they are, and writes them so into the link.
    chosen = st.selectbox(
        "Explain",
        classes.names,
        index=None,
        placeholder=VERDICT,
        key=KEY,
        bind="query-params",
        help="The colors of the words and all views below explain the probability of this class.",
    )
    return None if chosen is None else classes.names.index(chosen)
