"""Reading: search the reviews of a corpus, filter them, leaf through them, read one."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import streamlit as st

from sentiment.corpus.export import csv_of
from sentiment.corpus.review import LABEL_NAMES, Review, Split
from sentiment.dataset.filters import ALL_STARS, ANY, LONGEST, ReviewFilter
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.search import SearchIndex, passage, terms_of
from sentiment.encoding.outliers import DropReason
from sentiment.errors import ModelError
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached, layout

PAGE = 100  # reviews listed at once
EXPORTED = 10_000  # reviews at most in one file
LONGEST_LINK = 2_000  # characters of a review that go into a link
NOBODY = "no model"


@st.fragment
def browse(corpus: PreparedCorpus) -> None:
    """The whole view; each control draws it anew and not the page around it."""
    query = st.text_input(
        "Search",
        key="words",
        placeholder='wonderful "not a good film" bor* -ending',
        bind="query-params",
        help='All these words; "words in this order"; the beginning* of a word; -without this '
        "word. Upper case and punctuation do not matter.",
    )
    selection, model = _filters(corpus)
    with layout.show_errors():
        rows = selection.rows(corpus)
        if query.strip():
            found = _index(corpus).rows(query)
            if found is None:
                st.caption("There is no word in what you search for, so nothing is searched.")
            else:
                rows = np.intersect1d(rows, found, assume_unique=True)
        said = _mistakes(corpus, model)
    if said is not None:
        among = said.rows[np.isin(said.rows, rows)]
        wrong, rows = said.of(among), among
    if not len(rows):
        st.info("No review fits. Loosen a filter above.", icon=":material/filter_alt_off:")
        if said is not None and selection.part not in (ANY, Split.TEST.title):
            st.caption("What a model said is kept for the test part only.")
        return
    pages = -(-len(rows) // PAGE)
    st.caption(
        f"{len(rows):,} reviews fit"
        + (", those it was surest of first" if said is not None else "")
        + ". Choose a row to read it."
    )
    page = 1
    if pages > 1:
        page = min(st.pagination(pages, key="page", bind="query-params"), pages)
    shown = slice((page - 1) * PAGE, page * PAGE)
    reviews = [corpus.review(int(row)) for row in rows[shown]]
    table: list[dict[str, object]] = [
        {
            "review": review.name,
            "label": LABEL_NAMES[review.label],
            **({"stars": review.rating or None} if corpus.ratings.any() else {}),
            "words": int(corpus.lengths[row]),
            "around what was found" if terms_of(query) else "begins": passage(review.text, query),
        }
        for review, row in zip(reviews, rows[shown], strict=True)
    ]
    if said is not None:
        for line, probability in zip(table, wrong.probabilities[shown], strict=True):
            line["probability of Positive"] = float(probability)
    chosen = st.dataframe(
        table,
        # Another list starts with nothing chosen.
        key=f"chosen_{query}_{selection}_{model}_{page}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=320,
        column_config={
            "probability of Positive": st.column_config.NumberColumn(format="percent"),
            "words": st.column_config.NumberColumn(format="localized"),
        },
    ).selection.rows
    st.download_button(
        "Download as CSV" if len(rows) <= EXPORTED else f"Download the first {EXPORTED:,} as CSV",
        lambda: csv_of(_exported(corpus, rows[:EXPORTED])),
        "reviews.csv",
        "text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    number = chosen[0] if chosen and chosen[0] < len(reviews) else 0
    show_review(reviews[number], DropReason(int(corpus.drop_reasons[rows[shown][number]])), model)


def _exported(corpus: PreparedCorpus, rows: np.ndarray) -> Iterator[dict[str, object]]:
    for row in rows.tolist():
        review = corpus.review(row)
        yield {
            "review": review.name,
            "part": review.split.title,
            "label": LABEL_NAMES[review.label],
            "drop_reason": DropReason(int(corpus.drop_reasons[row])).title,
            "stars": review.rating or "",
            "text": review.text,
        }


def _filters(corpus: PreparedCorpus) -> tuple[ReviewFilter, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = _choice(
            "Part", "part", [split.title for split in Split if (corpus.splits == split).any()]
        )
        label = _choice("Label", "label", list(LABEL_NAMES.values()))
        drop_reason = _choice(
            "Dropped because",
            "drop_reason",
            [drop_reason.title for drop_reason in DropReason],
            "Kept reviews are what the network sees; the others were dropped, and why.",
        )
        model = st.selectbox(
            "Wrong under",
            [NOBODY, *_judges(corpus)],
            key="wrong_under",
            bind="query-params",
            help="Reviews of the test part that this model got wrong, the surest first. Models "
            "are listed that were tested on this corpus.",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shortest = st.number_input(
            "Words, at least", 0, LONGEST, 0, key="words_min", bind="query-params"
        )
        longest = st.number_input(
            "Words, at most",
            0,
            None,
            None,
            key="words_max",
            placeholder="no limit",
            bind="query-params",
        )
        stars = ALL_STARS
        if corpus.ratings.any():
            stars = st.slider("Stars", *ALL_STARS, ALL_STARS, key="stars", bind="query-params")
    longest = LONGEST if longest is None else longest
    return ReviewFilter(part, label, drop_reason, shortest, longest, stars), model


def _choice(title: str, key: str, options: list[str], meaning: str | None = None) -> str:
    return st.selectbox(title, [ANY, *options], key=key, bind="query-params", help=meaning)


def _index(corpus: PreparedCorpus) -> SearchIndex:
    with layout.progress_bar() as progress:
        return corpus.search_index(lambda done, total: progress("Indexing", done, total))


@st.cache_resource(max_entries=40, show_spinner=False)
def _predictions(
    folder: str, checksum: str, _corpus: PreparedCorpus, of: str
) -> TestPredictions | None:
    try:
        said = TestPredictions.load(Path(folder))
    except ModelError:
        return None
    return said if said and said.belong_to(_corpus) else None


def _said(info: ModelInfo, corpus: PreparedCorpus) -> TestPredictions | None:
    return _predictions(str(info.folder), str(info.checksums), corpus, corpus.content)


def _judges(corpus: PreparedCorpus) -> list[str]:
    """Models whose predictions of these very reviews are kept."""
    return [name for name, info in cached.choose_models().items() if _said(info, corpus)]


def _mistakes(corpus: PreparedCorpus, model: str) -> TestPredictions | None:
    info = cached.choose_models().get(model)
    said = _said(info, corpus) if info else None
    return said.most_confident_mistakes(len(said)) if said else None


def show_review(review: Review, drop_reason: DropReason, model: str = NOBODY) -> None:
    """One review, whole, with a way to Inspect."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{LABEL_NAMES[review.label]}**"
                + (f", {review.rating} of 10 stars" if review.rating else "")
                + f" :gray-badge[{drop_reason.title}]"
            )
            st.text(review.name)
            open_in_inspect(review.text, "" if model == NOBODY else model)
        st.text(review.text.replace("<br />", "\n"))


def open_in_inspect(text: str, model: str = "", key: str = "read") -> None:
    """A link that brings a review to Inspect; what is too long for a link goes by the session."""
    label, icon = "Open in Inspect", ":material/search_insights:"
    params = {"model": model} if model else {}
    if len(text) <= LONGEST_LINK:
        st.page_link(
            "pages/inspect.py", label=label, icon=icon, query_params={**params, "text": text}
        )
    elif st.button(label, icon=icon, key=f"inspect_{key}", type="tertiary"):
        st.session_state.text = text
        st.switch_page("pages/inspect.py", query_params=params)
