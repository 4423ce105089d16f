"""A word in context stands where the text has it."""

import pytest

from sentiment.corpus.review import LABEL_NAMES
from sentiment.dataset import concordance
from sentiment.dataset.concordance import AROUND, occurrences
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
        before = tokens[max(0, one.position - AROUND) : one.position]
        assert one.before.removeprefix("… ").split() == before
        after = tokens[one.position + 1 : one.position + 1 + AROUND]
        assert one.after.removesuffix(" …").split() == after
        assert one.label == LABEL_NAMES[review.label] == "Negative"


def test_a_rare_word_has_fewer_and_an_unknown_one_none(corpus):
    holding = [row for row in range(len(corpus)) if "lovely" in tokenize(corpus.review(row).text)]
    assert [one.row for one in occurrences(corpus, "lovely", 1_000)] == holding
    assert occurrences(corpus, "zxqv", 5) == []
    assert occurrences(corpus, "<unk>", 5) == []


def test_of_a_large_corpus_enough_is_looked_at_everywhere(corpus, monkeypatch):
    holding = [row for row in range(len(corpus)) if "lovely" in tokenize(corpus.review(row).text)]
    monkeypatch.setattr(concordance, "BLOCK", 100)
    monkeypatch.setattr(concordance, "FEWEST_BLOCKS", 4)
    looked_at = []
    monkeypatch.setattr(
        concordance.np, "flatnonzero", lambda hits: looked_at.append(1) or hits.nonzero()[0]
    )
    monkeypatch.setattr(concordance, "ENOUGH", 1)
    rows = [one.row for one in occurrences(corpus, "lovely", 4)]
    assert sum(looked_at) < len(corpus.ids) / 2  # not all of it
    assert set(rows) <= set(holding)
    assert min(rows) < len(corpus) / 3 and max(rows) > len(corpus) * 2 / 3
    assert [one.row for one in occurrences(corpus, "lovely", 1_000)] == holding
