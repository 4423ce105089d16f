"""Which words view: attributions of the words by several methods, and a test of each method."""

import pandas as pd
import streamlit as st

from sentiment.charts.attribution import attribution_strips, deletion_curves
from sentiment.inspection.attribution import METHODS, Attribution, attribute, methods_for
from sentiment.inspection.faithfulness import deletion_curve, random_deletion
from sentiment.inspection.findings import deletion_effect, top_words
from sentiment.web import layout
from sentiment.web.inspect.cached_result import cached_result, has_cached_result
from sentiment.web.inspect.context import Inspection
from sentiment.web.inspect.word_chart import word_chart
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, percentage_points

WORDS_LISTED = 3  # of each method, in the table
CURVE = "Curve"
CURVE_DEFINITION = "Change of the probability when the network reads the word."
# Most words that the network reads without a click: a link alone must not start long work.
WORDS_WITHOUT_CLICK = 30_000
WORDS_PER_SECOND = 50_000  # of imdb-lstm on one core
READS_OF_TEST = 160  # of each word of the review, by the test of faithfulness


def show(inspection: Inspection) -> None:
    available = methods_for(inspection.predictor.network)
    chosen = st.pills(
        "Methods",
        available,
        selection_mode="multi",
        default=available,
        format_func=lambda name: METHODS[name].title,
        key="why_methods",
        bind="query-params",
        help="  \n".join(
            f"**{METHODS[name].title}**: {METHODS[name].description}" for name in available
        ),
    )
    if missing := [METHODS[name].title for name in METHODS if name not in available]:
        st.caption(f"Not available for this architecture: {', '.join(missing)}.")
    if not chosen:
        st.info("Choose at least one method.")
    computed = [name for name in chosen if may_compute(inspection, name)]
    if not computed:
        return
    found = {
        METHODS[name].title: cached_result(
            inspection,
            name,
            lambda progress, name=name: attribute(  # type: ignore[misc]
                inspection.predictor.network, inspection.trace, name, progress
            ),
        )
        for name in computed
    }
    show_strips(inspection, found)
    st.subheader("Faithfulness", anchor=False)
    show_faithfulness(inspection, found)
    read_more()


def may_compute(inspection: Inspection, name: str) -> bool:
    """Whether the method is fast, cached, or requested by a click."""
    reads = METHODS[name].cost(len(inspection.trace.probabilities))
    return has_cached_result(inspection, name) or ask_first(
        f"Compute {METHODS[name].title}", f"why_{name}", reads
    )


def ask_first(label: str, key: str, reads: int) -> bool:
    """Whether to start work in which the network reads `reads` words: they are few, or the visitor
    clicks."""
    if reads <= WORDS_WITHOUT_CLICK:
        return True
    return st.button(
        f"{label} (about {layout.duration(reads / WORDS_PER_SECOND)})",
        key=key,
        help=f"The network reads {counted(reads, 'word')} for a review of this length.",
    )


def show_strips(inspection: Inspection, found: dict[str, Attribution]) -> None:
    trace = inspection.trace
    words = trace.encoded.kept_tokens
    finding = top_words(words, trace.target_name, found, toward=trace.explains_target)
    st.text(finding)
    word_chart(
        inspection,
        shared(attribution_strips)(
            words, {title: one.words for title, one in found.items()}, trace.rest, trace.name
        ),
        key="why_strips",
        alt=f"A row of words per method, colored by their attribution. {finding}",
    )
    st.caption(
        f"Blue: evidence for {layout.escaped(trace.name)}. Orange: evidence for "
        f"{layout.escaped(trace.rest)}. The colors of a row are relative to its largest value. "
        "Point at a word for its share of the logit (the log-odds of "
        f"{layout.escaped(trace.name)})."
    )
    for one in found.values():
        if one.note:
            st.caption(f"{METHODS[one.method].title}: {one.note}")
    layout.as_table(
        pd.DataFrame({"word": words} | {title: one.words for title, one in found.items()})
    )


