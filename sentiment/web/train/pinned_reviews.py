"""The pinned reviews of a run, with a slider over the training steps."""

import streamlit as st

from sentiment.charts.class_curves import class_curves
from sentiment.charts.curves import probability_over_training
from sentiment.charts.gates import gate_heatmaps, gate_strip, strip_values
from sentiment.corpus.classes import Classes
from sentiment.runs import pinned
from sentiment.runs.parts import classes_of
from sentiment.runs.run import Run
from sentiment.web import layout
from sentiment.web.shared_chart import shared
from sentiment.web.train.run_view import read_events
from sentiment.wording import counted

UNITS_SHOWN = 24


@st.fragment
def show_pinned(run: Run) -> None:
    """The pinned reviews with a slider over the training steps."""
    with layout.show_errors():
        texts = run.recipe().pinned
        numbers = [number for number in range(len(texts)) if pinned.steps(run.folder, number)]
        if not numbers:
            return
        st.subheader("Pinned reviews", anchor=False)
        st.caption(
            "Probabilities and gates of a review during training. Move the slider to see how they "
            "change. Step 0 is the untrained network."
        )
        number = numbers[0]
        if len(numbers) > 1:
            number = st.selectbox(
                "Review", numbers, format_func=lambda number: texts[number], key=f"which_{run.id}"
            )
        steps = pinned.steps(run.folder, number)
        step = steps[-1]
        if len(steps) > 1:
            step = st.select_slider("Training step", steps, step, key=f"step_{run.id}_{number}")
        if run.status().active:
            st.button("Refresh", icon=":material/refresh:", key="pinned_again")
        _show_snapshot(run, number, step)


def _show_snapshot(run: Run, number: int, step: int) -> None:
    snapshot = pinned.snapshot(run.folder, number, step)
    learned = classes_of(read_events(run))
    classes = Classes(tuple(snapshot.classes), learned is not None and learned.ordered)
    last = pinned.snapshot(run.folder, number, pinned.steps(run.folder, number)[-1])
    drawn = classes.explained(last.label)  # the verdict at the end of the training
    name = classes.name(drawn)
    layout.metrics(
        {
            "Step": f"{step:,}",
            "Verdict": layout.escaped(classes.name(snapshot.label)),
            f"Probability of {layout.escaped(name)}": f"{snapshot.probabilities[-1, drawn]:.1%}",
        }
    )
    if snapshot.unknown_words:
        st.text("Unknown words: " + ", ".join(snapshot.unknown_words))
    st.altair_chart(
        shared(probability_over_training)(
            pinned.steps(run.folder, number),
            pinned.probabilities_by_step(run.folder, number),
            classes,
            drawn,
            step,
        ),
        alt=f"Probability of {name} for this review over the steps of training.",
    )
    st.plotly_chart(
        shared(class_curves)(
            snapshot.words, snapshot.probabilities, snapshot.probabilities_before, classes, drawn
        ),
        key="pinned_curve",
    )
    gates = [quantity for quantity in snapshot.quantities if quantity.is_gate]
    titles = [layer.title for layer in snapshot.layers]
    title = titles[-1]
    if len(titles) > 1:
        title = st.segmented_control(
            "Layer", titles, default=title, required=True, key=f"layer_{run.id}"
        )
    place = titles.index(title)
    layer = snapshot.layers[place]
    if gates:
        st.markdown("**Gates, mean over all units**")
        means = strip_values(layer, gates, "mean")
        st.plotly_chart(shared(gate_strip)(snapshot.words, gates, means), key="pinned_means")
    if layer.values:
        quantities = [one for one in snapshot.quantities if one.symbol in layer.values]
        units = pinned.most_active_units(run.folder, number, place, UNITS_SHOWN)
        with st.expander(
            f"The {counted(len(units), 'unit')} with the largest variation at the last step"
        ):
            st.plotly_chart(
                shared(gate_heatmaps)(snapshot.words, layer, quantities, units),
                key="pinned_units",
            )
