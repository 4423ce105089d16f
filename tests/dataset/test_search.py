"""A search finds the same reviews as a scan over the tokens, for any query."""

import re
from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.corpus.sample import sample_corpus
from sentiment.dataset.filters import ReviewFilter, outside_cutoffs
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.search import MAX_INDEXES, index_folder, open_index, parse_query, passage
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.errors import CorpusError
from tests.corpora import small_corpus

ODD = [
    "The café was NAÏVE, wasn't it?<br /><br />Yes 😀 and 🤔🏽!",
    "cafe naive was not",
    "",
    "?!…",
    "Ein Haus, straße; Ελλάδα κόσμος; 映画 は 良い",
    'he said "no" - twice OR never AND NEAR(x)',
    "x" * 5_000,
    "null \0 byte and tab\t",
]


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


@pytest.fixture(scope="module")
def texts():
    return [*ODD, *sample_corpus().texts[:1_500]]


def contains(tokens: list[str], words: list[str], is_prefix: bool) -> bool:
    """Whether the phrase occurs anywhere: the slow way."""
    for start in range(len(tokens) - len(words) + 1):
        piece = tokens[start : start + len(words)]
        if piece[:-1] == words[:-1] and (
            piece[-1].startswith(words[-1]) if is_prefix else piece[-1] == words[-1]
        ):
            return True
    return False


@pytest.mark.parametrize(
    ("query", "required", "negated"),
    [
        ("film", ["film"], []),
        ("FILM The", ["film", "the"], []),
        ('"was not"', ["was not"], []),
        ("wasn't", ["wasn't"], []),
        ("wonder* story", ["wonder*", "story"], []),
        ("the -film", ["the"], ["film"]),
        ("-the", [], ["the"]),
        ('the -"the film" -story', ["the"], ["the film", "story"]),
        ("café", ["café"], []),
        ("naive", ["naive"], []),
        ("😀", ["😀"], []),
        ("🤔", ["🤔"], []),
        ("straße ελλάδα", ["straße", "ελλάδα"], []),
        ("映画", ["映画"], []),
        ("or and near", ["or", "and", "near"], []),
        ('"unfinished phrase', ["unfinished phrase"], []),
        ("no_such_word_anywhere qqq", ["no_such_word_anywhere", "qqq"], []),
    ],
)
def test_a_search_equals_a_scan(query, required, negated, texts):
    tokens = [tokenize(text) for text in texts]

    def matches(row: list[str]) -> bool:
        wanted = [(tokenize(term), term.endswith("*")) for term in required]
        unwanted = [(tokenize(term), False) for term in negated]
        return all(contains(row, *term) for term in wanted) and not any(
            contains(row, *term) for term in unwanted
        )

    expected = [number for number, row in enumerate(tokens) if matches(row)]
    found = open_index("scan", texts, len(texts)).rows(query)
    assert found.tolist() == expected


UNUSUAL_QUERIES = {  # -> matching rows of two texts; None: the query has no words
    '"': None,
    "'": None,
    "-": None,
    '-"': None,
    '""""': None,
    "(((": None,
    "* * *": None,
    "\ud800": None,
    "a AND": [],
    "film OR": [],
    "or OR": [1],
    "NEAR(": [1],
    "words:film": [],
    "^film": [0],
    "film)": [0],
    "{a}": [0, 1],
    "a\0b": [1],
    "; DROP TABLE reviews": [],
    "x" * 100_000: [],
}


@pytest.mark.parametrize(("query", "expected"), UNUSUAL_QUERIES.items(), ids=repr)
def test_query_syntax_of_the_database_has_no_effect(query, expected):
    found = open_index("odd", ["a film about words", "or a b near films"], 2).rows(query)
    assert (None if found is None else found.tolist()) == expected


def test_a_query_without_words_has_no_terms():
    assert open_index("a", ["one"], 1).rows("%( …") is None
    assert parse_query(' ? "" - ') == []


