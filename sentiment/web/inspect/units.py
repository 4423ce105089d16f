"""Inspect, units: what one unit does here, and what it does in thousands of other reviews."""

import math

import numpy as np
import streamlit as st

from sentiment.charts.neurons import PICK, unit_lines, unit_overview
from sentiment.inspection.unit_profile import UnitProfile
from sentiment.inspection.unit_statistics import UnitStatistics, half_lives, keep_in
from sentiment.inspection.units import Study
from sentiment.networks.trace import LayerTrace
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, choose_layer
from sentiment.web.inspect.unit_tables import find_alike, show_drivers
from sentiment.web.inspect.units_study import choose_study

PUSH, LABEL = "push on this verdict", "correlation with the label"


def show(inspection: Inspection) -> None:
    network = inspection.predictor.network
    if not hasattr(network, "encoder"):
        st.info("A bag of words has no units, only a weight for every word. Choose another model.")
        return
    layer = choose_layer(inspection.trace)
    study = choose_study(inspection)
    site = study.site(layer.layer, layer.direction) if study else None
    unit = _choose_unit(inspection, layer, site)
    profile = UnitProfile.of(site, unit, inspection.predictor.vocabulary) if site else None
    _show_profile(study, profile)
    _show_here(inspection, layer, unit, profile)
    if study and site:
        show_drivers(inspection, study, site, unit)
        find_alike(inspection, study, site, layer, unit)
    _show_lesson()


def _choose_unit(inspection: Inspection, layer: LayerTrace, site: UnitStatistics | None) -> int:
    """By a click on the overview or by its number; one sets the other."""
    size = layer.values["h"].shape[1]
    strongest = inspection.trace.strongest_units(layer, 1)
    layout.set_defaults(unit=int(strongest[0]))
    if st.session_state.get("unit", 0) >= size:  # another model has fewer
        st.session_state.unit = int(strongest[0])
    picture, controls = st.columns([3, 1])
    with controls:
        unit = st.number_input(
            "Unit",
            0,
            size - 1,
            key="unit",
            bind="query-params",
            on_change=_forget_click,
            help="Click a point of the chart, or type a number.",
        )
        last = layer.layer == inspection.trace.layers[-1].layer
        choices = [*([LABEL] if site else []), *([PUSH] if last else [])]
        upwards = PUSH
        if len(choices) > 1:
            upwards = st.radio("Upwards", choices, key="unit_upwards", bind="query-params")
        elif choices:
            upwards = choices[0]
    lives, heights = _overview(inspection, layer, site, upwards)
    slow, high = int(np.argmax(lives)), int(np.argmax(np.abs(heights)))
    with picture:
        st.altair_chart(
            unit_overview(lives, heights, upwards, int(unit), dark=layout.is_dark()),
            key=_chart_key(),
            on_select=_click,
            selection_mode=PICK,
            alt=f"A point for each of {size} units: half-life across, {upwards} upwards. The "
            f"largest {upwards} is that of unit {high} ({heights[high]:+.2f}); unit {slow} "
            f"remembers longest.",
        )
    return int(unit)


def _overview(
    inspection: Inspection, layer: LayerTrace, site: UnitStatistics | None, upwards: str
) -> tuple[np.ndarray, np.ndarray]:
    """Half-lives and heights of all units, (units,) each."""
    size = layer.values["h"].shape[1]
    if site is not None:
        lives = site.half_lives
    else:
        encoder = getattr(inspection.predictor.network, "encoder", None)
        lives = half_lives(keep_in(layer, getattr(encoder, "keeps", "")))
    if upwards == LABEL and site is not None:
        return lives, site.label_correlation
    start = size if layer.direction == "backward" else 0
    pushes = inspection.trace.pushes[start : start + size]
    return lives, pushes if len(pushes) == size else np.zeros(size)


def _chart_key() -> str:
    return f"unit_overview_{st.session_state.get('unit_version', 0)}"


def _click() -> None:
    picked = st.session_state[_chart_key()].selection.get(PICK)
    if picked:
        st.session_state.unit = int(picked[0]["unit"])


def _forget_click() -> None:
    """A number that was typed replaces the click: a new key draws the chart without it."""
    st.session_state.unit_version = st.session_state.get("unit_version", 0) + 1


def _show_profile(study: Study | None, profile: UnitProfile | None) -> None:
    if study is None or profile is None:
        return
    st.subheader("What it seems to track", anchor=False)
    st.text(profile.sentence)
    layout.metrics(
        **{
            "Half-life": profile.half_life_text,
            "With the label": f"{profile.label_correlation:+.2f}",
            "With the position": f"{profile.position_correlation:+.2f}",
            "Its state": f"{profile.mean:+.2f} ± {profile.deviation:.2f}",
        }
    )
    st.caption(
        f"Over {len(study.rows):,} reviews of {study.corpus}, none of them of the test part. "
        + (
            "The half-life follows from the mean share of its state that the unit keeps."
            if profile.kept_by_gate
            else "Without a gate that keeps, the half-life follows from how alike neighboring "
            "states are."
        )
    )


def _show_here(
    inspection: Inspection, layer: LayerTrace, unit: int, profile: UnitProfile | None
) -> None:
    st.subheader("In this review", anchor=False)
    trace, state = inspection.trace, layer.values["h"][:, unit]
    words = trace.encoded.kept_tokens
    top, bottom = int(state.argmax()), int(state.argmin())
    found = (
        f"Unit {unit}: its state is highest at “{words[top]}” ({state[top]:+.2f}) and lowest at "
        f"“{words[bottom]}” ({state[bottom]:+.2f})."
    )
    if profile and profile.deviation > 0:
        far = (state.mean() - profile.mean) / profile.deviation
        if math.isfinite(far):
            found += (
                f" On average {abs(far):.1f} deviations {'above' if far > 0 else 'below'} usual."
            )
    st.text(found)
    st.plotly_chart(
        unit_lines(words, layer, trace.quantities, unit, dark=layout.is_dark()),
        key="unit_lines",
        config={"displayModeBar": False},
        alt=f"Gates and states of one unit over the words. {found}",
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            {
                "word": words,
                **{
                    quantity.name: layer.values[quantity.symbol][:, unit]
                    for quantity in trace.quantities
                },
            },
            height=260,
        )


def _show_lesson() -> None:
    with st.expander("Can a unit mean something? Read more", icon=":material/school:"):
        st.markdown(
            "Now and then a single unit of a trained network can be put into words: one counts "
            "characters, one is on inside quotes (Karpathy, Johnson and Fei-Fei 2015), one follows "
            "the sentiment of a text (Radford, Jozefowicz and Sutskever 2017). Most cannot: a "
            "meaning is spread over many units, and a unit has a part in many meanings. So take "
            "what is said here as a guess, and test it: freeze the unit in the Interventions view."
        )
        st.markdown(
            "**Half-life**: what is left of a state after many words is the product of the shares "
            "*f* that were kept at each, so that on average half of it is left after"
        )
        st.latex(r"n_{1/2} = \frac{\ln \frac12}{\frac1T \sum_t \ln f_t}\ \text{words}")
        st.markdown(
            "that is, by the geometric mean of the gate. A unit that keeps everything here and "
            "drops all there has a half-life in between. **Correlations** are Pearson's: with the "
            "label, of the unit's mean state in a review; with the position, of its state with "
            "the number of words read. **Alike** are two mean states *a* and *b* of the chosen "
            "units, each as deviations from the unit's mean, by a cosine that also minds the size:"
        )
        st.latex(r"s(a, b) = \frac{2\, a \cdot b}{|a|^2 + |b|^2}")
