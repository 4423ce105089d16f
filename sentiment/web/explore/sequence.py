"""Sequence length: what truncation loses, what padding costs, and which end to keep."""

from typing import Any

import streamlit as st

from sentiment.analysis.positions import SIDES, PositionProfile
from sentiment.charts.sequence import (
    distinctive_words_lost,
    epoch_time_curves,
    position_profile,
    sequence_length_curves,
)
from sentiment.encoding.settings import SequenceConfig
from sentiment.evaluation.epoch_cost import (
    EpochCost,
    epoch_costs,
    measured_speeds,
    shortest_sufficient_length,
)
from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import layout
from sentiment.web.explore.choices import SIDES as SIDE_NAMES
from sentiment.web.explore.choices import Choices

SHOWN_TO = 1_000  # words; the curves go further where a longer length is chosen
STEPS = 50  # candidates on the curves
LISTED = (50, 100, 150, 200, 250, 300, 400, 500, 750, 1_000)  # candidates in the table


_COLUMNS = {
    name: st.column_config.NumberColumn(format="percent")
    for name in ("truncated", "words lost", "padding, all alike", "padding, buckets")
} | {
    "epoch, all alike": st.column_config.NumberColumn(format="%.0f s"),
    "epoch, buckets": st.column_config.NumberColumn(format="%.0f s"),
    "memory of a batch": st.column_config.NumberColumn(format="bytes"),
}


@st.cache_data(max_entries=8, show_spinner=False)
def _profile_chart(_profile: PositionProfile, fingerprint: str, dark: bool) -> dict[str, Any]:
    # No control changes it, and to make it anew takes a seventh of the time this view has.
    return position_profile(_profile, dark=dark).to_dict()


def show(choices: Choices) -> None:
    kept = choices.cut.kept
    if not kept.reviews:
        st.info("No review is kept by these cutoffs. Loosen them above.")
        return
    with layout.show_errors():
        speeds = measured_speeds()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        architecture = st.selectbox(
            "Time of one layer of",
            list(speeds),
            list(speeds).index("lstm"),
            key="architecture",
            bind="query-params",
            format_func=lambda name: ARCHITECTURES[name].title,
        )
        batch_size = st.number_input(
            "Batch size", 1, 4_096, 32, key="batch_size", bind="query-params"
        )
        tolerance = st.number_input(
            "Words that may be lost (%)",
            0.0,
            90.0,
            10.0,
            1.0,
            format="%g",
            key="tolerance",
            bind="query-params",
            help="The sweet spot is the shortest length, a multiple of ten, that loses no more.",
        )
    speed = speeds[architecture]
    chosen, sweet = choices.sequence_length, shortest_sufficient_length(kept, tolerance / 100)
    longest = SequenceConfig.bounds("sequence_length")[1]
    upto = max(SHOWN_TO, chosen)
    step = upto // STEPS
    drawn = {*range(step, upto + 1, step), chosen, min(sweet, longest)}
    listed = {*LISTED, chosen, min(sweet, longest)}
    costs = {
        cost.sequence_length: cost
        for cost in epoch_costs(kept, sorted(drawn | listed), batch_size, speed)
    }
    _figures(costs[chosen], costs.get(sweet), choices, tolerance)

    left, right = st.columns(2)
    here = costs[chosen]
    left.altair_chart(
        sequence_length_curves(list(costs.values()), chosen, sweet, dark=layout.is_dark()),
        key="sequence_chart",
        alt=f"At {chosen} words, {here.effect.truncated_share:.0%} of the reviews are truncated, "
        f"{here.effect.lost_words_share:.0%} of the words are lost and "
        f"{here.effect.padding_share:.0%} of the rows is padding, if all are as wide; the sweet "
        f"spot is at {sweet} words.",
    )
    right.altair_chart(
        epoch_time_curves(list(costs.values()), chosen, sweet, dark=layout.is_dark()),
        key="time_chart",
        alt=f"An epoch at {chosen} words takes {here.seconds_fixed:.0f} s with rows all alike and "
        f"{here.seconds_bucketed:.0f} s with length buckets.",
    )
    st.caption(
        f"Times are of an epoch of these {kept.reviews:,} reviews: the cells of all batches, "
        f"divided by {speed.words_per_second:,.0f} a second, at which one layer with {speed.width} "
        f"units was seen to train on {speed.threads} threads of "
        "the developers' machine (`python -m sentiment speed`). Another network or machine "
        "changes all of them alike, not their order. *Estimate* on the Train page measures yours. "
        "Batches are padded to multiples of 32 words, hence the steps."
    )
    _candidates([costs[length] for length in sorted(listed)], chosen, sweet)
    _ends(choices, here)


