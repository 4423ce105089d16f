"""Units view: one unit in this review and in the reviews of a reference corpus."""

import streamlit as st

from sentiment.charts import neurons
from sentiment.inspection.unit_overview import CONTRIBUTION, LABEL, state_finding, unit_overview
from sentiment.inspection.unit_profile import UnitProfile
from sentiment.inspection.unit_statistics import UnitStatistics
from sentiment.inspection.units import UnitStudy
from sentiment.networks.trace import LayerTrace
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, choose_layer
from sentiment.web.inspect.reference_source import choose_reference
from sentiment.web.inspect.unit_tables import find_similar, show_drivers
from sentiment.web.inspect.units_study import SOURCE_KEY, find_study, offer_study
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, signed

OVERVIEW = "unit_overview"  # the chart


def show(inspection: Inspection) -> None:
    network = inspection.predictor.network
    if not hasattr(network, "encoder"):
        st.info("A bag of words has no units. Choose another model.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = choose_layer(inspection.trace)
        corpus = choose_reference(inspection.info, "Reference corpus", SOURCE_KEY)
    study = find_study(inspection, corpus) if corpus else None
    site = study.site(layer.layer, layer.direction) if study else None
    unit = _choose_unit(inspection, layer, site)
    profile = None
    if study and site:
        profile = UnitProfile.of(
            site, unit, inspection.predictor.vocabulary, study.classes, inspection.trace.explained
        )
    if corpus and not study:
        offer_study(inspection, corpus)
    _show_profile(study, profile)
    _show_here(inspection, layer, unit, profile)
    if study and site and profile:
        show_drivers(inspection, study, site, profile)
        find_similar(inspection, study, site, layer, unit)
    _show_lesson()


def _choose_unit(inspection: Inspection, layer: LayerTrace, site: UnitStatistics | None) -> int:
    """Choose a unit by a click on the overview or by its number; each updates the other."""
    size = layer.values["h"].shape[1]
    strongest = int(inspection.trace.strongest_units(layer, 1)[0])
    layout.set_defaults(unit=strongest)
    if st.session_state.get("unit", 0) >= size:  # this model has fewer units
        st.session_state.unit = strongest
    picture, controls = st.columns([3, 1])
    with controls:
        unit = st.number_input(
            "Unit",
            0,
            size - 1,
            strongest,
            key="unit",
            bind="query-params",
            on_change=layout.clear_selection,  # the number replaces the click
            args=[OVERVIEW],
            help="Enter a number, or click a point of the chart.",
        )
        last = layer.layer == inspection.trace.layers[-1].layer
        choices = [*([LABEL] if site else []), *([CONTRIBUTION] if last else [])]
        title = CONTRIBUTION
        if len(choices) > 1:
            title = st.radio("Vertical axis", choices, key="unit_axis", bind="query-params")
        elif choices:
            title = choices[0]
    overview = unit_overview(inspection.trace, layer, site, title)
    with picture:
        st.altair_chart(
            shared(neurons.unit_overview)(
                overview.half_lives, overview.heights, overview.title, int(unit)
            ),
            key=layout.chart_key(OVERVIEW),
            on_select=_click,
            selection_mode=neurons.PICK,
            alt=f"A point for each of {counted(size, 'unit')}: half-life and {overview.title}. "
            + overview.finding,
        )
    return int(unit)


def _click() -> None:
    picked = st.session_state[layout.chart_key(OVERVIEW)].selection.get(neurons.PICK)
    if picked:
        st.session_state.unit = int(picked[0]["unit"])


def _show_profile(study: UnitStudy | None, profile: UnitProfile | None) -> None:
    if study is None or profile is None:
        return
    st.subheader("Interpretation", anchor=False)
    st.text(profile.finding)
    layout.metrics(
        {
            "Half-life": profile.half_life_text,
            f"Correlation with {layout.escaped(profile.sides[1])}": signed(
                profile.label_correlation, ".2f"
            ),
            "Correlation with position": signed(profile.position_correlation, ".2f"),
            "State": f"{signed(profile.mean, '.2f')} ± {profile.deviation:.2f}",
        }
    )
    st.caption(
        f"Over {counted(len(study.rows), 'review')} of {study.corpus}, without the test split. "
        + (
            "The half-life follows from the mean value of the gate that keeps the state."
            if profile.retention_from_gate
            else "This unit has no gate that keeps its state, so the half-life follows from the "
            "autocorrelation of the state."
        )
    )


def _show_here(
    inspection: Inspection, layer: LayerTrace, unit: int, profile: UnitProfile | None
) -> None:
    st.subheader("In this review", anchor=False)
    trace = inspection.trace
    words = trace.encoded.kept_tokens
    finding = state_finding(words, layer.values["h"][:, unit], unit, profile)
    st.text(finding)
    word_chart(
        inspection,
        shared(neurons.unit_values)(words, layer, trace.quantities, unit),
        key="unit_lines",
        alt=f"Gates and states of one unit over the words. {finding}",
    )
    values = {q.name: layer.values[q.symbol][:, unit] for q in trace.quantities}
    layout.as_table({"word": words, **values}, height=260)


def _show_lesson() -> None:
    with st.expander("Read more: can a unit have a meaning?", icon=":material/school:"):
        st.markdown(
            "Some units of a trained network have a simple description: one counts characters, "
            "one is active inside quotes (Karpathy, Johnson and Fei-Fei 2015), one follows the "
            "sentiment (Radford, Jozefowicz and Sutskever 2017). Most units have no such "
            "description: a meaning is spread over many units, and each unit is part of many "
            "meanings. Treat the interpretation as a hypothesis and test it: freeze the unit in "
            "the Interventions view."
        )
        st.markdown(
            "**Half-life**: after many words, the remaining share of a state is the product of "
            "the shares *f* kept at each word. On average, half of it remains after"
        )
        st.latex(r"n_{1/2} = \frac{\ln \frac12}{\frac1T \sum_t \ln f_t}\ \text{words}")
        st.markdown(
            "**Correlations** are Pearson correlations: of the unit's mean state in a review with "
            "the label, and of its state with the number of words read. The **similarity** of two "
            "mean states *a* and *b* of the chosen units, as deviations from the units' means, is "
            "a cosine that also compares sizes:"
        )
        st.latex(r"s(a, b) = \frac{2\, a \cdot b}{|a|^2 + |b|^2}")
