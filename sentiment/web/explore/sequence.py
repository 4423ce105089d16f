"""Sequence length view: words lost by truncation, cost of padding, and the best side to keep."""

import pandas as pd
import streamlit as st

from sentiment.analysis.positions import SIDES, truncation_finding
from sentiment.charts.sequence import (
    distinctive_words_lost,
    epoch_time_curves,
    position_profile,
    sequence_length_curves,
)
from sentiment.corpus.label_values import listed
from sentiment.encoding.buckets import LENGTH_STEP
from sentiment.evaluation.epoch_cost import (
    EpochCost,
    MeasuredSpeed,
    candidate_lengths,
    cost_table,
    epoch_costs,
    measured_speeds,
    shortest_sufficient_length,
)
from sentiment.networks.registry import ARCHITECTURES
from sentiment.places import program
from sentiment.training.config import TrainConfig
from sentiment.web import layout
from sentiment.web.explore.choices import Choices
from sentiment.web.shared_chart import shared

MIB = 2**20
TIMES = ("epoch, fixed width", "epoch, buckets")  # columns of the candidates
COLUMNS = {
    name: st.column_config.NumberColumn(format="percent")
    for name in ("truncated", "words lost", "padding, fixed width", "padding, buckets")
} | {"memory of a batch": st.column_config.NumberColumn(format="bytes")}


def show(choices: Choices) -> None:
    kept = choices.cut.kept
    if not kept.reviews:
        st.info("The cutoffs keep no review. Loosen them above.")
        return
    with layout.show_errors():
        speeds = measured_speeds()
    architecture, batch_size, tolerance = _controls(speeds)
    speed = speeds[architecture]
    chosen, sufficient = choices.sequence_length, shortest_sufficient_length(kept, tolerance / 100)
    drawn, listed = candidate_lengths(chosen, sufficient)
    costs = {
        cost.sequence_length: cost
        for cost in epoch_costs(kept, sorted({*drawn, *listed}), batch_size, speed)
    }
    here = costs[chosen]
    _show_figures(here, costs.get(sufficient), tolerance)
    left, right = st.columns(2)
    left.altair_chart(
        shared(sequence_length_curves)(list(costs.values()), chosen, sufficient),
        key="sequence_chart",
        alt=f"At {chosen} words, {here.effect.truncated_share:.0%} of the reviews are truncated, "
        f"{here.effect.lost_words_share:.0%} of the words are lost, and with fixed width "
        f"{here.effect.padding_share:.0%} of the cells are padding; the shortest sufficient length "
        f"is {sufficient} words.",
    )
    right.altair_chart(
        shared(epoch_time_curves)(list(costs.values()), chosen, sufficient),
        key="time_chart",
        alt=f"An epoch at {chosen} words takes {layout.duration(here.seconds_fixed)} with fixed "
        f"width and {layout.duration(here.seconds_bucketed)} with length buckets.",
    )
    st.caption(
        f"Time of an epoch of these {kept.reviews:,} reviews: the cells of all batches divided by "
        f"{speed.words_per_second:,.0f} per second, measured for one layer of {speed.width} units "
        f"on {speed.threads} threads of the developers' machine (`{program()} speed`). On "
        "another machine all times change by about the same factor; *Estimate* on the Train page "
        "measures yours. The curves have steps because rows are padded to multiples of "
        f"{LENGTH_STEP} words."
    )
    with st.expander("Candidates in numbers"):
        rows = cost_table([costs[length] for length in listed], chosen, sufficient)
        st.dataframe(
            pd.DataFrame(rows).style.format(dict.fromkeys(TIMES, layout.duration)),
            hide_index=True,
            column_config=COLUMNS,
        )
    _show_sides(choices, here)


