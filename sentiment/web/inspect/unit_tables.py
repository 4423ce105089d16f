"""What drives a unit in other reviews, and where else some units stand as they do here."""

import numpy as np
import streamlit as st

from sentiment.inspection.interventions import parse_units
from sentiment.inspection.unit_profile import UnitProfile, WordMean
from sentiment.inspection.unit_statistics import UnitStatistics
from sentiment.inspection.units import Context, Study, contexts
from sentiment.networks.trace import LayerTrace
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection
from sentiment.web.inspect.units_study import corpus_of

WORDS, CHANGES, REVIEWS, PLACES = "Words", "Words that move it", "Reviews", "Places"
SHOWN, COUNTED = 12, 50  # places that are listed; that the summary is about
MOST_UNITS = 16


def show_drivers(inspection: Inspection, study: Study, site: UnitStatistics, unit: int) -> None:
    st.subheader("What drives it", anchor=False)
    kind = st.segmented_control(
        "By",
        [WORDS, CHANGES, REVIEWS, PLACES],
        default=WORDS,
        key="unit_by",
        required=True,
        bind="query-params",
        label_visibility="collapsed",
    )
    left, right = st.columns(2)
    if kind in (WORDS, CHANGES):
        profile = UnitProfile.of(site, unit, inspection.predictor.vocabulary)
        moves = kind == CHANGES
        left.caption("The state rises most at" if moves else "The state is highest at, on average")
        left.dataframe(_word_rows(profile.raising if moves else profile.high, moves))
        right.caption("It falls most at" if moves else "lowest at")
        right.dataframe(_word_rows(profile.lowering if moves else profile.low, moves))
        return
    for column, end, caption in ((left, "high", "Highest"), (right, "low", "Lowest")):
        if kind == REVIEWS:
            column.caption(f"{caption} mean state over the words of a review")
            reviews = getattr(site, f"{end}_reviews")[unit]
            values = getattr(site, f"{end}_review_means")[unit]
            starts = np.zeros_like(reviews)
        else:
            column.caption(f"{caption} state at a single word, one a review")
            places = getattr(site, f"{end}_places")[unit]
            reviews, starts = places[:, 0], places[:, 1]
            values = getattr(site, f"{end}_place_values")[unit]
        there = reviews >= 0
        found = _contexts(
            inspection,
            study,
            reviews[there],
            starts[there],
            length=1 if kind == PLACES else 0,
            around=8 if kind == PLACES else 30,
        )
        column.dataframe(_place_rows(found, values[there], "state"), hide_index=True)


def find_alike(
    inspection: Inspection, study: Study, site: UnitStatistics, layer: LayerTrace, unit: int
) -> None:
    """Other places of the corpus where some units stand as they do over a span of this review."""
    st.subheader("Where else?", anchor=False)
    words = inspection.trace.encoded.kept_tokens
    first, last = _choose_span(layer.values["h"][:, unit], len(words))
    entered = st.text_input(
        "Together with the units",
        key="unit_group",
        bind="query-params",
        placeholder="none: this unit alone",
        help=f"For instance 3, 17-20; at most {MOST_UNITS} in all.",
    )
    more = parse_units(entered, len(site.mean)) if entered.strip() else ()
    units = np.array(sorted({unit, *(more or ())})[:MOST_UNITS])
    places = study.states.search(
        study.first_unit(site) + units,
        layer.values["h"][first : last + 1, units],
        site.mean[units],
        site.deviation[units],
        COUNTED,
    )
    numbers = ", ".join(map(str, units.tolist()))
    st.text(
        f"The pattern: the mean state of {'unit' if len(units) == 1 else 'units'} {numbers} over "
        f"“{' '.join(words[first : last + 1])[:200]}”."
    )
    st.text(_summary(study, places.reviews))
    found = _contexts(
        inspection, study, places.reviews[:SHOWN], places.starts[:SHOWN], last - first + 1, 10
    )
    st.dataframe(_place_rows(found, places.likeness[:SHOWN], "likeness"), hide_index=True)
    st.caption(
        f"The {len(found)} places most alike among {len(study.states.reviews):,} reviews whose "
        "states are kept, one a review at most. 1 is the same."
    )


def _choose_span(state: np.ndarray, words: int) -> tuple[int, int]:
    """First and last word, from 0; at first where the unit moves most."""
    moved = int(np.abs(np.diff(state, prepend=0.0)).argmax())
    layout.set_defaults(unit_from=max(1, moved), unit_to=moved + 1)
    for key in ("unit_from", "unit_to"):
        if st.session_state.get(key, 1) > words:  # the text has become shorter
            st.session_state[key] = words
    left, right = st.columns(2)
    first = left.number_input("From word", 1, words, key="unit_from", bind="query-params")
    last = right.number_input("to word", 1, words, key="unit_to", bind="query-params")
    return min(first, last) - 1, max(first, last) - 1


def _summary(study: Study, reviews: np.ndarray) -> str:
    if not len(reviews):
        return "No stretch of another review is as long as this one."
    positive, wrong = study.labels[reviews] == 1, study.mistaken[reviews]
    return (
        f"Of the {len(reviews)} places most alike, {positive.sum()} stand in Positive reviews "
        f"({study.labels.mean():.0%} of all are), and the model is wrong about {wrong.sum()} of "
        f"these reviews ({study.mistaken.mean():.0%} of all)."
    )


def _contexts(
    inspection: Inspection,
    study: Study,
    reviews: np.ndarray,
    starts: np.ndarray,
    length: int,
    around: int,
) -> list[Context]:
    texts = corpus_of(inspection).texts(study.rows[reviews])
    return contexts(study, texts, inspection.predictor, reviews, starts, length, around)


def _word_rows(words: list[WordMean], moves: bool) -> list[dict[str, object]]:
    kind = "change" if moves else "state"
    return [
        {"word": word.word, kind: round(word.mean, 3), "times met": word.count} for word in words
    ]


def _place_rows(found: list[Context], values: np.ndarray, kind: str) -> list[dict[str, object]]:
    return [
        {
            kind: round(value, 3),
            "label": place.label,
            "the model": "wrong" if place.mistaken else "right",
            "text": place.text,
        }
        for place, value in zip(found, values.tolist(), strict=True)
    ]