def _candidates(costs: list[EpochCost], chosen: int, sweet: int) -> None:
    with st.expander("Candidates in numbers"):
        marks = {sweet: "★", chosen: "chosen"}
        st.dataframe(
            [
                {
                    "words": cost.sequence_length,
                    " ": marks.get(cost.sequence_length, ""),
                    "truncated": cost.effect.truncated_share,
                    "words lost": cost.effect.lost_words_share,
                    "padding, all alike": cost.effect.padding_share,
                    "padding, buckets": 1 - cost.cells.words / cost.cells.bucketed,
                    "epoch, all alike": cost.seconds_fixed,
                    "epoch, buckets": cost.seconds_bucketed,
                    "memory of a batch": cost.memory,
                }
                for cost in costs
            ],
            hide_index=True,
            column_config=_COLUMNS,
        )


def _figures(here: EpochCost, best: EpochCost | None, choices: Choices, tolerance: float) -> None:
    effect, cells = here.effect, here.cells
    layout.metrics(
        Reviews_truncated=f"{effect.truncated_share:.1%}",
        Words_lost=f"{effect.lost_words_share:.1%}",
        **{
            "Padding, rows all alike": f"{effect.padding_share:.1%}",
            "Padding, length buckets": f"{1 - cells.words / cells.bucketed:.1%}",
            "Epoch, rows all alike": layout.duration(here.seconds_fixed),
            "Epoch, length buckets": layout.duration(here.seconds_bucketed),
        },
    )
    st.caption(
        f"The widest batch keeps at least {here.memory / 2**20:,.0f} MiB for its backward pass, "
        "with or without buckets, since some batch holds the longest reviews; word vectors and the "
        "optimizer come on top, whatever the length."
    )
    if best is None:
        return
    sweet = best.sequence_length
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/star: **Sweet spot: {sweet:,} words**, the shortest length that loses at "
            f"most {tolerance:g} % of the words. An epoch with length buckets takes "
            f"{layout.duration(best.seconds_bucketed)} there, "
            f"{best.seconds_bucketed / max(here.seconds_bucketed, 1e-9):.2g} times that of "
            f"{choices.sequence_length:,} words."
        )
        if sweet != choices.sequence_length:
            st.button("Take it", on_click=_take, args=(sweet,), icon=":material/check:")


def _take(sequence_length: int) -> None:
    st.session_state.sequence_length = sequence_length


def _ends(choices: Choices, here: EpochCost) -> None:
    profile = choices.statistics.positions
    st.subheader("Head, tail or both ends?", anchor=False)
    if not profile.total:
        st.caption("Too few reviews to tell which words are distinctive.")
        return
    chosen = choices.sequence_length
    kept = {side: profile.kept_share(side, chosen) for side in SIDES}
    best = max(SIDES, key=lambda side: kept[side])
    left, right = st.columns(2)
    beginning, end = (
        profile.density(profile.negative + profile.positive)[place] for place in (0, -1)
    )
    left.vega_lite_chart(
        _profile_chart(profile, choices.statistics.fingerprint, layout.is_dark()),
        key="position_chart",
        alt=f"Distinctive words stand {beginning:.1f} times as often as any word at the very "
        f"beginning of a review and {end:.1f} times at its very end.",
    )
    lost = here.effect.lost_words_share
    right.altair_chart(
        distinctive_words_lost(profile, chosen, lost, dark=layout.is_dark()),
        key="lost_chart",
        alt=f"Cut to {chosen} words, {1 - kept['head']:.1%} of the distinctive words are lost if "
        f"the head is kept, {1 - kept['tail']:.1%} if the tail is, {1 - kept['both']:.1%} if "
        "both ends are.",
    )
    if max(kept.values()) - min(kept.values()) < 0.001:
        verdict = f"At {chosen:,} words it makes no difference which end is kept."
    else:
        verdict = (
            f"At {chosen:,} words, keeping {_of(best)} saves most distinctive words: "
            f"{kept[best]:.1%} of them, against "
            + " and ".join(f"{kept[side]:.1%} with {_of(side)}" for side in SIDES if side != best)
            + "."
        )
    st.markdown(verdict)
    st.caption(
        f"Distinctive: the {profile.words[0]} and {profile.words[1]} common words with the largest "
        "log-odds for Negative and for Positive (see Vocabulary), in "
        f"{profile.reviews:,} training reviews, before any cutoff; *any words* after the cutoffs."
    )


def _of(side: str) -> str:
    return {"head": "the head", "tail": "the tail"}.get(side, SIDE_NAMES[side])
