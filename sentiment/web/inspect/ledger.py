"""Memory view: what each word wrote into memory, what remains of it, and its contribution."""

import numpy as np
import pandas as pd
import streamlit as st

from sentiment.charts.ledger import contribution_bars, half_life_histogram, written_and_remaining
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.findings import strongest_contributions
from sentiment.inspection.ledger import LayerLedger, Ledger, ledger, why_no_ledger
from sentiment.inspection.ledger_summary import (
    UNIT_SETS,
    amounts_finding,
    half_life_finding,
    residual,
    unit_set,
    word_amounts,
)
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, choose_layer
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, signed


def show(inspection: Inspection) -> None:
    if reason := why_no_ledger(inspection.predictor.network):
        st.info(reason)
        return
    words = inspection.trace.encoded.kept_tokens
    split = _ledger(
        inspection.info.checksum,
        inspection.text,
        inspection.sequence,
        inspection.trace.explained,
        inspection,
    )
    st.subheader("Contribution of each word", anchor=False)
    show_contributions(inspection, words, split)
    if inspection.info.network.pooling != "last" and len(split.layers[0].final) > 1:
        st.caption(
            f"With {inspection.info.network.pooling} pooling the head uses the state at every "
            "word, so a word can contribute although nothing of it remains at the end."
        )
    st.subheader("Written and remaining", anchor=False)
    layer_ledger = split.layer(choose_layer(inspection.trace))
    show_layer(inspection, words, layer_ledger)
    show_half_lives(layer_ledger)
    read_more()


@st.cache_resource(max_entries=4, show_spinner=False)  # 25 MB each for 2,000 words
def _ledger(
    checksum: str, text: str, sequence: SequenceConfig, explained: int, _inspection: Inspection
) -> Ledger:
    return ledger(_inspection.predictor.network, _inspection.trace)


def show_contributions(inspection: Inspection, words: list[str], split: Ledger) -> None:
    finding = strongest_contributions(
        words, split.contributions, inspection.trace.rest, inspection.trace.name, count=2
    )
    st.text(finding)
    parts: dict[str, np.ndarray] = {
        layer_ledger.layer.direction: layer_ledger.contributions.sum(axis=1)
        for layer_ledger in split.layers
        if layer_ledger.contributions is not None
    }
    word_chart(
        inspection,
        shared(contribution_bars)(words, split.contributions, parts),
        key="ledger_contributions",
        alt=f"The contribution of each word to the logit. {finding}",
    )
    around = ""
    if split.outside_memory:
        around = f" + {signed(split.outside_memory, '.4f')} outside the memory"
    st.text(
        f"Words {signed(split.contributions.sum(), '.4f')} + bias {signed(split.bias, '.4f')}"
        f"{around} = logit {signed(split.logit, '.4f')}, residual {signed(split.residual, '.1e')}."
    )
    st.caption(
        f"The **logit** is the log-odds of {layout.escaped(inspection.trace.name)}: 0 is a "
        "probability of one half. The contributions add up to it exactly. "
        + (
            "The effect of the tanh at the output is divided in proportion to each word's part. "
            if split.splits_tanh
            else ""
        )
        + (
            "The scale of the layer normalization counts as constant; the residual connection and "
            "the bias of the normalization count as outside the memory. "
            if split.outside_memory
            else ""
        )
        + "The effect of a word on the gates at *other* words is not part of its contribution: if "
        "“not” reverses what “good” writes, the contribution of “good” shows it."
    )
    layout.as_table(pd.DataFrame({"word": words, "contribution": split.contributions} | parts))


