"""By-length view: test accuracy by the length of the review."""

import streamlit as st

from sentiment.charts import comparison as charts
from sentiment.evaluation.comparison import accuracy_by_length
from sentiment.evaluation.predictions import load_all
from sentiment.networks.model_folder import ModelInfo
from sentiment.web.bad_items import show_bad
from sentiment.web.shared_chart import shared


def show(models: dict[str, ModelInfo]) -> None:
    predictions, bad = load_all(models)
    show_bad(bad)
    bins = {name: accuracy_by_length(found) for name, found in predictions.items()}
    if not bins:
        st.info("None of these models has stored test predictions. Choose another model.")
        return
    architectures = {name: info.network.architecture for name, info in models.items()}
    st.altair_chart(
        shared(charts.accuracy_by_length)(bins, architectures),
        alt="Accuracy by length of the review: "
        + "; ".join(
            f"{name} {parts[0].accuracy:.1%} on the shortest, {parts[-1].accuracy:.1%} on the "
            "longest"
            for name, parts in bins.items()
        ),
    )
    st.caption(
        "If long-term dependencies determined the accuracy, the lines of networks that forget "
        "would fall to the right. The last bin contains truncated reviews: the models read their "
        "beginning and their end."
    )
