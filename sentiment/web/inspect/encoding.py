"""Encoding view: text, tokens, token ids, the padded row, and the effect of padding."""

import streamlit as st

from sentiment.charts.rows import padding_drift, row_picture
from sentiment.encoding.encode_text import EncodedText
from sentiment.web import layout
from sentiment.web.inspect.cached_result import cached_result
from sentiment.web.inspect.context import Inspection
from sentiment.web.shared_chart import shared
from sentiment.wording import counted

WORDS_LISTED = 1_000


def show(inspection: Inspection) -> None:
    encoded, vocabulary = inspection.trace.encoded, inspection.predictor.vocabulary
    st.markdown("**1. Tokens**: the words in lower case, without punctuation.")
    st.code(" ".join(encoded.tokens[:WORDS_LISTED]), language=None, wrap_lines=True)
    st.markdown(
        f"**2. Token ids**: an integer for each of the {counted(len(encoded.tokens), 'word')}. "
        "Frequent words have low ids; unknown words have id 1."
        + (f" The first {WORDS_LISTED:,}:" if len(encoded.tokens) > WORDS_LISTED else "")
    )
    st.dataframe(
        encoded.word_table(vocabulary, WORDS_LISTED),
        height=240,
        column_config={"seen in training": st.column_config.NumberColumn(format="localized")},
    )
    st.markdown(
        f"**3. Padded row**: {len(encoded.row)} integers, {encoded.padding} of them padding (0) "
        f"{encoded.config.padding} the words; {encoded.truncated:,} words truncated. Gray: "
        "padding. Blue: frequent words are darker. Yellow: unknown words."
    )
    marked = inspection.word
    if marked is not None:
        word, index = encoded.kept_tokens[marked], encoded.kept_ids[marked]
        marked += encoded.padding if encoded.config.padding == "before" else 0
        st.text(f"Framed: “{word}”, id {index}, in cell {marked + 1}.")
    st.plotly_chart(
        shared(row_picture)(encoded.row, encoded.row_words, marked),
        key="row",
        config=layout.figure_config(),
        alt=f"The row: {len(encoded.kept)} words, {encoded.unknown} of them unknown, and "
        f"{encoded.padding} cells of padding {encoded.config.padding} them.",
    )
    st.code(" ".join(map(str, encoded.row.tolist())), language=None, wrap_lines=True)
    _show_padding_lab(inspection, encoded)


def _show_padding_lab(inspection: Inspection, encoded: EncodedText) -> None:
    from sentiment.inspection.padding_lab import padding_lab

    lab = cached_result(
        inspection, "padding lab", lambda _: padding_lab(inspection.predictor, inspection.trace)
    )
    st.markdown("**4. Without a mask**: the prediction if the network read the padding like words.")
    st.text(lab.finding)
    if not encoded.padding:
        return
    layout.metrics(
        {
            "Masked": f"{lab.masked:.1%}",
            **{
                f"Unmasked, padding {side}": f"{one.probability:.1%}"
                for side, one in lab.unmasked.items()
            },
        }
    )
    st.plotly_chart(
        shared(padding_drift)(
            {side: (one.padding, one.drift) for side, one in lab.unmasked.items()}
        ),
        key="drift",
        config=layout.figure_config(),
        alt=lab.finding,
    )
    with st.expander("Read more", icon=":material/school:"):
        st.markdown(
            "Reviews have different lengths, but a batch is a rectangle, so short reviews are "
            "padded with zeros. Without a mask, a network reads the padding like words. Padding "
            "after the review makes the memory decay further; after padding before the review, "
            "the memory is not empty at the first word. The curves show the distance of the "
            "topmost state from its masked value, relative to the largest state; thick lines are "
            "padding. The networks of this app mask padding, so the prediction does not depend on "
            "the row length or the side."
        )
