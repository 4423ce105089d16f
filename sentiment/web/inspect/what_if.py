"""Inspect, what if: edit the review and see what it changes; find the edit that flips it."""

import numpy as np
import pandas as pd
import streamlit as st

from sentiment.charts.pairs import scale_of, state_panels, two_curves, units_shown
from sentiment.inspection.alignment import align
from sentiment.inspection.edits import (
    Edit,
    edited,
    logits_after,
    neighbors,
    single_edits,
)
from sentiment.inspection.predictor import Prediction, Trace
from sentiment.inspection.variants import sigmoid
from sentiment.web import cached, layout
from sentiment.web.inspect.cached_result import cached_result
from sentiment.web.inspect.context import Inspection, choose_layer
from sentiment.web.inspect.flip import find_flip

NEIGHBOURS = 8


def show(inspection: Inspection) -> None:
    original = inspection.trace
    start_over_with(" ".join(original.encoded.kept_tokens))
    text = st.text_area(
        "The edited review",
        key="whatif_text",
        height=100,
        bind="query-params",
        help="The words as the network read them. Retype what you like, or use the edits below.",
    )
    now = cached.trace(inspection.info, text, inspection.sequence)
    edit_in_place(inspection, now)
    st.subheader("The smallest edit that flips the verdict", anchor=False)
    find_flip(inspection, set_text)
    st.subheader("Before and after", anchor=False)
    if now.encoded.kept_tokens == original.encoded.kept_tokens:
        st.info("Nothing is edited yet. Do an edit, or let one be found.")
    else:
        show_difference(original, now)
    read_more()


def start_over_with(text: str) -> None:
    """Begin with the review itself, unless a link brings more, and again when it is another."""
    if st.session_state.get("whatif_of", text) != text:
        st.session_state.whatif_text = text
    layout.set_defaults(whatif_text=text)
    st.session_state.whatif_of = text


def edit_in_place(inspection: Inspection, now: Trace) -> None:
    words = now.encoded.kept_tokens
    moved = int(np.abs(now.moves).argmax())
    place_of = {f"{place + 1} {word}": place for place, word in enumerate(words)}
    left, right = st.columns(2)
    chosen = left.selectbox("Word", list(place_of), moved, key="whatif_word", bind="query-params")
    place = place_of[chosen]
    predictor = inspection.predictor
    (near,) = neighbors(predictor.network, predictor.vocabulary, [words[place]], NEIGHBOURS)
    edits = {edit.title: edit for edit in single_edits(words, place, near)}
    title = right.selectbox("Edit", list(edits), key="whatif_edit", bind="query-params")
    with st.container(horizontal=True):
        st.button(
            "Do it",
            key="whatif_do",
            icon=":material/edit:",
            type="primary",
            on_click=set_text,
            args=[edited(words, [edits[title]])],
        )
        st.button(
            "Start over",
            key="whatif_again",
            icon=":material/undo:",
            on_click=set_text,
            args=[inspection.trace.encoded.kept_tokens],
        )
    show_outcomes(inspection, now, list(edits.values()), {one.word: one.similarity for one in near})


def set_text(words: list[str]) -> None:
    st.session_state.whatif_text = " ".join(words)


def show_outcomes(
    inspection: Inspection, now: Trace, edits: list[Edit], similarity: dict[str, float]
) -> None:
    words = now.encoded.kept_tokens
    # Kept, so that a control further down does not read them all anew.
    after = cached_result(
        inspection,
        f"edits of word {edits[0].place} in {' '.join(words)}",
        lambda _: sigmoid(
            logits_after(
                inspection.predictor, words, [[edit] for edit in edits], now.encoded.config
            )
        ),
    )
    furthest = int(np.abs(after - now.prediction.probability).argmax())
    st.text(
        f"What would change most: {edits[furthest].title}, "
        f"{now.prediction.probability:.0%} → {after[furthest]:.0%} for Positive."
    )
    st.dataframe(
        pd.DataFrame(
            {
                "edit": [edit.title for edit in edits],
                "similarity": [similarity.get(edit.new, np.nan) for edit in edits],
                "after": 100 * after,
                "change": 100 * (after - now.prediction.probability),
            }
        ),
        hide_index=True,
        column_config={
            "edit": st.column_config.TextColumn("Edit"),
            "similarity": st.column_config.NumberColumn(
                "Similarity",
                format="%.2f",
                help="Cosine of the angle between the two word vectors: 1 is the same direction",
            ),
            "after": st.column_config.NumberColumn("P(Positive) after", format="%.1f %%"),
            "change": st.column_config.NumberColumn("Change", format="%+.1f points"),
        },
    )
    if not similarity:
        st.caption(
            "No neighbors: the word is not in the vocabulary."
            if edits[0].word not in inspection.predictor.vocabulary
            else "No neighbors: this architecture has no word vectors."
        )


