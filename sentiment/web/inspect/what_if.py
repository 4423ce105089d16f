"""What-if view: the effect of an edit, and the search for an edit that flips the verdict."""

import numpy as np
import pandas as pd
import streamlit as st

from sentiment.charts.pairs import color_range, probability_curves, state_panels, units_shown
from sentiment.inspection.edits import apply_edits
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.trace import Trace
from sentiment.inspection.trace_difference import (
    curve_pair,
    prediction_change,
    quantity_difference,
)
from sentiment.inspection.word_edits import WordEdits, word_edits
from sentiment.web import cached, layout
from sentiment.web.inspect.cached_result import cached_result
from sentiment.web.inspect.context import Inspection, choose_layer, follow_word
from sentiment.web.inspect.flip import find_flip
from sentiment.web.shared_chart import shared
from sentiment.wording import percentage_points

NEIGHBORS = 8


def show(inspection: Inspection) -> None:
    original = inspection.trace
    unedited = " ".join(original.encoded.kept_tokens)
    reset_for(unedited)
    controls, effects = st.columns([2, 3], gap="medium")
    text = controls.text_area(
        "Edited review",
        unedited,
        key="whatif_text",
        height=100,
        bind="query-params",
        help="The words that the network reads. Change the text, or apply an edit below.",
    )
    now = cached.trace(inspection.info, text, inspection.sequence, inspection.trace.chosen)
    with controls:
        found = edit_in_place(inspection, now)
    with effects:
        show_word_edits(found)
    st.subheader("Smallest edit that flips the verdict", anchor=False)
    find_flip(inspection, set_text)
    st.subheader("Before and after", anchor=False)
    if now.encoded.kept_tokens == original.encoded.kept_tokens:
        st.info("No edit yet. Apply an edit or search for one.")
    else:
        show_difference(original, now)
    read_more()


def reset_for(text: str) -> None:
    """Start with the review itself, unless the link contains an edit; reset for a new review."""
    if st.session_state.get("whatif_of", text) != text:
        st.session_state.whatif_text = text
    layout.set_defaults(whatif_text=text)
    st.session_state.whatif_of = text


def edit_in_place(inspection: Inspection, now: Trace) -> WordEdits:
    """Choose a word and apply one of its edits; returns the effects of all of them."""
    words = now.encoded.kept_tokens
    largest = int(np.abs(now.moves).argmax())
    places = {f"{place + 1} {word}": place for place, word in enumerate(words)}
    if inspection.word is not None and inspection.word < len(words):
        follow_word(inspection, whatif_word=list(places)[inspection.word])
    chosen = st.selectbox("Word", list(places), largest, key="whatif_word", bind="query-params")
    # Cached, so that the other controls do not recompute it.
    found = cached_result(
        inspection,
        f"edits of word {chosen} in {' '.join(words)}",
        lambda _: word_edits(inspection.predictor, now, places[chosen], NEIGHBORS),
    )
    edits = {edit.title: edit for edit in found.edits}
    title = st.selectbox("Edit", list(edits), key="whatif_edit", bind="query-params")
    with st.container(horizontal=True):
        st.button(
            "Apply edit",
            key="whatif_apply",
            icon=":material/edit:",
            type="primary",
            on_click=set_text,
            args=[apply_edits(words, [edits[title]])],
        )
        st.button(
            "Reset",
            key="whatif_reset",
            icon=":material/undo:",
            on_click=set_text,
            args=[inspection.trace.encoded.kept_tokens],
        )
    if all(np.isnan(found.similarities)):
        st.caption(
            "No neighbors: unknown word."
            if words[places[chosen]] not in inspection.predictor.vocabulary
            else "No neighbors: this architecture has no word vectors."
        )
    return found


def set_text(words: list[str]) -> None:
    st.session_state.whatif_text = " ".join(words)


