"""Tables of the Units view: extreme states of a unit, and places with similar states."""

import numpy as np
import streamlit as st

from sentiment.inspection.interventions import parse_units
from sentiment.inspection.review_excerpts import ReviewExcerpt, review_excerpts
from sentiment.inspection.unit_overview import largest_change
from sentiment.inspection.unit_places import (
    End,
    extreme_reviews,
    extreme_words,
    similar_places_finding,
)
from sentiment.inspection.unit_profile import UnitProfile, WordMean
from sentiment.inspection.unit_statistics import UnitStatistics
from sentiment.inspection.units import UnitStudy
from sentiment.networks.trace import LayerTrace
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, follow_word
from sentiment.web.inspect.units_study import corpus_of
from sentiment.wording import counted

WORDS, CHANGES, REVIEWS, PLACES = "State at words", "Change at words", "Reviews", "Places"
SHOWN, COUNTED = 12, 50  # places in the table; in the summary
MOST_UNITS = 16


def show_drivers(
    inspection: Inspection, study: UnitStudy, site: UnitStatistics, profile: UnitProfile
) -> None:
    """Words, reviews and places with the highest and the lowest states of a unit."""
    st.subheader("Words and reviews with extreme states", anchor=False)
    kinds = [WORDS, CHANGES, REVIEWS, PLACES]
    kind = layout.choose_one("By", kinds, key="unit_by", label_visibility="collapsed")
    left, right = st.columns(2)
    if kind in (WORDS, CHANGES):
        moves = kind == CHANGES
        left.caption("Largest mean increase" if moves else "Highest mean state")
        left.dataframe(_word_rows(profile.raising if moves else profile.high, moves))
        right.caption("Largest mean decrease" if moves else "Lowest mean state")
        right.dataframe(_word_rows(profile.lowering if moves else profile.low, moves))
        return
    ends: tuple[tuple[End, str], ...] = (("high", "Highest"), ("low", "Lowest"))
    for column, (end, caption) in zip((left, right), ends, strict=True):
        if kind == REVIEWS:
            column.caption(f"{caption} mean state over a review")
            places, length, around = extreme_reviews(site, profile.unit, end), 0, 30
        else:
            column.caption(f"{caption} state at a single word, at most one per review")
            places, length, around = extreme_words(site, profile.unit, end), 1, 8
        found = _contexts(inspection, study, places.reviews, places.starts, length, around)
        column.dataframe(_place_rows(found, places.values, "state"), hide_index=True)


def find_similar(
    inspection: Inspection, study: UnitStudy, site: UnitStatistics, layer: LayerTrace, unit: int
) -> None:
    """Find places in the corpus where some units have the states of a span of this review."""
    st.subheader("Similar places", anchor=False)
    words = inspection.trace.encoded.kept_tokens
    if inspection.word is not None:
        follow_word(inspection, unit_from=inspection.word + 1, unit_to=inspection.word + 1)
    first, last = _choose_span(layer.values["h"][:, unit], len(words))
    entered = st.text_input(
        "Other units",
        key="unit_group",
        bind="query-params",
        placeholder="none",
        help=f"Example: 3, 17-20. At most {MOST_UNITS} units in total.",
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
        f"Pattern: the mean state of {'unit' if len(units) == 1 else 'units'} {numbers} over "
        f"“{' '.join(words[first : last + 1])[:200]}”."
    )
    st.text(similar_places_finding(study, places.reviews, inspection.trace.explained))
    found = _contexts(
        inspection, study, places.reviews[:SHOWN], places.starts[:SHOWN], last - first + 1, 10
    )
    st.dataframe(_place_rows(found, places.similarity[:SHOWN], "similarity"), hide_index=True)
    st.caption(
        f"The {len(found)} most similar places among "
        f"{counted(len(study.states.reviews), 'review')} with stored states, at most one per "
        "review. A similarity of 1 means equal states."
    )


def _choose_span(state: np.ndarray, words: int) -> tuple[int, int]:
    """First and last word, from 0; by default around the largest change of the unit."""
    change = largest_change(state)
    start, stop = max(1, change), change + 1
    layout.set_defaults(unit_from=start, unit_to=stop)
    for key in ("unit_from", "unit_to"):
        if st.session_state.get(key, 1) > words:  # the text has become shorter
            st.session_state[key] = words
    left, right = st.columns(2)
    first = left.number_input("From word", 1, words, start, key="unit_from", bind="query-params")
    last = right.number_input("To word", 1, words, stop, key="unit_to", bind="query-params")
    return min(first, last) - 1, max(first, last) - 1


def _contexts(
    inspection: Inspection,
    study: UnitStudy,
    reviews: np.ndarray,
    starts: np.ndarray,
    length: int,
    around: int,
) -> list[ReviewExcerpt]:
    texts = corpus_of(inspection).texts(study.rows[reviews])
    return review_excerpts(study, texts, inspection.predictor, reviews, starts, length, around)


def _word_rows(words: list[WordMean], moves: bool) -> list[dict[str, object]]:
    kind = "change" if moves else "state"
    return [{"word": word.word, kind: round(word.mean, 3), "count": word.count} for word in words]


def _place_rows(
    found: list[ReviewExcerpt], values: np.ndarray, kind: str
) -> list[dict[str, object]]:
    return [
        {
            kind: round(value, 3),
            "label": place.label,
            "prediction": "wrong" if place.misclassified else "right",
            "text": place.text,
        }
        for place, value in zip(found, values.tolist(), strict=True)
    ]
