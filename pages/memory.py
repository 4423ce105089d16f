"""Memory: how far back a network's verdict reaches."""

from collections.abc import Sequence

import streamlit as st

from sentiment.charts.comparison import memory_grid
from sentiment.charts.models import gradient_curves
from sentiment.encoding.settings import SequenceConfig
from sentiment.evaluation.shipped_tables import MemoryResult, MemoryTable
from sentiment.inspection.examples import EXAMPLES
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs import memory_experiment
from sentiment.web import cached, layout

POLL_SECONDS = 1.0
WORDS_READ = 400
READOUTS = {"the last state": "last", "the model's own pooling": "pooled"}


def show_gradients(models: dict[str, ModelInfo]) -> None:
    st.subheader("The gradient, word by word", anchor=False)
    st.markdown(
        "How much would the verdict change if a word were a little different? In training the "
        "answer, a gradient, is what a network learns from. Read at the last state, it has to come "
        "back through every step in between: if it **vanishes** on the way, the early words teach "
        "nothing."
    )
    left, right = st.columns(2)
    short = cached.short_names(models)
    matched = cached.matched_models(models)
    chosen = left.multiselect(
        "Models",
        list(models),
        default=matched or list(models)[:1],
        key="reach",
        bind="query-params",
        format_func=lambda name: short[name],
    )
    readout = right.segmented_control(
        "The verdict is read from",
        list(READOUTS),
        default="the last state",
        key="readout",
        required=True,
        bind="query-params",
        help="Mean and max pooling give every word a path to the verdict that skips the steps "
        "after it: one more cure for the vanishing gradient.",
    )
    layout.set_defaults(memory_text=EXAMPLES[4].text)
    text = st.text_area("Your review", key="memory_text", bind="query-params", height=100)
    if not chosen:
        st.info("Choose at least one model.")
        return
    reaches = cached.gradient_reaches(
        {short[name]: models[name] for name in chosen},
        text,
        SequenceConfig(sequence_length=WORDS_READ),
        READOUTS[readout],
    )
    what = st.segmented_control(
        "With respect to",
        ["the word vectors", "the hidden states"],
        default="the word vectors",
        key="respect",
        required=True,
        bind="query-params",
    )
    architectures = [models[name].network.architecture for name in chosen]
    for title, curves, found in (
        ("trained", reaches.trained, reaches.summary(reaches.trained)),
        ("untrained, as torch starts them", reaches.untrained, reaches.summary(reaches.untrained)),
    ):
        st.markdown(f"**{title.capitalize()}**")
        st.plotly_chart(
            gradient_curves(
                reaches.words,
                {
                    name: curve.words if what == "the word vectors" else curve.states["h"]
                    for name, curve in zip(reaches.names, curves, strict=True)
                },
                architectures,
                dark=layout.is_dark(),
            ),
            config={"displayModeBar": False},
            key=f"gradients_{title}",
            alt=f"Norm of the gradient at each word, {title}. {found}",
        )
        st.text(found)
    st.caption("A line on the floor of the chart stands for a gradient of nothing.")


def show_task() -> None:
    st.subheader("A task with a known answer", anchor=False)
    st.markdown(
        "The label is the **first token** of a sequence; then come *N* others that say nothing, "
        "and the verdict is read from the last state. Who is still right as *N* grows has "
        "remembered. One half is guessing. Networks with **open gates** start with their forget "
        "(LSTM) or update gates (GRU) nearly open; as torch starts them, half of the memory is "
        "gone after every step."
    )
    shipped = MemoryTable.read()
    show_table(shipped.results, "full")
    st.caption(
        f"LSTM of {shipped.units} units and the others with as many parameters, at most "
        f"{shipped.steps} steps of training, seeds {', '.join(map(str, shipped.seeds))}: "
        "`python -m sentiment memory --full`. Both directions are easy: the backward one reads "
        "the token last. A ResNet sees what lies within its receptive field."
    )
    st.markdown("**Live, a small version**")
    status = memory_experiment.job().status()
    if status.state == "running":
        follow_task()
        return
    if st.button("Train them now", icon=":material/play_arrow:", type="primary"):
        memory_experiment.launch()
        st.rerun()
    st.caption("About a minute: nine networks on three distances, in a process of its own.")
    if status.state == "failed":
        layout.show_error(status.message)
    if own := memory_experiment.results():
        st.caption(f"{len(own.results)} of {own.experiments} networks were trained.")
        show_table(own.results, "own")


def show_table(results: Sequence[MemoryResult], key: str) -> None:
    if results:
        last = max(result.distractors for result in results)
        right = sorted(
            {
                result.contender
                for result in results
                if result.distractors == last and result.accuracy > 0.9
            }
        )
        st.altair_chart(
            memory_grid(results, dark=layout.is_dark()),
            key=f"task_{key}",
            alt=f"Accuracy by number of distractors. At {last}, over 90 %: {', '.join(right)}.",
        )


@st.fragment(run_every=POLL_SECONDS)
def follow_task() -> None:
    job = memory_experiment.job()
    status = job.status()
    if status.state != "running":
        st.rerun()
    st.progress(status.progress, f"{status.done:.0f} of {status.total:.0f} networks trained")
    if st.button("Stop", icon=":material/stop:"):
        job.stop()
        st.rerun()
    if own := memory_experiment.results():
        show_table(own.results, "own")


layout.header(
    "Memory",
    "The plain RNN forgets, and the LSTM was invented against that. See how far back each network "
    "reaches: in the gradient, and in a task that nothing but memory can solve.",
)
with layout.show_errors():
    models = {
        name: info
        for name, info in cached.choose_models().items()
        if ARCHITECTURES[info.network.architecture].encoder
    }
    if models:
        show_gradients(models)
with layout.show_errors():
    show_task()
