"""Occurrences match the tokenized reviews."""

import pytest

from sentiment.dataset import concordance
from sentiment.dataset.concordance import CONTEXT, occurrences
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.tokenize import tokenize
from tests.corpora import small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prepared")
    encode_corpus(small_corpus(200), PrepareConfig(), folder)
    return PreparedCorpus.open(folder)


def test_every_occurrence_is_in_its_review(corpus):
    found = occurrences(corpus, "awful", 15)
    assert len(found) == 15 == len({one.row for one in found})
    for one in found:
        review = corpus.review(one.row)
        tokens = tokenize(review.text)
        assert tokens[one.position] == one.word == "awful"
        before = tokens[max(0, one.position - CONTEXT) : one.position]
        assert one.before.removeprefix("… ").split() == before
        after = tokens[one.position + 1 : one.position + 1 + CONTEXT]
        assert one.after.removesuffix(" …").split() == after
        assert one.label == corpus.classes.name(review.label) == "Negative"


def test_rare_and_unknown_words(corpus):
    holding = [row for row in range(len(corpus)) if "lovely" in tokenize(corpus.review(row).text)]
    assert [one.row for one in occurrences(corpus, "lovely", 1_000)] == holding
    assert occurrences(corpus, "zxqv", 5) == []
    assert occurrences(corpus, "<unk>", 5) == []


def test_a_large_corpus_is_searched_in_part_but_evenly(corpus, monkeypatch):
    holding = [row for row in range(len(corpus)) if "lovely" in tokenize(corpus.review(row).text)]
    monkeypatch.setattr(concordance, "BLOCK", 100)
    monkeypatch.setattr(concordance, "MIN_BLOCKS", 4)
    searched = []
    monkeypatch.setattr(
        concordance.np, "flatnonzero", lambda hits: searched.append(1) or hits.nonzero()[0]
    )
    monkeypatch.setattr(concordance, "CANDIDATES_PER_RESULT", 1)
    rows = [one.row for one in occurrences(corpus, "lovely", 4)]
    assert sum(searched) < len(corpus.ids) / 2
    assert set(rows) <= set(holding)
    assert min(rows) < len(corpus) / 3 and max(rows) > len(corpus) * 2 / 3
    assert [one.row for one in occurrences(corpus, "lovely", 1_000)] == holding
