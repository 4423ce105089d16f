"""Browser for the reviews of a corpus: search, filters, list, one review in full."""

from pathlib import Path

import streamlit as st

from sentiment.corpus.classes import UNLABELLED, Classes
from sentiment.corpus.export import csv_of
from sentiment.corpus.review import Review, Split
from sentiment.dataset.corrections import LabelState
from sentiment.dataset.filters import ALL_STARS, LONGEST, ReviewFilter
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.search import SearchIndex, index_folder, is_indexed
from sentiment.encoding.outliers import DropReason
from sentiment.evaluation.predictions import FILE, PREDICTIONS, TestPredictions
from sentiment.evaluation.review_selection import ReviewSelection
from sentiment.listing import list_items
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import stage_of
from sentiment.web import cached, heavy, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.download import offer_file
from sentiment.web.layout import escaped
from sentiment.web.review_card import open_in_inspect
from sentiment.wording import counted

PAGE_SIZE = 100  # reviews
INDEXED_AT_ONCE = 10_000  # reviews; a link to a search indexes no more without a click
MOST_EXPORTED = 10_000  # reviews in one CSV file
ANY, NO_MODEL = "any", "no model"  # where nothing is chosen
LABEL_STATES = {
    LabelState.CORRECTED: " :blue-badge[label corrected]",
    LabelState.CONFIRMED: " :gray-badge[label confirmed]",
}
COLUMNS = {
    "probability": st.column_config.NumberColumn(format="percent"),
    "words": st.column_config.NumberColumn(format="localized"),
}

# Parameters of the link for the filters.
FILTERS = {
    "reviews_split",
    "label",
    "drop_reason",
    "misclassified_by",
    "shortest",
    "longest",
    "stars",
}


@st.fragment
def browse(corpus: PreparedCorpus) -> None:
    """The whole view; as a fragment, so that its controls do not redraw the page around it."""
    if made := corpus.report.corrections:
        st.caption(f"Corrections: {', '.join(made)}. Make or undo them under Quality.")
    query = st.text_input(
        "Search",
        key="search",
        placeholder='wonderful "not a good film" bor* -ending',
        bind="query-params",
        help='Several words: reviews with all of them. "A phrase": these words in this order. '
        "begin*: words with this beginning. -word: reviews without it. Case and punctuation are "
        "ignored.",
    )
    filtered = bool(FILTERS & set(st.query_params))
    with st.expander("Filters", icon=":material/filter_alt:", expanded=filtered):
        review_filter, model = _choose_filter(corpus)
    with layout.show_errors():
        matching = review_filter.rows(corpus)
        found = None
        if query.strip():
            index = _index(corpus)
            found = index.rows(query) if index else None
            if index and found is None:
                st.caption("The search contains no word, so it is ignored.")
        predictions = _predictions_of(cached.readable_models().get(model or ""), corpus)
    selection = ReviewSelection.of(corpus, matching, found, predictions)
    if not len(selection):
        st.info("No review matches. Loosen a filter above.", icon=":material/filter_alt_off:")
        if predictions is not None:
            st.caption("Predictions exist for the test split only.")
        return
    page = _choose_page(selection, sorted_by_confidence=predictions is not None)
    _show_list(selection, page, query, model, key=f"{query}_{review_filter}")


