"""One run on the page: its state, its curves, what the doctor says, the reviews it followed."""

from typing import Any

import streamlit as st

from sentiment.charts.curves import probability_over_training, step_curve, training_curve
from sentiment.charts.words import gate_heatmaps, gate_strip, probability_curve, strip_values
from sentiment.networks.model_folder import ModelInfo
from sentiment.runs import diagnostics, pinned
from sentiment.runs.comparison import seconds_left
from sentiment.runs.launch import resume_run
from sentiment.runs.run import EventLog, Events, Run, Status
from sentiment.web import layout

UNITS_SHOWN = 24
LONG_SILENCE = 60.0  # seconds; a training says something every second, big steps aside


@st.cache_resource(max_entries=50, show_spinner=False)
def _event_log(folder: str, run: Run) -> EventLog:
    return EventLog(run)


def events_of(run: Run) -> Events:
    """Its events; shared by all who look, so that each line of the file is read once."""
    return _event_log(str(run.folder), run).read()


def model_of(run: Run) -> ModelInfo | None:
    return ModelInfo.read(run.model) if (run.model / "config.json").is_file() else None


def show_state(run: Run, status: Status) -> None:
    """How the run stands, and what can be done about it."""
    if status.active:
        waits = status.state == "queued"
        if waits:
            st.info(
                f"In line, place {run.queue_position()}: it starts when those before have ended."
            )
        else:
            st.progress(status.progress, f"{status.stage} … {status.progress:.0%}")
            if status.silent > LONG_SILENCE:
                st.caption(
                    f"Nothing heard from its process for {layout.duration(status.silent)}. It is "
                    "there, but slow or suspended; stopping it loses nothing."
                )
        if run.stop_requested():
            st.caption("Stopping …")
        elif st.button(
            "Leave the line" if waits else "Stop training",
            icon=":material/stop:",
            help=None if waits else "Ends soon, keeps the best epoch, and can be resumed.",
        ):
            run.request_stop()
            st.rerun()
        return
    if status.state in ("failed", "interrupted", "damaged"):
        layout.show_error(status.message)
    elif status.state == "cancelled":
        st.info(status.message)
    else:
        st.success(f"{status.state.capitalize()}: {status.message}", icon=":material/check:")
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.can_resume() and st.button(
            "Resume",
            icon=":material/resume:",
            help="Goes on from the last checkpoint, to the same losses as if it had never ended.",
        ):
            resume_run(run)
            st.rerun()
        st.page_link(
            "pages/train.py",
            label="Duplicate",
            icon=":material/content_copy:",
            help="Start another one from these settings, changed as you like.",
            query_params={"from": run.id},
        )
        with st.popover("Name", icon=":material/edit:"):
            name = st.text_input("Name of the run", key=f"name_{run.id}")
            if st.button("Save the name"):
                run.rename(name)
                st.rerun()
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("The run, its curves, checkpoints and model will be gone.")
            if st.button("Delete this run"):
                run.delete()
                st.rerun()


def show_run(run: Run, status: Status) -> None:
    """State, figures and curves of one run."""
    events = events_of(run)
    steps, epochs = events.get("StepEvent", []), events.get("EpochEvent", [])
    show_state(run, status)
    if steps or epochs:
        _show_figures(steps, epochs, status)
        for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
            column.altair_chart(
                training_curve(steps, epochs, measure, dark=layout.is_dark()),
                key=f"curve_{measure}",
                alt=f"{measure} over training steps, {len(epochs)} epochs done.",
            )
    if steps:
        left, right = st.columns(2)
        left.altair_chart(
            step_curve(steps, "gradient_norm", "gradient norm", log=True),
            key="curve_norm",
            alt="Norm of the gradient before clipping, over training steps.",
        )
        right.altair_chart(
            step_curve(steps, "learning_rate", "learning rate"),
            key="curve_rate",
            alt="Learning rate over training steps.",
        )
    if events:
        _show_findings(run, events, model_of(run))


