"""View of one run: state, figures, curves, diagnostics and results."""

from dataclasses import dataclass

import streamlit as st

from sentiment.charts.curves import step_curve, thinned, training_curve
from sentiment.networks.model_folder import ModelInfo
from sentiment.runs import diagnostics
from sentiment.runs.comparison import latest_figures
from sentiment.runs.event_log import EventLog, Events
from sentiment.runs.launch import resume_run
from sentiment.runs.parts import needs_macro_f1
from sentiment.runs.run import Run, Status, by_name
from sentiment.training.config import Recipe
from sentiment.web import layout
from sentiment.web.shared_chart import shared
from sentiment.web.train.results import show_results
from sentiment.wording import counted

POLL_SECONDS = 1.0
LONG_SILENCE = 60.0  # seconds; a training reports every second, except during very long steps


@st.cache_resource(max_entries=50, show_spinner=False)
def _event_log(folder: str, run: Run) -> EventLog:
    return run.event_log()


def read_events(run: Run) -> Events:
    """The events of a run; all sessions share one reader, so each line is read once."""
    return _event_log(str(run.folder), run).read()


def read_model(run: Run) -> ModelInfo | None:
    """The model of a run, None before there is one."""
    return ModelInfo.read(run.model) if run.has_model else None


@dataclass(frozen=True)
class Content:
    """What a run has stored so far."""

    run: Run
    recipe: Recipe
    events: Events
    model: ModelInfo | None


def read_all(run: Run) -> Content:
    """Raises SentimentError if a file of the run is damaged."""
    return Content(run, run.recipe(), read_events(run), read_model(run))


def choose_run(runs: list[Run]) -> Run:
    """Select box over all runs; the choice is in the link."""
    named = {run.id: (name, run) for name, run in by_name(runs).items()}
    linked = st.query_params.get("run", "")
    key = f"shown_run {linked}"
    chosen = st.selectbox(
        "Run",
        list(named),
        list(named).index(linked) if linked in named else 0,
        format_func=lambda id: f"{named[id][0]} · {named[id][1].about()}",
        key=key,
        on_change=_link_run,
        args=(key,),
    )
    return named[chosen][1]


def _link_run(key: str) -> None:
    st.query_params["run"] = st.session_state[key]


def show_run(run: Run) -> None:
    """A run, updated every second while it is active, and its results once it has a model."""
    with layout.show_errors():
        status = run.status()
        if status.active:
            _show_active(run)
            return
        _show_progress(run, status)
        info = read_model(run)
        if info:
            show_results(run, info)


@st.fragment(run_every=POLL_SECONDS)
def _show_active(run: Run) -> None:
    with layout.show_errors():
        status = run.status()
        if not status.active:
            # The page draws the final state: buttons drawn by the last run of this fragment
            # would be gone before a click on them arrives.
            st.rerun()
        _show_progress(run, status)


def _show_progress(run: Run, status: Status) -> None:
    """State, figures, curves and diagnostics."""
    events = read_events(run)
    steps, epochs = thinned(events.get("StepEvent", [])), events.get("EpochEvent", [])
    _show_state(run, status)
    macro_f1 = needs_macro_f1(events)
    if steps or epochs:
        _show_figures(events, status, macro_f1)
        for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
            column.altair_chart(
                shared(training_curve)(
                    steps, epochs, measure, macro_f1=macro_f1 and measure == "accuracy"
                ),
                key=f"curve_{measure}",
                alt=f"{measure} over training steps, {counted(len(epochs), 'epoch')} finished.",
            )
    if steps:
        left, right = st.columns(2)
        left.altair_chart(
            shared(step_curve)(steps, "gradient_norm", "gradient norm", log=True),
            key="curve_norm",
            alt="Norm of the gradient before clipping, over training steps.",
        )
        right.altair_chart(
            shared(step_curve)(steps, "learning_rate", "learning rate"),
            key="curve_rate",
            alt="Learning rate over training steps.",
        )
    if events:
        _show_diagnostics(run, events, read_model(run))


def _show_state(run: Run, status: Status) -> None:
    """The state of the run, and buttons to change it."""
    if status.active:
        _show_active_state(run, status)
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
            help="Continues from the last checkpoint. The result is the same as without a break.",
        ):
            resume_run(run)
            st.rerun()
        layout.link_to(
            "train",
            "Duplicate",
            "content_copy",
            {"from": run.id},
            help="Copies the settings of this run into the form above.",
        )
        with st.popover("Rename", icon=":material/edit:"):
            name = st.text_input("Name of the run", run.name(), key=f"name_{run.id}")
            if st.button("Save name"):
                run.rename(name)
                st.rerun()
        with st.popover("Delete", icon=":material/delete:"):
            st.markdown("This deletes the run with its curves, checkpoints and model.")
            if st.button("Delete run"):
                run.delete()
                st.rerun()


def _show_active_state(run: Run, status: Status) -> None:
    queued = status.state == "queued"
    if queued:
        st.info(
            f"Queued, position {run.queue_position()}. It starts when the runs before it have "
            "ended."
        )
    else:
        st.progress(status.progress, f"{status.stage} … {status.progress:.0%}")
        if status.seconds_since_heartbeat > LONG_SILENCE:
            st.caption(
                f"No report for {layout.duration(status.seconds_since_heartbeat)}. The process "
                "still runs, but it is slow or suspended. You can stop it and resume it later."
            )
    if run.stop_requested():
        st.caption("Stopping …")
    elif st.button(
        "Cancel" if queued else "Stop training",
        icon=":material/stop:",
        help=None if queued else "Keeps the best epoch so far. You can resume the run later.",
    ):
        run.request_stop()
        st.rerun()


def _show_figures(events: Events, status: Status, macro_f1: bool) -> None:
    figures = latest_figures(events)
    best, speed = figures.best_validation_accuracy, figures.words_per_second
    epochs = events.get("EpochEvent", [])
    left = figures.seconds_left if status.state == "running" else None
    layout.metrics(
        {
            "Epoch": f"{figures.epoch}",
            "Training loss": f"{figures.training_loss:.3f}",
            "Best validation accuracy": "after epoch 1" if best is None else f"{best:.1%}",
            **({"Macro F1": f"{epochs[-1]['valid_macro_f1']:.3f}"} if macro_f1 and epochs else {}),
            "Words per second": "–" if speed is None else f"{speed:,.0f}",
            **({} if left is None else {"Time left": layout.duration(left)}),
        }
    )


def _show_diagnostics(run: Run, events: Events, info: ModelInfo | None) -> None:
    findings = diagnostics.diagnose(
        events,
        run.recipe(),
        info.training.diagnostics if info else None,
        info.metrics if info else None,
    )
    for finding in findings:
        with st.container(border=True):
            st.markdown(f":material/stethoscope: :orange[**{layout.escaped(finding.title)}**]")
            st.text(finding.evidence)
            st.markdown(f"**Try:** {finding.remedy}")
    if info and not findings:
        st.caption(":material/stethoscope: Diagnostics: no problem found in this training.")
