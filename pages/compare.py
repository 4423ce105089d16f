"""Compare: every architecture on the same reviews, and on yours."""

from typing import Any

import streamlit as st

from sentiment.charts.comparison import accuracy_by_length as length_chart
from sentiment.charts.comparison import accuracy_intervals, table_frame
from sentiment.charts.models import model_lines, model_rows
from sentiment.encoding.settings import SequenceConfig
from sentiment.evaluation.claims import shipped_claims
from sentiment.evaluation.comparison import (
    COMPARED_PREFIX,
    accuracy_by_length,
    p_value_text,
    paired,
    seed_figures,
    table_row,
)
from sentiment.evaluation.predictions import TestPredictions
from sentiment.inspection.examples import EXAMPLES
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import cached, layout

VIEWS = ("Figures", "One review", "By length", "Claims")
WORDS_READ = 400  # of a typed review, by every model


def show_figures(models: dict[str, ModelInfo]) -> None:
    rows = [table_row(info) | {"model": name} for name, info in models.items()]
    if measured := [row for row in rows if row["accuracy"] is not None]:
        seeds = {
            row["model"]: seed_figures().get(row["architecture"], ())[1:]  # the first ships
            for row in measured
            if models[row["model"]].name.startswith(COMPARED_PREFIX)
        }
        st.altair_chart(
            accuracy_intervals(measured, seeds, dark=layout.is_dark()),
            alt="Test accuracy with its 95 % interval: "
            + ", ".join(f"{row['model']} {row['accuracy']:.1%}" for row in measured),
        )
        st.caption(
            "Dot and line: the model and its 95 % interval on the test reviews. Rings: the same "
            "recipe started from other seeds, which is how much of a difference is luck."
        )
    show_table(rows)
    show_paired_test(models)


def show_table(rows: list[dict[str, Any]]) -> None:
    number = st.column_config.NumberColumn
    st.dataframe(
        table_frame(rows),
        hide_index=True,
        column_config={
            "model": st.column_config.TextColumn("Model", pinned=True),
            "accuracy": number("Accuracy", format="%.2f %%"),
            "accuracy_low": number("from", format="%.2f %%", help="of the 95 % interval"),
            "accuracy_high": number("to", format="%.2f %%", help="of the 95 % interval"),
            "auc": number("AUC", format="%.4f", help="Area under the ROC curve"),
            "calibration_error": number(
                "Calibration error",
                format="%.2f %%",
                help="How far stated probabilities are from how often they are right, on average",
            ),
            "parameters": number("Parameters", format="localized"),
            "encoder_parameters": number(
                "of these, encoder", format="localized", help="Matched in the comparison"
            ),
            "train_seconds": number(
                "Training (s)",
                format="%.0f",
                help="At the speed in the next column; of a run's model, by its own clock",
            ),
            "words_per_second": number(
                "Words/s",
                format="localized",
                help="While training: the models that ship side by side on the developers' "
                "machine, a run's model on yours",
            ),
            "milliseconds_per_review": number(
                "ms/review", format="%.2f", help="One review by itself, measured likewise"
            ),
            "bytes": number("Size", format="bytes"),
        },
    )


def show_paired_test(models: dict[str, ModelInfo]) -> None:
    st.subheader("Is the difference real?", anchor=False)
    tested = {
        name: predictions
        for name, info in models.items()
        if (predictions := TestPredictions.load(info.folder))
    }
    if len(tested) < 2:
        st.info("Choose two models that were tested on the same reviews.")
        return
    left, right = st.columns(2)
    first = left.selectbox("Model", list(tested), key="first", bind="query-params")
    others = [name for name in tested if name != first]
    second = right.selectbox("against", others, key="second", bind="query-params")
    result = paired(tested[first], tested[second])
    if not result.reviews:
        st.info("These two were tested on different reviews.")
        return
    layout.metrics(
        Both_right=f"{result.both:,}",
        Only_the_first=f"{result.only_first:,}",
        Only_the_second=f"{result.only_second:,}",
        Both_wrong=f"{result.neither:,}",
        McNemar_p=p_value_text(result.p_value).removeprefix("= "),
    )
    st.text(result.finding(first, second))


