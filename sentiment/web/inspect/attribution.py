"""Inspect, why: several answers to which words made the verdict, and how faithful each is."""

from collections import Counter

import numpy as np
import pandas as pd
import streamlit as st

from sentiment.charts.attribution import attribution_strips, deletion_curves
from sentiment.inspection.attribution import METHODS, Attribution, attribute, methods_for
from sentiment.inspection.faithfulness import DeletionCurve, deletion_curve, random_deletion
from sentiment.web import layout
from sentiment.web.inspect.cached_result import cached_result, has_cached_result
from sentiment.web.inspect.context import Inspection

WORDS_FREELY = 400_000  # read without being asked to; the model that ships takes ten seconds
REMOVED_IN_WORDS = 3  # of which the finding tells


def show(inspection: Inspection) -> None:
    exist = methods_for(inspection.predictor.network)
    chosen = st.pills(
        "Methods",
        exist,
        selection_mode="multi",
        default=exist,
        format_func=lambda name: METHODS[name].title,
        key="why_methods",
        bind="query-params",
        help="  \n".join(f"**{METHODS[name].title}**: {METHODS[name].explains}" for name in exist),
    )
    if missing := [METHODS[name].title for name in METHODS if name not in exist]:
        st.caption(f"Not for this architecture: {', '.join(missing)}.")
    asked = [name for name in chosen if may_be_worked_out(inspection, name)]
    if not asked:
        st.info("Choose at least one method.")
        return
    found = {
        METHODS[name].title: cached_result(
            inspection,
            name,
            lambda progress, name=name: attribute(  # type: ignore[misc]
                inspection.predictor.network, inspection.trace, name, progress
            ),
        )
        for name in asked
    }
    show_strips(inspection, found)
    st.subheader("Can that be believed?", anchor=False)
    show_faithfulness(inspection, found)
    read_more()


def may_be_worked_out(inspection: Inspection, name: str) -> bool:
    """Whether it is quick, was worked out before, or is asked for now."""
    words = len(inspection.trace.probabilities)
    reads = METHODS[name].cost(words)
    if reads <= WORDS_FREELY or has_cached_result(inspection, name):
        return True
    return st.button(
        f"Work out “{METHODS[name].title}”",
        key=f"why_{name}",
        help=f"The network reads {reads:,} words for it, with so long a review.",
    )


def show_strips(inspection: Inspection, found: dict[str, Attribution]) -> None:
    words, label = inspection.trace.encoded.kept_tokens, inspection.trace.prediction.label
    positive = label == "Positive"
    first = Counter(words[one.towards(positive=positive)[0]] for one in found.values())
    finding = f"What speaks most for {label}: " + ", ".join(
        f"“{word}” by {count} of {len(found)} methods" if len(found) > 1 else f"“{word}”"
        for word, count in first.most_common()
    )
    st.text(finding + ".")
    st.plotly_chart(
        attribution_strips(
            words, {title: one.words for title, one in found.items()}, dark=layout.is_dark()
        ),
        key="why_strips",
        config=layout.figure_config(),
        alt=f"A row of words a method, colored by the side they speak for. {finding}.",
    )
    st.caption(
        "Blue speaks for Positive, orange for Negative; each row is relative to its own strongest "
        "word. Hover for the share of the logit (the number behind the probability)."
    )
    for one in found.values():
        if one.note:
            st.caption(f"{METHODS[one.method].title}: {one.note}")
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            pd.DataFrame({"word": words} | {title: one.words for title, one in found.items()})
        )