def _choose_page(selection: ReviewSelection, *, sorted_by_confidence: bool) -> int:
    st.caption(
        f"{counted(len(selection), 'review')} "
        + ("matches" if len(selection) == 1 else "match")
        + (", most confident mistakes first" if sorted_by_confidence else "")
        + ". Select a row to read the review."
    )
    pages = -(-len(selection) // PAGE_SIZE)
    return min(st.pagination(pages, key="page", bind="query-params"), pages) if pages > 1 else 1


def _show_list(
    selection: ReviewSelection, page: int, query: str, model: str | None, key: str
) -> None:
    """key: another one clears the selected row."""
    shown = selection.page(page, PAGE_SIZE)
    selected = layout.choose_row(
        shown.table(query),
        f"selected_{key}_{model}_{page}",
        height=320,
        column_config=COLUMNS,
    )
    part = f" (first {MOST_EXPORTED:,})" if len(selection) > MOST_EXPORTED else ""
    offer_file(
        f"Download CSV{part}", lambda: csv_of(selection.csv_rows(MOST_EXPORTED)), "reviews.csv"
    )
    place = selected or 0
    row = int(shown.rows[place])
    state = LabelState(int(selection.corpus.label_states[row]))
    show_review(
        selection.corpus.review(row),
        selection.corpus.classes,
        shown.drop_reason(place),
        model,
        state,
    )


def _choose_filter(corpus: PreparedCorpus) -> tuple[ReviewFilter, str | None]:
    """The filter, and the model whose mistakes are listed."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = _choice(
            "Split", "reviews_split", [one.title for one in Split if (corpus.splits == one).any()]
        )
        names = [corpus.classes.name(code) for code in (*corpus.classes.codes, UNLABELLED)]
        label = _choice("Label", "label", names)
        drop_reason = _choice(
            "Drop reason",
            "drop_reason",
            [reason.title for reason in DropReason],
            "Kept reviews are used for training and test. The others are dropped for the reason "
            "that you choose here.",
        )
        model = st.selectbox(
            "Misclassified by",
            _tested_models(corpus),
            index=None,
            placeholder=NO_MODEL,
            key="misclassified_by",
            bind="query-params",
            help="Shows the test reviews that this model misclassifies, the most confident "
            "mistakes first. The list has the models that were tested on this corpus.",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shortest = st.number_input(
            "Shortest (words)", 0, LONGEST, 0, key="shortest", bind="query-params"
        )
        longest = st.number_input(
            "Longest (words)",
            0,
            None,
            None,
            key="longest",
            placeholder="no limit",
            bind="query-params",
        )
        stars = ALL_STARS
        if corpus.ratings.any():
            stars = st.slider("Stars", *ALL_STARS, ALL_STARS, key="stars", bind="query-params")
    longest = LONGEST if longest is None else longest
    return ReviewFilter(split, label, drop_reason, shortest, longest, stars), model


def _choice(title: str, key: str, options: list[str], help: str | None = None) -> str | None:
    return st.selectbox(
        title, options, index=None, placeholder=ANY, key=key, bind="query-params", help=help
    )


def _index(corpus: PreparedCorpus) -> SearchIndex | None:
    """The index; None before the visitor has asked for that of a large corpus."""
    if is_indexed(corpus.content):
        return corpus.search_index()
    if len(corpus) > INDEXED_AT_ONCE and not st.button(
        "Index the reviews",
        key="index",
        icon=":material/manage_search:",
        help="A search needs an index. It is built once; for 50,000 reviews, in several seconds.",
    ):
        return None
    return heavy.run(
        ("index", index_folder(corpus.content)),
        lambda progress: corpus.search_index(stage_of(progress, "Indexing")),
    )


@st.cache_resource(max_entries=40, show_spinner=False)
def _load_predictions(
    folder: str, checksum: str, _corpus: PreparedCorpus, content: str
) -> TestPredictions | None:
    predictions = TestPredictions.load(Path(folder))
    return predictions if predictions and predictions.belong_to(_corpus) else None


def _predictions_of(info: ModelInfo | None, corpus: PreparedCorpus) -> TestPredictions | None:
    """The predictions of a model, None if it was not tested on this corpus."""
    if info is None:
        return None
    return _load_predictions(str(info.folder), info.checksum, corpus, corpus.content)


def _tested_models(corpus: PreparedCorpus) -> list[str]:
    models = cached.readable_models()
    names = {info.folder / FILE: name for name, info in models.items()}
    listed = list_items(
        PREDICTIONS,
        names,
        lambda path: names[path] if _predictions_of(models[names[path]], corpus) else None,
    )
    show_bad(listed.bad)
    return listed.items


def show_review(
    review: Review,
    classes: Classes,
    drop_reason: DropReason,
    model: str | None = None,
    label_state: LabelState = LabelState.AS_READ,
) -> None:
    """One review in full, with a link to Inspect."""
    decided = LABEL_STATES.get(label_state, "")
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{escaped(classes.name(review.label))}**"
                + (f", {review.rating} of 10 stars" if review.rating else "")
                + f" :gray-badge[{drop_reason.title}]{decided}"
            )
            st.text(review.name)
            open_in_inspect(review.text, model or "")
        st.text(review.text.replace("<br />", "\n"))
