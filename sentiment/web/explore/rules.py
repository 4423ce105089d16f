"""Cutoffs by rule, by brush and by hand: three ways to set the same two numbers."""

import streamlit as st

from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import iqr_cutoffs, percentile_cutoffs, z_score_cutoffs
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.training.presets import PRESETS
from sentiment.web import layout

TYPED, ARTICLE, PERCENTILES, IQR, Z_SCORE = (
    "as typed",
    "the article's",
    "percentiles",
    "IQR",
    "z-score",
)
# Each rule's number: what it is, from where to where, and what it starts with.
STRENGTHS = {
    PERCENTILES: ("Percent cut at each end", 0.0, 49.0, 1.0),
    IQR: ("Times the range of quartiles", 0.0, 20.0, 1.5),
    Z_SCORE: ("Standard deviations", 0.1, 20.0, 3.0),
}
MEANINGS = {
    TYPED: "Type the two lengths, or drag across the chart.",
    ARTICLE: "Drop the tiny and the extremely long, and make every row as long as the mean.",
    PERCENTILES: "Drop the shortest and the longest, so many percent of the reviews each.",
    IQR: "Tukey's fences: outside the quartiles by so many times the range between them.",
    Z_SCORE: "So many standard deviations from the mean.",
}
LONGEST = PrepareConfig.bounds("max_length")[1]  # words


def choose_rule(lengths: LengthHistogram) -> str:
    """What the cutoffs follow; to be called before the two numbers are drawn."""
    link = st.query_params
    by_link = "rule" not in st.session_state and link.get("rule") == ARTICLE
    if st.session_state.pop("take_the_articles", by_link and not {"low", "high"} & set(link)):
        _take_the_articles(lengths)
    return st.selectbox(
        "Cutoffs",
        [TYPED, ARTICLE, *STRENGTHS],
        key="rule",
        bind="query-params",
        on_change=_rule_chosen,
        help="  \n".join(f"**{name}**: {meaning}" for name, meaning in MEANINGS.items()),
    )


def apply_rule(rule: str, lengths: LengthHistogram) -> None:
    """A rule other than what is typed sets the two cutoffs, anew for the reviews looked at."""
    if rule not in STRENGTHS:
        return
    title, least, most, start = STRENGTHS[rule]
    layout.set_defaults(strength=start)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strength = st.number_input(
            title,
            least,
            most,
            key="strength",
            bind="query-params",
            on_change=_forget_brush,
            format="%g",
            width=260,
        )
        logarithms = rule != PERCENTILES and st.toggle(
            "of logarithms",
            key="logarithms",
            bind="query-params",
            on_change=_forget_brush,
            help="Lengths have a long tail on one side. Of their logarithms the rule finds "
            "outliers on both.",
        )
    if rule == PERCENTILES:
        cutoffs = percentile_cutoffs(lengths, strength)
    else:
        of = iqr_cutoffs if rule == IQR else z_score_cutoffs
        cutoffs = of(lengths, strength, logarithms=logarithms)
    st.session_state.low, st.session_state.high = (min(at, LONGEST) for at in cutoffs)


def _take_the_articles(lengths: LengthHistogram) -> None:
    recipe = PRESETS["article"].recipe
    low, high = recipe.prepare.min_length, recipe.prepare.max_length
    mean = lengths.between(low, high).mean
    st.session_state.update(
        low=low,
        high=high,
        sequence_length=min(max(1, round(mean)), SequenceConfig.bounds("sequence_length")[1]),
        truncation=recipe.sequence.truncation,
        max_words=recipe.prepare.max_words,
    )


def chart_key() -> str:
    """Of the chart with the brush: another one draws it without what was brushed before."""
    return f"lengths_{st.session_state.get('chart_version', 0)}"


def take_brush(selected: dict[str, list[float]]) -> None:
    """The brush on the chart sets the two number inputs."""
    for low, high in selected.values():
        st.session_state.rule = TYPED
        st.session_state.low = max(1, round(min(low, high)))
        st.session_state.high = max(st.session_state.low, round(max(low, high)))


def typed() -> None:
    """A number that was typed replaces rule and brush."""
    st.session_state.rule = TYPED
    _forget_brush()


def _forget_brush() -> None:
    st.session_state.chart_version = st.session_state.get("chart_version", 0) + 1


def _rule_chosen() -> None:
    rule = st.session_state.rule
    _forget_brush()
    if rule in STRENGTHS:
        st.session_state.strength = STRENGTHS[rule][-1]
    st.session_state.take_the_articles = rule == ARTICLE