def show_word_edits(found: WordEdits) -> None:
    st.text(found.finding)
    edits = pd.DataFrame(
        {
            "edit": [edit.title for edit in found.edits],
            "after": 100 * found.after,
            "change": found.change,
            "similarity": found.similarities,
        }
    )
    st.dataframe(
        edits.style.format({"change": percentage_points}),
        hide_index=True,
        placeholder="–",
        column_config={
            "edit": st.column_config.TextColumn("Edit"),
            "similarity": st.column_config.NumberColumn(
                "Similarity",
                format="%.2f",
                help="Cosine similarity of the two word vectors, at most 1",
            ),
            "after": st.column_config.NumberColumn(
                f"P({layout.escaped(found.name)}) after", format="%.1f%%"
            ),
            "change": "Change",
        },
    )


def show_difference(original: Trace, now: Trace) -> None:
    before, after = original.prediction, now.prediction
    show_verdicts(before, after, original.explained)
    finding = prediction_change(before, after, original.explained)
    st.text(finding)
    curves = curve_pair(original, now)
    st.plotly_chart(
        shared(probability_curves)(
            curves.labels, {"original": curves.left, "edited": curves.right}, original.name
        ),
        key="whatif_curves",
        config=layout.figure_config(),
        alt=f"Probability of {original.name} after each word, before and after the edit. {finding}",
    )
    st.caption("−word: deleted. +word: inserted. old→new: replaced.")
    layer = choose_layer(original)
    names = {quantity.name: quantity for quantity in original.quantities}
    quantity = names[layout.choose_one("Show", names, key="whatif_quantity")]
    count = units_shown(len(curves.labels), layer.values["h"].shape[1])
    units = original.strongest_units(layer, count)
    difference = quantity_difference(original, now, layer, quantity, units)
    st.text(difference.finding)
    st.plotly_chart(
        shared(state_panels)(
            difference.labels,
            {"original": difference.before, "edited": difference.after},
            [f"unit {unit}" for unit in units],
            color_range(quantity, difference.before, difference.after),
            difference=difference.change,
        ),
        key="whatif_gates",
        config=layout.figure_config(),
        alt=f"Heatmaps of the {quantity.name} before and after the edit, and the difference. "
        + difference.finding,
    )
    order = (
        f" {count} units, ordered by their contribution to the original logit." if count > 1 else ""
    )
    st.caption(f"{quantity.meaning}{order} Empty cells: this text does not have the word.")
    layout.as_table(
        {
            "word": curves.labels,
            f"P({original.name}), original": curves.left,
            "edited": curves.right,
            f"mean change of the {quantity.name}": difference.change.mean(axis=1),
        }
    )


def show_verdicts(before: Prediction, after: Prediction, label: int) -> None:
    """Show two predictions and their difference for the class `label`."""
    of = layout.escaped(before.classes.name(label))
    old, new = (prediction.probabilities[label] for prediction in (before, after))
    left, right = st.columns(2, border=True)
    left.metric(f"P({of}), original: {layout.escaped(before.name)}", f"{old:.1%}")
    right.metric(
        f"P({of}), edited: {layout.escaped(after.name)}",
        f"{new:.1%}",
        percentage_points(new - old),
        delta_color="off",  # neither direction is better
        delta_arrow="up" if new > old else "down",
    )


def read_more() -> None:
    with st.expander("Read more: counterfactual edits", icon=":material/school:"):
        st.markdown(
            "A **counterfactual** is the network's prediction for a slightly different review. It "
            "needs no theory of the network, and it often shows unexpected causes: a small word "
            "such as “would” may matter more than a whole sentence.\n\n"
            "**Neighbors** are words with similar vectors. The network learned the vectors from "
            "the contexts of words, so neighbors can have opposite meanings: “good” and “bad” "
            "occur in the same contexts. Similarity is the cosine of the angle between the "
            "vectors:"
        )
        st.latex(r"\cos(u, v) = \frac{u \cdot v}{\lVert u \rVert \, \lVert v \rVert}")
        st.markdown(
            "The search for **the smallest edit** first tries single edits of every word, then "
            "two at once, and so on. If there are too many combinations, it tries those with the "
            "largest sum of single effects on the logit first. So each edit that it finds flips "
            "the verdict, but a long review may have a smaller edit that it does not find."
        )