def _show_figures(
    steps: list[dict[str, Any]], epochs: list[dict[str, Any]], status: Status
) -> None:
    now = (steps or epochs)[-1]
    best = max((epoch["valid_accuracy"] for epoch in epochs), default=None)
    left = seconds_left(steps) if status.state == "running" else None
    layout.metrics(
        Epoch=f"{now['epoch']}",
        Training_loss=f"{now.get('loss', now.get('train_loss')):.3f}",
        Best_validation_accuracy=f"{best:.1%}" if best else "after epoch 1",
        Words_per_second=f"{steps[-1]['words_per_second']:,.0f}" if steps else "–",
        **({} if left is None else {"Time_left": layout.duration(left)}),
    )


def _show_findings(run: Run, events: diagnostics.Events, info: ModelInfo | None) -> None:
    """What the doctor says, if anything is wrong."""
    findings = diagnostics.examine(
        events,
        run.recipe().to_json(),
        info.training if info else None,
        info.metrics if info else None,
    )
    for finding in findings:
        with st.container(border=True):
            st.markdown(f":material/stethoscope: :orange[**{finding.title}**]")
            st.text(finding.evidence)
            st.markdown(f"**Try:** {finding.remedy}")
    if info and not findings:
        st.caption(":material/stethoscope: The doctor found nothing wrong with this training.")


@st.fragment
def show_pinned(run: Run) -> None:
    """The pinned reviews through training: a slider over its steps."""
    with layout.show_errors():
        texts = run.recipe().pinned
        numbers = [number for number in range(len(texts)) if pinned.steps(run.folder, number)]
        if not numbers:
            return
        st.subheader("Pinned reviews", anchor=False)
        st.caption(
            "How the network of each moment reads a review. Move the slider and watch the gates "
            "learn; at step 0 nothing has been learned."
        )
        number = numbers[0]
        if len(numbers) > 1:
            number = st.selectbox(
                "Review", numbers, format_func=lambda number: texts[number], key=f"which_{run.id}"
            )
        steps = pinned.steps(run.folder, number)
        step = steps[-1]
        if len(steps) > 1:
            step = st.select_slider("Step of training", steps, step, key=f"step_{run.id}_{number}")
        if run.status().active:
            st.button("Show what was recorded since", icon=":material/refresh:", key="pinned_again")
        _show_snapshot(run, number, step)


def _show_snapshot(run: Run, number: int, step: int) -> None:
    snapshot, dark = pinned.snapshot(run.folder, number, step), layout.is_dark()
    verdict = "Positive" if snapshot.probability >= 0.5 else "Negative"
    layout.metrics(
        Step=f"{step:,}",
        Verdict=verdict,
        Probability_of_Positive=f"{snapshot.probability:.1%}",
    )
    if not snapshot.known.all():
        unknown = [
            word for word, known in zip(snapshot.words, snapshot.known, strict=True) if not known
        ]
        st.text("Not in this vocabulary: " + ", ".join(dict.fromkeys(unknown)))
    st.altair_chart(
        probability_over_training(pinned.probability_by_step(run.folder, number), step, dark=dark),
        alt="Probability of Positive for this review over the steps of training.",
    )
    st.plotly_chart(
        probability_curve(
            snapshot.words, snapshot.probabilities, snapshot.probability_before, dark=dark
        ),
        key="pinned_curve",
    )
    gates = [quantity for quantity in snapshot.quantities if quantity.is_gate]
    titles = [layer.title for layer in snapshot.layers]
    chosen = titles[-1]
    if len(titles) > 1:
        chosen = st.segmented_control(
            "Layer", titles, default=chosen, required=True, key=f"layer_{run.id}"
        )
    layer = snapshot.layers[titles.index(chosen)]
    if gates:
        st.markdown("**Gates, mean over all units**")
        means = strip_values(layer, gates, "mean")
        st.plotly_chart(gate_strip(snapshot.words, gates, means, dark=dark), key="pinned_means")
    if layer.values:
        shown = [quantity for quantity in snapshot.quantities if quantity.symbol in layer.values]
        # The same units at every step, or nothing could be followed.
        last = pinned.snapshot(run.folder, number, pinned.steps(run.folder, number)[-1])
        final = last.layers[titles.index(chosen)].values["h"]
        units = (-final.std(axis=0)).argsort()[:UNITS_SHOWN]
        with st.expander(f"The {len(units)} units that move most in the end, one by one"):
            st.plotly_chart(
                gate_heatmaps(snapshot.words, layer, shown, units, dark=dark), key="pinned_units"
            )