def show_review(models: dict[str, ModelInfo]) -> None:
    from sentiment.inspection.side_by_side import side_by_side

    layout.set_defaults(compare_text=EXAMPLES[2].text)
    text = st.text_area("Your review", key="compare_text", bind="query-params", height=100)
    readers = {name: cached.predictor(info) for name, info in models.items()}
    read = side_by_side(readers, text, SequenceConfig(sequence_length=WORDS_READ))
    architectures = [models[name].network.architecture for name in read.names]
    with st.container(border=True):
        st.text(read.verdict)
        split = int(read.disagreement.sum())
        st.caption(f"After {split} of {len(read.words)} words they do not agree.")
    st.caption("The probability of Positive, had the review ended after each word:")
    st.plotly_chart(
        model_lines(
            read.words, read.names, architectures, read.probabilities, dark=layout.is_dark()
        ),
        config={"displayModeBar": False},
        alt=f"Probability of Positive after each word, a line a model. {read.verdict}",
    )
    st.plotly_chart(
        model_rows(
            read.words,
            read.names,
            read.probabilities,
            "P(Positive)",
            around_half=True,
            dark=layout.is_dark(),
        ),
        config={"displayModeBar": False},
        alt="The same as rows of color, blue for Positive.",
    )
    st.caption(
        "How far each word moved the state of the network, as a share of the largest step. Of a "
        "backward direction, the step on its way to the front."
    )
    st.plotly_chart(
        model_rows(
            read.words,
            read.names,
            read.state_changes,
            "moved",
            around_half=False,
            dark=layout.is_dark(),
        ),
        config={"displayModeBar": False},
        alt="How far each word moved each model's state, a row a model.",
    )


def show_lengths(models: dict[str, ModelInfo]) -> None:
    bins = {
        name: accuracy_by_length(predictions)
        for name, info in models.items()
        if (predictions := TestPredictions.load(info.folder))
    }
    if not bins:
        st.info("None of the chosen models kept what it said about its test reviews.")
        return
    architectures = {name: info.network.architecture for name, info in models.items()}
    st.altair_chart(
        length_chart(bins, architectures, dark=layout.is_dark()),
        alt="Accuracy by length of the review: "
        + "; ".join(
            f"{name} {parts[0].accuracy:.1%} on the shortest, {parts[-1].accuracy:.1%} on the "
            "longest"
            for name, parts in bins.items()
        ),
    )
    st.caption(
        "If long-term dependencies were what decides, the lines of networks that forget would "
        "fall to the right. The last bin holds the reviews that were cut: the beginning and the "
        "end were read."
    )


def show_claims() -> None:
    st.markdown("What the article says of these networks, and what was measured here.")
    for claim in shipped_claims():
        with st.container(border=True):
            st.markdown(f"**{claim.text}** :{claim.color}-badge[{claim.verdict}]")
            st.markdown(claim.evidence)


layout.header(
    "Compare",
    "Every architecture the article names, trained alike: the same reviews, the same word vectors "
    "and as many parameters in every encoder.",
)
with layout.show_errors():
    models = cached.choose_models()
if not models:
    st.info("There is no model yet. Train one on the sample corpus, it takes less than a minute.")
    st.page_link("pages/train.py", label="Train a network", icon=":material/model_training:")
    st.stop()
view = st.segmented_control(
    "View", VIEWS, default=VIEWS[0], key="view", required=True, bind="query-params"
)
if view == "Claims":
    with layout.show_errors():
        show_claims()
    st.stop()
matched, short = cached.matched_models(models), cached.short_names(models)
chosen = st.multiselect(
    "Models",
    list(models),
    default=matched or list(models)[:2],
    format_func=lambda name: short[name],
    key="models",
    bind="query-params",
    help="  \n".join(f"**{entry.title}**: {entry.description}" for entry in ARCHITECTURES.values()),
)
if not chosen:
    st.info("Choose at least one model.")
    st.stop()
picked = {short[name]: models[name] for name in chosen}
with layout.show_errors():
    {"Figures": show_figures, "One review": show_review, "By length": show_lengths}[view](picked)
