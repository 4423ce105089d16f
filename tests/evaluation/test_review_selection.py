"""Reviews that match filter, search and a model's mistakes, in order, as table and as CSV."""

import numpy as np
import pytest

from sentiment.corpus.review import Split
from sentiment.dataset.filters import ReviewFilter
from sentiment.dataset.prepare import prepare
from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.review_selection import ReviewSelection
from tests.classes import of_both


@pytest.fixture
def corpus(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    path = tmp_path / "films.csv"
    rows = [f"a {'fine' if n % 2 else 'poor'} film about no {n},{n % 2}" for n in range(80)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    return prepare(path)


@pytest.fixture
def predictions(corpus):
    """Every test review predicted Positive, each with its own confidence."""
    rows = corpus.rows(Split.TEST)
    return TestPredictions(
        rows=rows,
        labels=np.asarray(corpus.labels[rows]),
        lengths=corpus.lengths[rows],
        probabilities=of_both(np.linspace(0.6, 0.9, len(rows))),
    )


def test_filter_and_search_are_combined(corpus):
    matching = ReviewFilter(label="Positive").rows(corpus)
    assert ReviewSelection.of(corpus, matching).rows.tolist() == matching.tolist()
    found = np.union1d(corpus.search_index().rows('"no 7"'), corpus.search_index().rows('"no 8"'))
    assert ReviewSelection.of(corpus, matching, found).rows.tolist() == [7]


def test_mistakes_are_sorted_by_confidence(corpus, predictions):
    matching = ReviewFilter().rows(corpus)
    selection = ReviewSelection.of(corpus, matching, None, predictions)
    assert len(selection) == (predictions.labels == 0).sum() > 1
    assert (np.diff(selection.probabilities) < 0).all()
    assert {entry["label"] for entry in selection.table("")} == {"Negative"}
    assert not len(ReviewSelection.of(corpus, corpus.rows(Split.TRAIN), None, predictions))


def test_pages_cover_the_selection_once(corpus, predictions):
    for model in (None, predictions):
        selection = ReviewSelection.of(corpus, ReviewFilter().rows(corpus), None, model)
        pages = [selection.page(number, 3) for number in range(1, len(selection) // 3 + 2)]
        assert np.concatenate([page.rows for page in pages]).tolist() == selection.rows.tolist()
        assert pages[-1].table("") == selection.table("")[-len(pages[-1]) :]


def test_table_shows_the_match_and_csv_the_whole_text(corpus):
    selection = ReviewSelection.of(corpus, np.array([7, 8]))
    assert [entry["words"] for entry in selection.table("")] == [6, 6]
    assert "fine" in selection.table("")[0]["beginning"]
    assert "poor" in selection.table("film")[1]["match"]
    (row,) = selection.csv_rows(1)
    assert row["text"] == corpus.review(7).text
    assert (row["label"], row["drop_reason"]) == ("Positive", "kept")


def test_csv_has_the_prediction_that_the_table_shows(corpus, predictions):
    selection = ReviewSelection.of(corpus, ReviewFilter().rows(corpus), None, predictions)
    columns = ("predicted", "probability")
    shown = [[entry[name] for name in columns] for entry in selection.table("")]
    assert [[row[name] for name in columns] for row in selection.csv_rows(99)] == shown
    without = ReviewSelection.of(corpus, ReviewFilter().rows(corpus))
    assert not {*columns} & next(without.csv_rows(1)).keys()
