"""Inspect, the memory ledger: what each word wrote, what is left of it, and what it pushed."""

import numpy as np
import pandas as pd
import streamlit as st

from sentiment.charts.ledger import half_life_histogram, push_bars, written_and_left
from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.findings import strongest_pushes
from sentiment.inspection.ledger import Account, Ledger, ledger, no_ledger
from sentiment.web import layout
from sentiment.web.inspect.context import Inspection, choose_layer

SETS = ("all", "strongest 8", "slowest 8", "fastest 8", "one")
FEW = 8


def show(inspection: Inspection) -> None:
    if reason := no_ledger(inspection.predictor.network):
        st.info(reason)
        return
    words = inspection.trace.encoded.kept_tokens
    books = _ledger(
        inspection.info.checksum,
        inspection.text,
        inspection.sequence,
        inspection,
    )
    st.subheader("What each word pushed", anchor=False)
    show_pushes(words, books)
    if inspection.info.network.pooling != "last" and len(books.accounts[0].final) > 1:
        st.caption(
            f"This network's pooling ({inspection.info.network.pooling}) reads the state at every "
            "word, so a word can push although nothing of it is left at the end."
        )
    st.subheader("What was written, and what is left of it", anchor=False)
    account = books.account(choose_layer(inspection.trace))
    show_account(words, account)
    show_half_lives(account)
    read_more()


@st.cache_resource(max_entries=4, show_spinner=False)  # 25 MB each for 2,000 words
def _ledger(checksum: str, text: str, sequence: SequenceConfig, _inspected: Inspection) -> Ledger:
    return ledger(_inspected.predictor.network, _inspected.trace)


