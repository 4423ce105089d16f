"""Step 7: rows of one length, by padding and truncation."""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.rows import row_picture
from sentiment.corpus.review import Split
from sentiment.encoding.encode_text import encode_text
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.lessons.article import Article
from sentiment.lessons.question import Question, share_choices
from sentiment.web import cached, layout
from sentiment.web.learn import subject
from sentiment.web.learn.models import judge
from sentiment.web.learn.review import current_review
from sentiment.web.learn.step import Shown, Step
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, percentage_points

if TYPE_CHECKING:
    from sentiment.inspection.padding_lab import PaddingLab

SHARES = (0.1, 0.3, 0.5, 0.7)


def show() -> Shown:
    shown, article = subject.current(), Article.read()
    words = shown.statistics.words
    length = st.slider("Sequence length (words)", 5, 400, 100, 5, key="learn_length")
    vocabulary = Vocabulary(words.words, words.totals.tolist())
    encoded = encode_text(current_review(), vocabulary, SequenceConfig(sequence_length=length))
    finding = (
        f"Your review has {counted(len(encoded.tokens), 'word')}: "
        f"{counted(encoded.padding, 'cell')} of padding (gray), "
        f"{counted(encoded.truncated, 'word')} truncated, {encoded.unknown:,} unknown (yellow)."
    )
    st.caption(finding)
    st.plotly_chart(
        shared(row_picture)(encoded.row, encoded.row_words),
        key="learn_row",
        config=layout.figure_config(),
        alt=finding,
    )
    train = shown.statistics.lengths(Split.TRAIN.title)
    effect = train.sequence_effect(length)
    layout.metrics(
        {
            f"{shown.name} reviews truncated": f"{effect.truncated_share:.0%}",
            "Words lost": f"{effect.lost_words_share:.0%}",
            "Padding in fixed rows": f"{effect.padding_share:.0%}",
        }
    )
    asked = article.sequence_length if shown.is_default else max(round(train.mean), 1)
    cut = train.sequence_effect(asked).truncated_share
    return Shown(
        text="A batch is a rectangle of numbers, so its reviews must have one length. Shorter "
        "reviews get **padding** (id 0); longer ones are **truncated**. Short rows lose words. "
        "Long rows are mostly padding, which takes time.\n\nMove the slider until your review is "
        "truncated.",
        note=_note(article.sequence_length),
        question=Question(
            f"At {asked} words, about the mean: which share of the reviews of "
            f"{shown.corpus.name} is truncated?",
            *share_choices(cut, SHARES),
            f"It is {cut:.1%}. Reviews often state their opinion at the end, so this project keeps "
            "both ends of a long review.",
        ),
    )


def _note(length: int) -> str:
    note = (
        "The article pads before the words and does not **mask** the padding: its network reads "
        "the zeros like words."
    )
    name, info = judge()
    if info is None:
        return note
    lab = _lab(name, current_review(), length)
    side, one = max(lab.unmasked.items(), key=lambda item: abs(item[1].probability - lab.masked))
    return (
        f"{note} Your review in `{name}`, {length} cells: P({layout.escaped(lab.name)}) is "
        f"{lab.masked:.1%} with a mask. Without one, padding {side} the words makes it "
        f"{one.probability:.1%} ({percentage_points(one.probability - lab.masked)})."
    )


def _lab(name: str, text: str, length: int) -> "PaddingLab":
    from sentiment.inspection.padding_lab import padding_lab

    info = cached.readable_models()[name]
    trace = cached.trace(info, text, replace(info.sequence, sequence_length=length))
    return padding_lab(cached.predictor(info), trace)


STEP = Step(
    title="Pad or truncate",
    short="Pad",
    show=show,
    code=("encoding.padding:pad_or_truncate", "encoding.padding:pad"),
    terms=("padding", "truncation", "mask"),
    page="pages/explore.py",
    link="What each sequence length costs",
    params={"explore_view": "Sequence length"},
)
