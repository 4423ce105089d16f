"""Length cutoffs: set by a rule, by dragging across the chart, or typed."""

import streamlit as st

from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import iqr_cutoffs, percentile_cutoffs, z_score_cutoffs
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.training.presets import PRESETS
from sentiment.web import layout

MANUAL, ARTICLE, PERCENTILES, IQR, Z_SCORE = "manual", "article", "percentiles", "IQR", "z-score"
# Title, lowest, highest and first value of the number that a rule takes.
STRENGTHS = {
    PERCENTILES: ("Percent cut at each end", 0.0, 49.0, 1.0),
    IQR: ("Multiple of the interquartile range", 0.0, 20.0, 1.5),
    Z_SCORE: ("Standard deviations", 0.1, 20.0, 3.0),
}
HELP = {
    MANUAL: "Type the two lengths, or drag across the chart.",
    ARTICLE: "The cutoffs of the article that this project examines, with the mean length as the "
    "sequence length.",
    PERCENTILES: "Drops this share of the reviews at each end. A larger value drops more.",
    IQR: "Tukey's fences: drops lengths that are further from the quartiles than this multiple of "
    "the interquartile range. A larger value drops less.",
    Z_SCORE: "Drops lengths that are further from the mean than this number of standard "
    "deviations. A larger value drops less.",
}
LONGEST = PrepareConfig.bounds("max_length")[1]  # words
CHART = "lengths"  # with the brush


def choose_rule(lengths: LengthHistogram) -> str:
    """Select box for the rule. Call it before the inputs of the two cutoffs are drawn."""
    link = st.query_params
    from_link = "rule" not in st.session_state and link.get("rule") == ARTICLE
    from_link = from_link and not {"min_length", "max_length"} & set(link)
    if st.session_state.pop("apply_article", from_link):
        _apply_article(lengths)
    return st.selectbox(
        "Cutoffs",
        [MANUAL, ARTICLE, *STRENGTHS],
        key="rule",
        bind="query-params",
        on_change=_on_rule,
        help="  \n".join(f"**{name}**: {help}" for name, help in HELP.items()),
    )


def apply_rule(rule: str, lengths: LengthHistogram) -> None:
    """Set the two cutoffs by a rule of STRENGTHS; other rules change nothing here."""
    if rule not in STRENGTHS:
        return
    title, lowest, highest, first = STRENGTHS[rule]
    layout.set_defaults(strength=first)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        strength = st.number_input(
            title,
            lowest,
            highest,
            first,
            key="strength",
            bind="query-params",
            on_change=layout.clear_selection,
            args=[CHART],
            format="%g",
            width=260,
        )
        logarithms = rule != PERCENTILES and st.toggle(
            "Logarithms",
            key="logarithms",
            bind="query-params",
            on_change=layout.clear_selection,
            args=[CHART],
            help="Applies the rule to the logarithms of the lengths. Lengths have one long tail; "
            "their logarithms have outliers on both sides.",
        )
    if rule == PERCENTILES:
        cutoffs = percentile_cutoffs(lengths, strength)
    else:
        compute = iqr_cutoffs if rule == IQR else z_score_cutoffs
        cutoffs = compute(lengths, strength, logarithms=logarithms)
    low, high = cutoffs
    st.session_state.update(min_length=min(low, LONGEST), max_length=min(high, LONGEST))


def _apply_article(lengths: LengthHistogram) -> None:
    recipe = PRESETS["article"].recipe
    low, high = recipe.prepare.min_length, recipe.prepare.max_length
    shortest, longest = SequenceConfig.bounds("sequence_length")
    mean = round(lengths.between(low, high).mean)
    st.session_state.update(
        min_length=low,
        max_length=high,
        sequence_length=min(max(shortest, mean), longest),
        truncation=recipe.sequence.truncation,
        max_words=recipe.prepare.max_words,
    )


def apply_brush(selected: dict[str, list[float]]) -> None:
    """Set the two cutoffs from the brush on the chart."""
    for low, high in selected.values():
        low, high = max(1, round(min(low, high))), round(max(low, high))
        st.session_state.update(rule=MANUAL, min_length=low, max_length=max(low, high))


def set_manually() -> None:
    """Replace the rule and the brush by a typed cutoff."""
    st.session_state.rule = MANUAL
    layout.clear_selection(CHART)


def _on_rule() -> None:
    rule = st.session_state.rule
    layout.clear_selection(CHART)
    if rule in STRENGTHS:
        st.session_state.strength = STRENGTHS[rule][-1]
    st.session_state.apply_article = rule == ARTICLE
