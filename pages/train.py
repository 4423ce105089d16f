"""Train: choose settings, start a training, and watch it."""

from dataclasses import replace
from typing import Any, get_args

import streamlit as st

from sentiment import web
from sentiment.charts.curves import confusion_matrix, training_curve
from sentiment.corpus.sources import find_archive
from sentiment.networks.config import Pooling
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.registry import ARCHITECTURES
from sentiment.training import doctor, runs
from sentiment.training.config import PRESETS, Recipe, recipe_with

POLL_SECONDS = 1.0


def settings_form(preset: str) -> Recipe | None:
    """The settings of a preset, open to change; a recipe once the form is sent."""
    start = PRESETS[preset].recipe
    network, training = start.network, start.training
    with st.form(f"settings_{preset}"):
        names = st.columns(3)
        chosen: dict[str, Any] = {}
        with names[0]:
            st.markdown("**Reviews**")
            chosen["source"] = st.text_input(
                "Source",
                start.source,
                help="`sample`, `imdb`, or the path of a .csv, .tsv, .jsonl or .parquet file, an "
                "aclImdb folder or archive on this machine.",
            )
            chosen["sequence_length"] = st.number_input(
                "Sequence length (words)",
                1,
                10_000,
                start.sequence.sequence_length,
                help="Longer reviews are truncated, shorter ones padded. Padding is masked.",
            )
            chosen["max_words"] = st.number_input(
                "Vocabulary (words)",
                1,
                1_000_000,
                start.prepare.max_words,
                help="The most frequent words get a vector of their own; all others share one.",
            )
        with names[1]:
            st.markdown("**Network**")
            kinds = list(ARCHITECTURES)
            chosen["architecture"] = st.selectbox(
                "Architecture",
                kinds,
                kinds.index(network.architecture),
                format_func=lambda kind: ARCHITECTURES[kind].title,
                help="  \n".join(
                    f"**{entry.title}**: {entry.description}" for entry in ARCHITECTURES.values()
                ),
            )
            chosen["hidden_size"] = st.number_input(
                "Units per layer",
                1,
                4_096,
                network.hidden_size,
                help="Each unit has one memory cell and three gates.",
            )
            chosen["num_layers"] = st.number_input("Layers", 1, 8, network.num_layers)
            match = st.checkbox(
                "As many parameters as an LSTM",
                help="Chooses the units so that the encoder is as large as that of an LSTM with "
                "the units and layers above: a fair comparison.",
            )
            poolings = get_args(Pooling)
            chosen["pooling"] = st.selectbox(
                "Pooling",
                poolings,
                poolings.index(network.pooling),
                help="How the outputs at all words become one: the last one, their mean, the "
                "largest value of each unit, or the last two together.",
            )
            chosen["initial_memory"] = st.number_input(
                "Open gates (words)",
                0,
                100_000,
                network.initial_memory,
                help="How many words the gates of a fresh LSTM or GRU let it remember. 0 starts as "
                "torch does: half of the memory is gone after every word. See the Memory page.",
            )
        with names[2]:
            st.markdown("**Training**")
            chosen["epochs"] = st.number_input(
                "Epochs", 1, 1_000, training.epochs, help="Passes over the training reviews."
            )
            chosen["batch_size"] = st.number_input("Batch size", 1, 4_096, training.batch_size)
            chosen["learning_rate"] = st.number_input(
                "Learning rate",
                1e-6,
                1.0,
                training.learning_rate,
                format="%.4f",
                help="Size of a step. Too high and the loss jumps, too low and it crawls.",
            )
            chosen["seed"] = st.number_input(
                "Seed", 0, 2**32 - 1, training.seed, help="The same seed gives the same training."
            )
        if st.form_submit_button("Start training", type="primary", icon=":material/play_arrow:"):
            recipe = recipe_with(start, chosen)
            return matched_to_lstm(recipe) if match else recipe
    return None


def matched_to_lstm(recipe: Recipe) -> Recipe:
    from sentiment.networks.matching import as_large_as_the_lstm  # loads torch, so only now

    return replace(recipe, network=as_large_as_the_lstm(recipe.network))


def show_state(run: runs.Run, status: runs.Status) -> None:
    """How the run stands, and what can be done about it."""
    if status.active:
        waits = status.state == "queued"
        if waits:
            st.info(
                f"In line, place {run.place_in_line()}: it starts when those before have ended."
            )
        else:
            st.progress(status.progress, f"{status.stage} … {status.progress:.0%}")
        if run.asked_to_stop():
            st.caption("Stopping …")
        elif st.button(
            "Leave the line" if waits else "Stop training",
            icon=":material/stop:",
            help=None if waits else "Ends soon, keeps the best epoch, and can be resumed.",
        ):
            run.ask_to_stop()
            st.rerun()
        return
    if status.state in ("failed", "interrupted", "damaged"):
        web.show_error(status.message)
    elif status.state == "cancelled":
        st.info(status.message)
    else:
        st.success(f"{status.state.capitalize()}: {status.message}", icon=":material/check:")
    with st.container(horizontal=True):
        if run.can_resume() and st.button(
            "Resume",
            icon=":material/resume:",
            help="Goes on from the last checkpoint, to the same losses as if it had never ended.",
        ):
            runs.resume(run)
            st.rerun()
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