def _controls(speeds: dict[str, MeasuredSpeed]) -> tuple[str, int, float]:
    """Architecture, batch size, and the percentage of words that may be lost."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        architecture = st.selectbox(
            "Speed of",
            list(speeds),
            list(speeds).index("lstm"),
            key="architecture",
            bind="query-params",
            format_func=lambda name: ARCHITECTURES[name].title,
        )
        batch_size = st.number_input(
            "Batch size",
            *TrainConfig.bounds("batch_size"),
            TrainConfig().batch_size,
            key="batch_size",
            bind="query-params",
            help="A larger batch needs more memory and, without buckets, more padding.",
        )
        tolerance = st.number_input(
            "Acceptable loss of words (%)",
            0.0,
            90.0,
            10.0,
            1.0,
            format="%g",
            key="tolerance",
            bind="query-params",
            help="Truncation may lose this percentage of the words. The shortest sufficient length "
            "is the smallest multiple of ten words that loses no more. A larger value makes it "
            "shorter.",
        )
    return architecture, batch_size, tolerance


def _show_figures(here: EpochCost, best: EpochCost | None, tolerance: float) -> None:
    effect, cells = here.effect, here.cells
    layout.metrics(
        {
            "Reviews truncated": f"{effect.truncated_share:.1%}",
            "Words lost": f"{effect.lost_words_share:.1%}",
            "Padding, fixed width": f"{effect.padding_share:.1%}",
            "Padding, length buckets": f"{cells.padding_share(cells.bucketed):.1%}",
            "Epoch, fixed width": layout.duration(here.seconds_fixed),
            "Epoch, length buckets": layout.duration(here.seconds_bucketed),
        }
    )
    st.caption(
        f"The widest batch needs at least {here.memory / MIB:,.0f} MiB for its backward pass, with "
        "or without buckets, because one batch contains the longest reviews. Word vectors and "
        "optimizer state are not included; they do not depend on the length."
    )
    if best is None:
        return
    sufficient = best.sequence_length
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/star: **Shortest sufficient length: {sufficient:,} words**. It loses at "
            f"most {tolerance:g}% of the words. With length buckets, an epoch takes "
            f"{layout.duration(best.seconds_bucketed)}{_compared(best, here)}."
        )
        if sufficient != here.sequence_length:
            st.button("Use it", on_click=_use, args=(sufficient,), icon=":material/check:")


def _compared(best: EpochCost, here: EpochCost) -> str:
    """The time of an epoch relative to that with the chosen length, if that is another one."""
    if best.sequence_length == here.sequence_length:
        return ""
    ratio = best.seconds_bucketed / max(here.seconds_bucketed, 1e-9)
    times = f"{ratio:.2g}" if ratio < 10 else f"{ratio:,.0f}"
    as_long = "as long" if times == "1" else f"{times} times as long"
    return f", {as_long} as with {here.sequence_length:,} words"


def _use(sequence_length: int) -> None:
    st.session_state.sequence_length = sequence_length


def _show_sides(choices: Choices, here: EpochCost) -> None:
    profile = choices.statistics.positions
    st.subheader("Head, tail or both ends", anchor=False)
    if not profile.total:
        st.caption("There are too few reviews to find distinctive words.")
        return
    chosen = choices.sequence_length
    lost = {side: 1 - profile.kept_share(side, chosen) for side in SIDES}
    density = profile.density(profile.by_class.sum(axis=0))
    left, right = st.columns(2)
    left.altair_chart(
        shared(position_profile)(profile, choices.statistics.classes),
        key="position_chart",
        alt=f"Distinctive words occur {density[0]:.1f} times as often as any word at the beginning "
        f"of a review and {density[-1]:.1f} times at its end.",
    )
    right.altair_chart(
        shared(distinctive_words_lost)(profile, chosen, here.effect.lost_words_share),
        key="lost_chart",
        alt=f"Truncated to {chosen} words, a review loses {lost['head']:.1%} of its distinctive "
        f"words if the head is kept, {lost['tail']:.1%} if the tail is, {lost['both']:.1%} if both "
        "ends are.",
    )
    st.markdown(truncation_finding(profile, chosen))
    counts = listed(list(map(str, profile.words)))
    st.caption(
        f"Distinctive words: the {counts} frequent words with the largest log-odds for "
        f"{layout.escaped(listed(choices.statistics.classes.names))} (see Vocabulary), in "
        f"{profile.reviews:,} training reviews before any cutoff. “Any words” are counted after "
        "the cutoffs."
    )
