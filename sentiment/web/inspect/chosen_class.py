"""The class that is explained: the verdict, unless the visitor chooses another."""

import streamlit as st

from sentiment.corpus.classes import Classes
from sentiment.web import layout
from sentiment.web.links.check import reject

KEY = "class"  # of the control, and in the link
VERDICT = "the verdict"


def choose_class(classes: Classes) -> int | None:
    """Draw the control and return the code of the chosen class; None for the verdict.

    Of two classes, an explanation of one is that of the other, so there is no control.
    """
    if len(classes) == 2:
        reject(KEY, "of two classes, none is chosen")
        return None
    # Escaped in the link, too: a bound widget writes its options as they are shown.
    options = [VERDICT, *map(layout.escaped, classes.names)]
    if st.session_state.get(KEY, VERDICT) not in options:  # the previous model had other classes
        st.session_state[KEY] = VERDICT
    chosen = st.pills(
        "Explain",
        options,
        default=VERDICT,
        key=KEY,
        required=True,
        wrap=True,
        bind="query-params",
        help="The colors of the words and all views below explain the probability of this class.",
    )
    return None if chosen == VERDICT else options.index(chosen) - 1