def show_faithfulness(inspection: Inspection, found: dict[str, Attribution]) -> None:
    network, trace = inspection.predictor.network, inspection.trace
    if len(trace.probabilities) < 2:
        st.info("The test needs at least two words.")
        return
    reads = READS_OF_TEST * len(trace.probabilities)
    if not has_cached_result(inspection, "random") and not ask_first(
        "Test the methods", "why_test", reads
    ):
        return
    # Beside the methods, the changes that color the words at the top of the page.
    ranked = found | {CURVE: Attribution("curve", trace.moves)}
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
        for title, one in ranked.items()
    }
    label = trace.target_name
    finding = deletion_effect(label, curves, chance)
    st.text(finding)
    st.altair_chart(
        shared(deletion_curves)(
            chance.removed,
            {title: curve.probabilities for title, curve in curves.items()},
            chance.probabilities,
            label,
        ),
        key="why_deletion",
        alt=f"Probability of {label} while words are removed. {finding}",
    )
    st.caption(
        "The words with the largest attribution are removed first, and the network reads the "
        "rest. The line of a faithful method falls early and far. Gray: mean and range of "
        f"{len(chance.probabilities)} random orders."
    )
    words, toward = trace.encoded.kept_tokens, trace.explains_target
    falls = [curve.comprehensiveness for curve in curves.values()]
    definitions = [METHODS[one.method].description for one in found.values()]
    first_words = [
        ", ".join(words[place] for place in one.ranked(toward=toward)[:WORDS_LISTED])
        for one in ranked.values()
    ]
    methods = pd.DataFrame(
        {
            "method": [*ranked, "random words"],
            "change": [-fall for fall in (*falls, chance.comprehensiveness)],
            "words": [*first_words, ""],
            "definition": [*definitions, CURVE_DEFINITION, ""],
        }
    )
    st.dataframe(
        methods.style.format({"change": percentage_points}),
        hide_index=True,
        column_config={
            "words": f"First words for {layout.escaped(label)}",
            "change": st.column_config.NumberColumn(
                "Mean change",
                help="Mean change of the probability over the points of the curve. A mean "
                "decrease is called comprehensiveness.",
            ),
        },
    )


def read_more() -> None:
    with st.expander("Read more: attribution methods", icon=":material/school:"):
        st.markdown(
            "An **attribution** divides the verdict among the words. There is no single correct "
            "method, so this view shows several methods and a test that compares them.\n\n"
            "**Gradient × input.** The *gradient* is the rate at which the logit *F* changes with "
            "the word vector *x*. The gradient times the vector estimates the contribution of the "
            "word; for a linear network the estimate is exact."
        )
        st.latex(r"a_t = x_t \cdot \frac{\partial F}{\partial x_t}")
        st.markdown(
            "**Integrated gradients** (Sundararajan, Taly & Yan 2017) average the gradient along "
            "the straight line from a *baseline* to the review. The baseline here is zero vectors, "
            "the same as padding. The attributions add up to the difference of the two logits; "
            "this property is called *completeness*."
        )
        st.latex(
            r"a_t = x_t \cdot \int_0^1 \frac{\partial F(\alpha x)}{\partial x_t}\, d\alpha"
            r" \qquad \sum_t a_t = F(x) - F(0)"
        )
        st.markdown(
            "**Leave one out** removes a word and runs the network again. It needs no "
            "approximation, but if two words have the same meaning, each can replace the other, "
            "and both get a small value.\n\n"
            "**Ledger** is the part of the logit that comes from what the word wrote into memory, "
            "as in the Memory view. Effects on the gates at other words do not count.\n\n"
            "**Test.** If an attribution is *faithful*, removing its top words changes the "
            "verdict. Comprehensiveness is the decrease of the probability, averaged over the "
            "number of removed words (DeYoung et al. 2020):"
        )
        st.latex(r"\frac{1}{|K|} \sum_{k \in K} \big( p(x) - p(x \setminus \text{top } k) \big)")
        st.markdown(
            "Limitation: the network was not trained on reviews with missing words. The curve of "
            "random removals shows the size of this effect."
        )