def test_an_index_is_built_once_and_the_oldest_are_deleted():
    read = []

    def texts(name: str):
        read.append(name)
        yield name

    for number in range(MAX_INDEXES + 3):
        open_index(f"c{number}", texts(f"c{number}"), 1)
        open_index("c0", texts("again"), 1)  # used again
    assert read == [f"c{number}" for number in range(MAX_INDEXES + 3)]
    kept = [number for number in range(MAX_INDEXES + 3) if index_folder(f"c{number}").exists()]
    assert len(kept) == MAX_INDEXES and 0 in kept and MAX_INDEXES + 2 in kept


def test_an_incomplete_index_is_never_used():
    def interrupted():
        yield "one"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index("half", interrupted(), 2)
    assert not index_folder("half").exists()
    assert open_index("half", ["one", "two"], 2).rows("two").tolist() == [1]


def test_a_damaged_index_raises():
    index = open_index("hurt", ["one"], 1)
    index.path.write_bytes(b"nonsense" * 1_000)
    with pytest.raises(CorpusError, match=re.escape(str(index.path))):
        index.rows("one")


def test_a_passage_contains_the_word():
    text = "slow " * 100 + "and then a Lovely<br />ending. " + "slow " * 100
    assert "Lovely ending" in passage(text, "lovely -slow")
    assert passage(text, "lovely").startswith("… ") and len(passage(text, "lovely")) < 170
    assert passage("short", "nothing") == "short"
    assert "WASN’T so" in passage("slow " * 100 + "it WASN’T so", "wasn't")


def test_a_filter_equals_plain_python(tmp_path):
    corpus = replace(
        small_corpus(300, official=True),
        ratings=np.tile(np.arange(1, 11), 30).astype(np.int8),
    )
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(corpus, PrepareConfig(min_length=8, max_length=25), fresh)
    made = PreparedCorpus.open(tmp_path / "made")
    reviews = [made.review(row) for row in range(len(made))]
    lengths = [len(tokenize(review.text)) for review in reviews]
    for review_filter, matches in (
        (ReviewFilter(), lambda n: True),
        (
            ReviewFilter(split="test", label="Negative"),
            lambda n: reviews[n].split == 2 and not reviews[n].label,
        ),
        (ReviewFilter(drop_reason="too short"), lambda n: made.drop_reasons[n] == DropReason.SHORT),
        (ReviewFilter(shortest=10, longest=12), lambda n: 10 <= lengths[n] <= 12),
        (ReviewFilter(stars=(7, 8)), lambda n: reviews[n].rating in (7, 8)),
        (ReviewFilter(split="nonsense"), lambda n: True),
    ):
        assert review_filter.rows(made).tolist() == [n for n in range(len(made)) if matches(n)]
    assert 0 < len(ReviewFilter(drop_reason="too short").rows(made)) < len(made)


@pytest.mark.slow
@pytest.mark.archive
def test_a_search_in_the_archive_equals_a_scan(monkeypatch):
    from sentiment.corpus.sources import find_archive, open_corpus

    if find_archive() is None:
        pytest.skip("no archive")
    texts = open_corpus("imdb").texts[::4]
    cleaned = [f" {' '.join(tokenize(text))} " for text in texts]
    index = open_index("imdb", texts, len(texts))
    for query, phrase in (("dreadful", "dreadful"), ('"not a good film"', "not a good film")):
        expected = [n for n, text in enumerate(cleaned) if f" {phrase} " in text]
        assert index.rows(query).tolist() == expected and expected


def test_reviews_outside_the_cutoffs_are_sorted_by_length(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    corpus = prepare("sample")
    rows = outside_cutoffs(corpus, 20, 60)
    lengths = corpus.lengths[rows]
    assert (np.diff(lengths) >= 0).all()
    assert len(rows) == ((corpus.lengths < 20) | (corpus.lengths > 60)).sum()
    test = outside_cutoffs(corpus, 20, 60, [Split.TEST])
    assert set(corpus.splits[test].tolist()) == {Split.TEST}