def show_difference(original: Trace, now: Trace) -> None:
    before, after = original.prediction, now.prediction
    show_verdicts(before, after)
    aligned = align(original.encoded.kept_tokens, now.encoded.kept_tokens)
    finding = (
        f"The edit takes the probability of Positive from {before.probability:.1%} to "
        f"{after.probability:.1%}: "
        + (
            f"the verdict turns to {after.label}."
            if after.label != before.label
            else f"still {after.label}."
        )
    )
    st.text(finding)
    st.plotly_chart(
        two_curves(
            aligned.labels,
            {
                "as it was": aligned.on_left(original.probabilities),
                "edited": aligned.on_right(now.probabilities),
            },
            dark=layout.is_dark(),
        ),
        key="whatif_curves",
        config=layout.figure_config(),
        alt=f"Probability of Positive after each word, before and after the edit. {finding}",
    )
    st.caption("−word was taken out, +word was put in, old→new was exchanged.")
    layer = choose_layer(original)
    (other,) = [
        one for one in now.layers if (one.layer, one.direction) == (layer.layer, layer.direction)
    ]
    names = {quantity.name: quantity for quantity in original.quantities}
    quantity = names[
        st.segmented_control(
            "Show",
            list(names),
            default=next(iter(names)),
            key="whatif_quantity",
            required=True,
            bind="query-params",
        )
    ]
    count = units_shown(len(aligned.labels), layer.values["h"].shape[1])
    units = original.strongest_units(layer, count)
    left = aligned.on_left(layer.values[quantity.symbol][:, units])
    right = aligned.on_right(other.values[quantity.symbol][:, units])
    change = right - left
    size = np.nan_to_num(np.abs(change)).mean(axis=1)
    felt = aligned.labels[int(size.argmax())]
    finding = (
        f"The {quantity.name} changes most at “{felt}”, by {size.max():.2f} a unit on average; "
        f"over all shared words by {np.nanmean(np.abs(change)):.2f}."
        if size.max() > 0
        else f"The {quantity.name} is the same at every word that both have."
    )
    st.text(finding)
    st.plotly_chart(
        state_panels(
            aligned.labels,
            {"as it was": left, "edited": right},
            [f"unit {unit}" for unit in units],
            scale_of(quantity, left, right),
            difference=change,
            dark=layout.is_dark(),
        ),
        key="whatif_gates",
        config=layout.figure_config(),
        alt=f"Heatmaps of the {quantity.name} before and after, and the difference. {finding}",
    )
    st.caption(
        quantity.meaning
        + (
            f" {count} units, the same in all three, ordered by their push on the verdict before "
            "the edit."
            if count > 1
            else ""
        )
        + " Empty: there is no such word in that text."
    )
    with st.expander("As a table", icon=":material/table:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "word": aligned.labels,
                    "P(Positive) as it was": aligned.on_left(original.probabilities),
                    "edited": aligned.on_right(now.probabilities),
                    f"mean change of the {quantity.name}": change.mean(axis=1),
                }
            )
        )


def show_verdicts(before: Prediction, after: Prediction) -> None:
    """Two verdicts and how far apart they are."""
    left, right = st.columns(2, border=True)
    left.metric(f"As it was: {before.label}", f"{before.probability:.1%}")
    right.metric(
        f"Edited: {after.label}",
        f"{after.probability:.1%}",
        f"{100 * (after.probability - before.probability):+.1f} points to Positive",
        delta_color="off",  # neither side is the good one
    )


def read_more() -> None:
    with st.expander("Read more: what an edit proves", icon=":material/school:"):
        st.markdown(
            "An edit that turns the verdict is a **counterfactual**: had the review said this "
            "instead, the network would have said that. It needs no theory of what goes on "
            "inside, and it often shows what a network really goes by: a lone “t” left of "
            "“wouldn’t” may weigh more than the story.\n\n"
            "**Neighbors** are the words whose vectors point in the most similar direction. The "
            "network learned these vectors from how words are used in reviews, so neighbors are "
            "not always alike in meaning: “good” and “bad” stand in the same places. Similarity "
            "is the cosine of the angle between them:"
        )
        st.latex(r"\cos(u, v) = \frac{u \cdot v}{\lVert u \rVert \, \lVert v \rVert}")
        st.markdown(
            "**The smallest edit** is searched for among single edits of every word first; if "
            "none flips the verdict, among two at once, and so on. All of them are read where "
            "they are few enough; otherwise the sets whose single effects on the logit add up to "
            "most are read first. So what is found does flip the verdict, but in a long review a "
            "smaller or a gentler edit may have been missed."
        )