def show_pushes(words: list[str], books: Ledger) -> None:
    finding = strongest_pushes(words, books.pushes, count=2)
    st.text(finding)
    parts: dict[str, np.ndarray] = {
        account.layer.direction: account.pushes.sum(axis=1)
        for account in books.accounts
        if account.pushes is not None
    }
    st.plotly_chart(
        push_bars(words, books.pushes, parts, dark=layout.is_dark()),
        key="ledger_pushes",
        config=layout.figure_config(),
        alt=f"What each word pushed the logit by. {finding}",
    )
    around = f" + {books.passed_by:+.4f} past the memory" if books.passed_by else ""
    st.text(
        f"Words {books.pushes.sum():+.4f} + bias {books.bias:+.4f}{around} = "
        f"logit {books.logit:+.4f}, residual {books.residual:+.1e}."
    )
    st.caption(
        "The **logit** is the number behind the probability: 0 is one half, above it is Positive. "
        "The split of the memory is exact. "
        + (
            "On its way out the memory is squashed by a tanh; that loss is dealt out in "
            "proportion to each word's part. "
            if books.squashed
            else ""
        )
        + (
            "The layer normalization's scale is taken as it was; what the residual connection and "
            "the norm's own bias bring is counted as passing by. "
            if books.passed_by
            else ""
        )
        + "What a word did to the gates at *other* words is not its push here: “not” that makes "
        "the network write “good” the other way round shows at “good”."
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(pd.DataFrame({"word": words, "push": books.pushes} | parts))


def show_account(words: list[str], account: Account) -> None:
    total = len(account.final)
    units = choose_units(account) if total > 1 else np.array([0])
    if len(units) == 1:
        written, left = account.written[:, units[0]], account.survived[:, units[0]]
    else:  # absolute amounts: whether a unit counts up or down means nothing in itself
        written, left = (
            np.abs(amounts[:, units]).sum(axis=1) for amounts in (account.written, account.survived)
        )
    end = "first" if account.layer.direction == "backward" else "last"
    share = np.abs(left).sum() / (np.abs(written).sum() or 1.0)
    finding = (
        f"{share:.0%} of what was written is left at the end. Half of all that is left in this "
        f"layer was written by the {end} {account.recent} of {len(words)} words."
    )
    st.text(finding)
    st.plotly_chart(
        written_and_left(words, written, left, dark=layout.is_dark()),
        key="ledger_written",
        config=layout.figure_config(),
        alt=f"What each word wrote and what is left of it. {finding}",
    )
    st.caption(
        (
            f"Unit {units[0]}, with its sign: "
            if len(units) == 1 and total > 1
            else "Absolute amounts, added up over the chosen units. "
            if total > 1
            else ""
        )
        + f"What is left adds up to the state *{account.symbol}* at the end to within "
        f"{np.abs(account.survived.sum(axis=0) - account.final).max():.0e}."
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe({"word": words, "written": written, "left": left})


def choose_units(account: Account) -> np.ndarray:
    """Which units to add up, (count,)."""
    total = len(account.final)
    which, number = st.columns([3, 1], vertical_alignment="bottom")
    chosen = which.segmented_control(
        "Units",
        SETS,
        default="all",
        key="ledger_units",
        required=True,
        bind="query-params",
        help="The strongest push the verdict most. The slowest have the longest half-life.",
    )
    if int(st.session_state.get("ledger_unit") or 0) >= total:
        del st.session_state["ledger_unit"]  # another model had more units
    unit = number.number_input(
        "Unit",
        0,
        total - 1,
        int(account.strongest_units(1)[0]),
        key="ledger_unit",
        bind="query-params",
        disabled=chosen != "one",
    )
    speed = np.argsort(account.half_lives, kind="stable")
    return {
        "all": np.arange(total),
        "strongest 8": account.strongest_units(FEW),
        "slowest 8": speed[::-1][:FEW],
        "fastest 8": speed[:FEW],
        "one": np.array([unit]),
    }[chosen]


def show_half_lives(account: Account) -> None:
    st.subheader("How long a unit remembers", anchor=False)
    if len(account.half_lives) == 1:
        st.text("The sum keeps everything for good.")
        return
    middle = np.median(account.half_lives)
    slowest = int(account.half_lives.argmax())
    finding = (
        f"Half of the units have lost half of a memory after {middle:.1f} words; unit {slowest}, "
        f"the slowest, takes {account.half_lives[slowest]:.0f}."
    )
    st.text(finding)
    st.altair_chart(
        half_life_histogram(account.half_lives, dark=layout.is_dark()),
        key="ledger_half_lives",
        alt=f"Histogram of the half-lives of {len(account.half_lives)} units. {finding}",
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            {
                "unit": np.arange(len(account.half_lives)),
                "half-life (words)": account.half_lives,
                "state at the end": account.final,
            }
        )


def read_more() -> None:
    with st.expander("Read more: how a memory is taken apart", icon=":material/school:"):
        st.markdown(
            "At each word an LSTM multiplies its **cell state**, the memory *c*, by the forget "
            "gate *f* and adds what the input gate *i* lets through of the candidate *g*. Nothing "
            "else ever touches it. So the memory at the end is a sum with one part for each word: "
            "what the word wrote, times every forget gate that came after it."
        )
        st.latex(
            r"c_T = \sum_{t=1}^{T} \underbrace{\Big(\prod_{s=t+1}^{T} f_s\Big)}_{\text{kept}}"
            r" \odot \underbrace{i_t \odot g_t}_{\text{written}}"
        )
        st.markdown(
            "A GRU's state divides in the same way, with its update gate *z* for the forget gate:"
        )
        st.latex(r"h_T = \sum_{t=1}^{T} \Big(\prod_{s=t+1}^{T} z_s\Big) \odot (1 - z_t) \odot n_t")
        st.markdown(
            "From the memory to the verdict: the output gate shows $h_t = o_t \\odot \\tanh(c_t)$; "
            "**pooling** makes one number a unit of all steps (the last, their mean, or the "
            "largest); the **head** weighs these and adds a bias. Mean pooling gives every step "
            "its share, max pooling the step at which the unit stood highest. All of that is a "
            "weighted sum but the tanh, which squashes the parts together. It is written as a "
            "factor, $\\tanh(c) = \\frac{\\tanh c}{c} \\cdot c$, so that each part is squashed as "
            "much as the whole, and the sum stays exact."
        )
        st.markdown(
            "The **half-life** of a unit is the number of words after which half of what it "
            "stored is gone, if its forget gate stays at the (geometric) mean it had in this "
            "review:"
        )
        st.latex(r"\text{half-life} = \frac{\ln 0.5}{\frac{1}{T} \sum_t \ln f_t}")