def show_faithfulness(inspection: Inspection, found: dict[str, Attribution]) -> None:
    network, trace = inspection.predictor.network, inspection.trace
    if len(trace.probabilities) < 2:
        st.info("From a single word none can be removed.")
        return
    chance = cached_result(
        inspection, "random", lambda progress: random_deletion(network, trace, progress)
    )
    curves = {
        title: cached_result(
            inspection,
            f"deletion by {one.method}",
            lambda progress, one=one: deletion_curve(  # type: ignore[misc]
                network, trace, one, progress
            ),
        )
        for title, one in found.items()
    }
    label = trace.prediction.label
    finding = say_fall(label, curves, chance)
    st.text(finding)
    st.altair_chart(
        deletion_curves(
            chance.removed,
            {title: curve.probabilities for title, curve in curves.items()},
            chance.probabilities,
            label,
            dark=layout.is_dark(),
        ),
        key="why_deletion",
        alt=f"Probability of {label} while words are removed. {finding}",
    )
    st.caption(
        "The words that a method calls most responsible are removed first, and the network reads "
        "what is left. The lower the line falls, and the sooner, the more the network did go by "
        f"these words. Grey: {len(chance.probabilities)} random orders, their mean and range."
    )
    rows = {title: curve.comprehensiveness for title, curve in curves.items()}
    st.dataframe(
        pd.DataFrame(
            {
                "method": [*rows, "random words"],
                "falls by": 100 * np.array([*rows.values(), chance.comprehensiveness]),
                "asks": [*(METHODS[one.method].explains for one in found.values()), ""],
            }
        ),
        hide_index=True,
        column_config={
            "falls by": st.column_config.NumberColumn(
                "Falls by, on average",
                format="%.1f points",
                help="Comprehensiveness: the fall of the probability, averaged over the points "
                "of the curve",
            ),
        },
    )


def say_fall(label: str, curves: dict[str, DeletionCurve], chance: DeletionCurve) -> str:
    """The most faithful method in numbers, beside chance."""
    best = max(curves, key=lambda title: curves[title].comprehensiveness)
    curve = curves[best]
    point = int(np.searchsorted(curve.removed, min(REMOVED_IN_WORDS, curve.removed[-1])))
    count = int(curve.removed[point])
    words = "the first word" if count == 1 else f"the first {count} words"
    return (
        f"Without {words} of “{best}” the probability of {label} goes from "
        f"{curve.mean[0]:.0%} to {curve.mean[point]:.0%}; without as many random words to "
        f"{chance.mean[point]:.0%} on average."
    )


def read_more() -> None:
    with st.expander("Read more: four ways to ask why", icon=":material/school:"):
        st.markdown(
            "An **attribution** gives every word a share of the verdict. There is no one right "
            "way to do that, so here are four, and a test that needs no opinion.\n\n"
            "**Gradient × input.** The *gradient* says how fast the logit *F* would change if the "
            "word's vector *x* changed a little. Times the vector it is a guess at what the word "
            "contributes, right if the network were a straight line."
        )
        st.latex(r"a_t = x_t \cdot \frac{\partial F}{\partial x_t}")
        st.markdown(
            "**Integrated gradients** (Sundararajan, Taly & Yan 2017) do not stop at the spot "
            "where the review is: they average the gradient on the straight way there from a "
            "*baseline*, here vectors of zeros, which is what padding looks like. Then the words "
            "add up to the difference between the two logits. That is called *completeness*."
        )
        st.latex(
            r"a_t = x_t \cdot \int_0^1 \frac{\partial F(\alpha x)}{\partial x_t}\, d\alpha"
            r" \qquad \sum_t a_t = F(x) - F(0)"
        )
        st.markdown(
            "**Leave one out.** Take the word away, close the gap, read again. Nothing is "
            "approximated; but two words that say the same cover for each other, and both seem "
            "idle.\n\n"
            "**Ledger.** What the word itself wrote into memory and what of it reached the logit; "
            "see the Memory view. What it did to the gates at other words does not count.\n\n"
            "**The test.** If an attribution is *faithful*, removing its top words should turn the "
            "verdict. The fall of the probability, averaged over how many are removed, is called "
            "comprehensiveness (DeYoung et al. 2020):"
        )
        st.latex(r"\frac{1}{|K|} \sum_{k \in K} \big( p(x) - p(x \setminus \text{top } k) \big)")
        st.markdown(
            "A caution: a review with words torn out is not a review, and the network was never "
            "trained on such. That is why random words are removed beside it."
        )