def show_run(run: runs.Run, status: runs.Status) -> None:
    """Curves, figures and state of one run."""
    events = run.events()
    steps, epochs = events.get("StepEvent", []), events.get("EpochEvent", [])
    show_state(run, status)
    if steps or epochs:
        now = (steps or epochs)[-1]
        best = max((epoch["valid_accuracy"] for epoch in epochs), default=None)
        web.metrics(
            Epoch=f"{now['epoch']}",
            Training_loss=f"{now.get('loss', now.get('train_loss')):.3f}",
            Best_validation_accuracy=f"{best:.1%}" if best else "after epoch 1",
            Words_per_second=f"{steps[-1]['words_per_second']:,.0f}" if steps else "–",
        )
        for column, measure in zip(st.columns(2), ("loss", "accuracy"), strict=True):
            column.altair_chart(
                training_curve(steps, epochs, measure, dark=web.is_dark()),
                key=f"curve_{measure}",
                alt=f"{measure} over training steps, {len(epochs)} epochs done.",
            )
    info = ModelInfo.read(run.model) if (run.model / "config.json").is_file() else None
    if events:
        show_findings(run, events, info)
    if info:
        show_results(run, info)


def show_findings(run: runs.Run, events: doctor.Events, info: ModelInfo | None) -> None:
    """What the doctor says, if anything is wrong."""
    findings = doctor.examine(
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


def show_results(run: runs.Run, info: ModelInfo) -> None:
    """What the finished model is worth on reviews it never saw."""
    metrics = info.metrics["test"]
    st.subheader("On the test part", anchor=False)
    figures, matrix = st.columns([1, 1])
    with figures:
        st.metric(
            "Accuracy",
            f"{metrics['accuracy']:.1%}",
            f"95 % interval {metrics['accuracy_low']:.1%} to {metrics['accuracy_high']:.1%}",
            delta_color="off",
            delta_arrow="off",
        )
        st.metric("F1", f"{metrics['f1']:.3f}")
        st.metric("ROC AUC", f"{metrics['auc']:.3f}")
        st.page_link(
            "pages/inspect.py",
            label="Inspect a review with it",
            icon=":material/search_insights:",
            query_params={"model": f"run {run.id}"},
        )
    matrix.altair_chart(
        confusion_matrix(metrics, dark=web.is_dark()),
        alt=f"Confusion matrix: {metrics['true_positives']} positive and "
        f"{metrics['true_negatives']} negative reviews right, {metrics['false_positives']} "
        f"negative called positive, {metrics['false_negatives']} positive called negative.",
    )


@st.fragment(run_every=POLL_SECONDS)
def follow(run: runs.Run) -> None:
    """The run, looked at again every second until it has ended."""
    with web.plain_errors():
        status = run.status()
        if not status.active:
            # The page draws how it ended: a button drawn by this timer's last tick would be gone
            # before the click on it arrives.
            st.rerun()
        show_run(run, status)


web.header(
    "Train",
    "Choose what to read and how, start, and watch the loss fall. Training is a process of its "
    "own: leave this page, or close it, and come back.",
)
all_runs = runs.all_runs()
busy = next((run for run in all_runs if run.status().active), None)
if busy:
    st.caption("One training runs at a time; what you start now waits in line.")
preset = st.segmented_control(
    "Start from",
    list(PRESETS),
    format_func=lambda name: PRESETS[name].title,
    default="sample",
    key="preset",
    required=True,
    bind="query-params",
)
st.caption(PRESETS[preset].description)
if PRESETS[preset].recipe.source == "imdb" and not find_archive():
    st.warning("This preset needs the IMDB archive.", icon=":material/download:")
    st.page_link("pages/reviews.py", label="Get it on the Reviews page")
with web.plain_errors():
    recipe = settings_form(preset)
    if recipe:
        st.query_params["run"] = runs.launch(recipe).id
        st.rerun()

if all_runs:
    ids = [run.id for run in all_runs]
    chosen = st.query_params.get("run", "")
    st.subheader("Runs", anchor=False)
    run = st.selectbox(
        "Run", all_runs, ids.index(chosen) if chosen in ids else 0, format_func=runs.Run.title
    )
    with web.plain_errors():
        status = run.status()
        if status.active:
            follow(run)
        else:
            show_run(run, status)
else:
    st.info("No run yet. The sample preset needs no download and takes less than a minute.")
