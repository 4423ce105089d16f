"""Form for sequence length, padding and truncation."""

from typing import get_args

import streamlit as st

from sentiment.encoding.settings import Keep, PaddingSide, SequenceConfig


def sequence_settings(default: SequenceConfig) -> SequenceConfig:
    """Show the form with the settings of the training as defaults."""
    length, padding, truncation = st.columns(3)
    sides, keeps = get_args(PaddingSide), get_args(Keep)
    return SequenceConfig(
        sequence_length=length.number_input(
            "Sequence length (words)",
            1,
            2_000,
            default.sequence_length,
            key="length",
            bind="query-params",
            help="Length of the padded row. With a larger value, fewer words are truncated.",
        ),
        padding=padding.selectbox(
            "Padding",
            sides,
            sides.index(default.padding),
            key="padding",
            bind="query-params",
            help="The side that is padded. The network masks padding, so the verdict is the same.",
        ),
        truncation=truncation.selectbox(
            "Truncation keeps the",
            keeps,
            keeps.index(default.truncation),
            key="read_part",
            bind="query-params",
            help="The part of a long review that the network reads.",
        ),
    )
