"""Inspect, the reading: text, tokens, integers, the padded row, and what padding would do."""

import streamlit as st

from sentiment.charts.rows import padding_drift, row_picture
from sentiment.encoding.encode_text import EncodedText
from sentiment.web import layout
from sentiment.web.inspect.cached_result import cached_result
from sentiment.web.inspect.context import Inspection

WORDS_LISTED = 1_000


def show(inspection: Inspection) -> None:
    reading, vocabulary = inspection.trace.encoded, inspection.predictor.vocabulary
    st.markdown("**1. Cleaned**: lower case, punctuation became spaces.")
    st.code(" ".join(reading.tokens[:WORDS_LISTED]), language=None, wrap_lines=True)
    st.markdown(
        f"**2. Encoded**: each of the {len(reading.tokens):,} words became an integer, the more "
        "frequent in training the lower; words that are not in the vocabulary are 1."
        + (f" The first {WORDS_LISTED} are listed." if len(reading.tokens) > WORDS_LISTED else "")
    )
    st.dataframe(
        reading.word_table(vocabulary, WORDS_LISTED),
        height=240,
        column_config={"seen in training": st.column_config.NumberColumn(format="localized")},
    )
    st.markdown(
        f"**3. Padded**: a row of {len(reading.row)} integers, {reading.padding} of them padding "
        f"(0) {reading.config.padding} the words; {reading.truncated:,} words cut off. Grey is "
        "padding; the stronger the blue, the more frequent the word; orange is unknown."
    )
    st.plotly_chart(
        row_picture(reading.row, reading.row_words, dark=layout.is_dark()),
        key="row",
        config=layout.figure_config(),
        alt=f"The row: {len(reading.kept)} words, {reading.unknown} of them unknown, and "
        f"{reading.padding} cells of padding {reading.config.padding} them.",
    )
    st.code(" ".join(map(str, reading.row.tolist())), language=None, wrap_lines=True)
    _show_padding_lab(inspection, reading)


def _show_padding_lab(inspection: Inspection, reading: EncodedText) -> None:
    from sentiment.inspection.padding_lab import padding_lab

    lab = cached_result(
        inspection, "padding lab", lambda _: padding_lab(inspection.predictor, inspection.trace)
    )
    st.markdown("**4. The padding lab**: what if the network read the padding as well?")
    st.text(lab.finding)
    if not reading.padding:
        return
    layout.metrics(
        Masked=f"{lab.masked:.1%}",
        **{f"Read,_padding_{side}": f"{one.probability:.1%}" for side, one in lab.unmasked.items()},
    )
    st.plotly_chart(
        padding_drift(
            {side: (one.padding, one.drift) for side, one in lab.unmasked.items()},
            dark=layout.is_dark(),
        ),
        key="drift",
        config=layout.figure_config(),
        alt=lab.finding,
    )
    with st.expander("Read more", icon=":material/school:"):
        st.markdown(
            "Reviews are of different lengths, but a batch is a rectangle, so short ones are "
            "filled up with zeros. A network that is not told which cells are padding reads them: "
            "after the review, each one lets its memory decay a little further from what the last "
            "word left; before it, the review does not start from an empty memory. The curves "
            "show how far the topmost state is from where it should be, in units of its own "
            "largest size; thick where the cell is padding. Our networks mask padding, so that "
            "they give the same verdict for any row length and either side."
        )
