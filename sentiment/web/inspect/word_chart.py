"""A chart over the words of the review, as every view draws it."""

import streamlit as st

from sentiment.charts.words import Figure, mark_word
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection
from sentiment.web.shared_chart import shared


def word_chart(
    inspection: Inspection, figure: Figure, *, key: str, alt: str, first: int = 0
) -> None:
    """Draw the chart with a frame around the word that is chosen in the strip.

    first: the position in the review of the first word of the chart.
    """
    if inspection.word is not None:
        figure = shared(mark_word)(figure, inspection.word, first)
    st.plotly_chart(figure, key=key, config=layout.figure_config(), alt=alt)
