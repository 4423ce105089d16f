"""Statistics: the shipped ones are IMDB's, and any corpus gives figures one can count by hand."""

from collections import Counter

import numpy as np
import pytest

from sentiment.corpus.review import NEGATIVE, POSITIVE
from sentiment.encoding.statistics import IMDB_STATISTICS, CorpusStatistics
from sentiment.encoding.tokenize import tokenize
from sentiment.errors import CorpusError
from tests.corpora import small_corpus


def test_figures_equal_counting_by_hand(tmp_path):
    corpus = small_corpus(200, official=True, films=True)
    statistics = CorpusStatistics.of(corpus)
    statistics.save(tmp_path / "statistics.json")
    statistics = CorpusStatistics.load(tmp_path / "statistics.json")

    lengths = np.array([len(tokenize(text)) for text in corpus.texts])
    train = corpus.splits == 0
    for label in (NEGATIVE, POSITIVE):
        expected = lengths[train & (corpus.labels == label)]
        assert statistics.lengths("train", label).mean == pytest.approx(expected.mean())
    assert statistics.lengths().words == lengths.sum()

    words = Counter(w for text in corpus.texts[:100] for w in tokenize(text))
    assert statistics.distinct_words == len(words)
    assert statistics.total_words == words.total()
    assert statistics.words_once == sum(count == 1 for count in words.values())
    assert {top.word: top.total for top in statistics.top_words} == dict(words)
    assert [top.total for top in statistics.top_words] == sorted(words.values(), reverse=True)
    assert statistics.films == {"train": 25, "test": 25}


def test_the_shipped_statistics_are_of_all_of_imdb():
    statistics = CorpusStatistics.load()
    train = statistics.lengths("train")
    assert (train.reviews, train.shortest, train.longest) == (25_000, 10, 2_505)
    assert round(train.mean) == 238
    assert statistics.lengths("test").reviews == 25_000
    assert statistics.lengths("unlabelled").reviews == 50_000
    assert statistics.lengths("test", POSITIVE).reviews == 12_500
    duplicates = statistics.duplicates
    assert (duplicates.within_train, duplicates.within_test) == (96, 199)
    assert duplicates.test_also_in_train == 123
    assert statistics.films["train"] == 3_456
    assert IMDB_STATISTICS.stat().st_size < 1_000_000


def test_a_missing_or_damaged_file_says_how_to_make_it(tmp_path):
    with pytest.raises(CorpusError, match="python -m sentiment stats"):
        CorpusStatistics.load(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"name": "x"}')
    with pytest.raises(CorpusError, match="cannot be read"):
        CorpusStatistics.load(tmp_path / "bad.json")
