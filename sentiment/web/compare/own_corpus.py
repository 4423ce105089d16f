"""Own-corpus view: evaluation of the chosen models on all labelled reviews of a corpus."""

from typing import TYPE_CHECKING

import streamlit as st

from sentiment.charts.comparison import accuracy_intervals
from sentiment.corpus.sources import IMDB, find_archive, fingerprint_of
from sentiment.dataset.corpora import RegisteredCorpus, corpora
from sentiment.evaluation.comparison import table_row
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress
from sentiment.web import heavy, layout
from sentiment.web.compare.metrics import show_table
from sentiment.web.shared_chart import shared
from sentiment.wording import counted, counts_by_name

if TYPE_CHECKING:
    from sentiment.evaluation.source import SourceEvaluation


@st.cache_resource(max_entries=50, show_spinner=False)
def _place(checksum: str, fingerprint: str, table: str) -> "dict[str, SourceEvaluation]":
    return {}


def show(models: dict[str, ModelInfo]) -> None:
    st.markdown("Evaluate the models on all labelled reviews of a corpus, for example a test file.")
    registered = {
        name: corpus
        for name, corpus in corpora().items()
        if corpus.source != IMDB or find_archive()
    }
    own = [name for name, corpus in registered.items() if corpus.is_custom]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            "Corpus",
            list(registered),
            list(registered).index(own[-1]) if own else 0,
            key="corpus",
            bind="query-params",
            help="The evaluation uses every labelled review: it does not split the corpus, and it "
            "drops no review for its length.",
        )
        layout.link_to("sources", "Add a test file", "library_add")
    corpus = registered[name]
    places = {model: _place_of(info, corpus) for model, info in models.items()}
    if not all(places.values()):
        if not st.button("Evaluate", type="primary", icon=":material/speed:"):
            return
        for model, info in models.items():
            if not places[model]:
                _evaluate(places[model], model, info, corpus)
        st.rerun()
    _show_results(models, {model: place["result"] for model, place in places.items()})


def _place_of(info: ModelInfo, corpus: RegisteredCorpus) -> "dict[str, SourceEvaluation]":
    table = str(sorted(corpus.table.options().items()))
    return _place(info.checksum, fingerprint_of(corpus.source), table)


def _evaluate(
    place: "dict[str, SourceEvaluation]", model: str, info: ModelInfo, corpus: RegisteredCorpus
) -> None:
    from sentiment.evaluation.source import evaluate_whole

    def evaluate(progress: StageProgress) -> "SourceEvaluation":
        return evaluate_whole(
            info,
            corpus.source,
            corpus.table,
            progress=lambda stage, done, total: progress(f"{model} · {stage}", done, total),
        )

    heavy.result_in(place, evaluate)


def _show_results(models: dict[str, ModelInfo], found: "dict[str, SourceEvaluation]") -> None:
    rows = []
    for name, info in models.items():
        row = table_row(info) | {"model": name}
        metrics = found[name].metrics.to_json()
        rows.append(row | {key: metrics[key] for key in row.keys() & metrics.keys()})
    st.altair_chart(
        shared(accuracy_intervals)(rows, {name: [] for name in models}),
        alt="Accuracy with its 95% interval: "
        + ", ".join(f"{row['model']} {row['accuracy']:.1%}" for row in rows),
    )
    first = next(iter(found.values()))
    counts = [sum(row) for row in first.metrics.confusion]
    names = next(iter(models.values())).classes.names
    listed = layout.escaped(counts_by_name(dict(zip(names, counts, strict=True))))
    share = max(counts) / first.metrics.reviews
    more = f" {first.without_words:,} more have no words." if first.without_words else ""
    if first.rejected:
        more += f" {first.rejected:,} rows were rejected; the Sources page lists the reasons."
    st.caption(
        f"{counted(first.metrics.reviews, 'review')}: {listed}. A model that always predicts the "
        f"most frequent class has an accuracy of {share:.1%}.{more}"
    )
    for name, result in found.items():
        if result.in_training:
            st.warning(
                f"{result.in_training:,} of these reviews are in the training data of "
                f"{layout.escaped(name)}, so its accuracy is too high.",
                icon=":material/warning:",
            )
    show_table(rows)