def show_layer(inspection: Inspection, words: list[str], layer_ledger: LayerLedger) -> None:
    total = len(layer_ledger.final)
    units = choose_units(layer_ledger) if total > 1 else np.array([0])
    amounts = word_amounts(layer_ledger, units)
    finding = amounts_finding(layer_ledger, amounts)
    st.text(finding)
    word_chart(
        inspection,
        shared(written_and_remaining)(words, amounts.written, amounts.remaining),
        key="ledger_written",
        alt=f"What each word wrote and what is left of it. {finding}",
    )
    scope = ""
    if total > 1:
        scope = (
            f"Signed amounts of unit {units[0]}. "
            if len(units) == 1
            else "Sum of the absolute amounts of these units. "
        )
    st.caption(
        f"{scope}What remains sums to the state *{layer_ledger.symbol}* at the end, to within "
        f"{residual(layer_ledger):.0e}."
    )
    layout.as_table({"word": words, "written": amounts.written, "remaining": amounts.remaining})


def choose_units(layer_ledger: LayerLedger) -> np.ndarray:
    """Choose the units to add up, (count,)."""
    total = len(layer_ledger.final)
    which, number = st.columns([3, 1], vertical_alignment="bottom")
    with which:
        chosen = layout.choose_one(
            "Units",
            UNIT_SETS,
            key="ledger_units",
            help="Strongest: largest contribution to the logit. Slowest: longest half-life.",
        )
    if int(st.session_state.get("ledger_unit") or 0) >= total:
        del st.session_state["ledger_unit"]  # the previous model had more units
    unit = number.number_input(
        "Unit",
        0,
        total - 1,
        int(layer_ledger.strongest_units(1)[0]),
        key="ledger_unit",
        bind="query-params",
        disabled=chosen != "one",
    )
    return unit_set(layer_ledger, chosen, int(unit))


def show_half_lives(layer_ledger: LayerLedger) -> None:
    st.subheader("Half-life of each unit", anchor=False)
    finding = half_life_finding(layer_ledger.half_lives)
    st.text(finding)
    if len(layer_ledger.half_lives) == 1:
        return
    st.altair_chart(
        shared(half_life_histogram)(layer_ledger.half_lives),
        key="ledger_half_lives",
        alt=f"Histogram of the half-lives of {counted(len(layer_ledger.half_lives), 'unit')}. "
        f"{finding}",
    )
    layout.as_table(
        {
            "unit": np.arange(len(layer_ledger.half_lives)),
            "half-life (words)": layer_ledger.half_lives,
            "state at the end": layer_ledger.final,
        }
    )


def read_more() -> None:
    with st.expander("Read more: splitting a memory into words", icon=":material/school:"):
        st.markdown(
            "At each word, an LSTM multiplies its **cell state** *c* by the forget gate *f* and "
            "adds the candidate *g* times the input gate *i*. Nothing else changes the cell state. "
            "So its final value is a sum with one term per word: the amount that the word wrote, "
            "times all later forget gates."
        )
        st.latex(
            r"c_T = \sum_{t=1}^{T} \underbrace{\Big(\prod_{s=t+1}^{T} f_s\Big)}_{\text{kept}}"
            r" \odot \underbrace{i_t \odot g_t}_{\text{written}}"
        )
        st.markdown(
            "The state of a GRU splits in the same way; its update gate *z* replaces the forget "
            "gate:"
        )
        st.latex(r"h_T = \sum_{t=1}^{T} \Big(\prod_{s=t+1}^{T} z_s\Big) \odot (1 - z_t) \odot n_t")
        st.markdown(
            "From the memory to the logit: the output gate gives $h_t = o_t \\odot \\tanh(c_t)$; "
            "**pooling** reduces all steps to one number per unit (last, mean or maximum); the "
            "**head** is a weighted sum plus a bias. With mean pooling each step counts equally; "
            "with max pooling only the step with the unit's maximum counts. All of this is linear "
            "except the tanh, which is written as a factor, "
            "$\\tanh(c) = \\frac{\\tanh c}{c} \\cdot c$. The same factor scales each term, so the "
            "sum stays exact."
        )
        st.markdown(
            "The **half-life** of a unit is the number of words after which half of a stored value "
            "is left, if the forget gate stays at its geometric mean in this review:"
        )
        st.latex(r"\text{half-life} = \frac{\ln 0.5}{\frac{1}{T} \sum_t \ln f_t}")
