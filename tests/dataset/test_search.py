"""Searching finds what a plain scan over the tokens finds, whatever is typed."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.corpus.sample import sample_corpus
from sentiment.dataset.filters import ReviewFilter, outside_cutoffs
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.search import KEPT_INDEXES, index_folder, open_index, passage, terms_of
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


def has(tokens: list[str], words: list[str], begins: bool) -> bool:
    """The slow way: does the phrase stand anywhere?"""
    for start in range(len(tokens) - len(words) + 1):
        piece = tokens[start : start + len(words)]
        if piece[:-1] == words[:-1] and (
            piece[-1].startswith(words[-1]) if begins else piece[-1] == words[-1]
        ):
            return True
    return False


@pytest.mark.parametrize(
    ("query", "wanted", "unwanted"),
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
def test_what_is_found_is_what_a_plain_scan_finds(query, wanted, unwanted, texts):
    tokens = [tokenize(text) for text in texts]

    def fits(row: list[str]) -> bool:
        asked = [(tokenize(term), term.endswith("*")) for term in wanted]
        left_out = [(tokenize(term), False) for term in unwanted]
        return all(has(row, *term) for term in asked) and not any(
            has(row, *term) for term in left_out
        )

    expected = [number for number, row in enumerate(tokens) if fits(row)]
    found = open_index("scan", texts, len(texts)).rows(query)
    assert found.tolist() == expected


NONSENSE = ['"', "'", "a AND", "NEAR(", "words:film", "^film", "film)", "* * *", "{a}", "a\0b", "-"]
NONSENSE += ['""""', "film OR", "x" * 100_000, '-"', "(((", "; DROP TABLE reviews", "\ud800"]


@pytest.mark.parametrize("query", NONSENSE)
def test_no_query_is_an_error(query):
    texts = ["a film about words", "or a b near films"]
    found = open_index("odd", texts, len(texts)).rows(query)
    assert found is None or set(found.tolist()) <= {0, 1}


def test_what_has_no_words_is_not_a_query():
    assert open_index("a", ["one"], 1).rows("%( …") is None
    assert terms_of(' ? "" - ') == []


def test_an_index_is_made_once_and_old_ones_go():
    asked = []

    def texts(name: str):
        asked.append(name)
        yield name

    for number in range(KEPT_INDEXES + 3):
        open_index(f"c{number}", texts(f"c{number}"), 1)
        open_index("c0", texts("again"), 1)  # still used
    assert asked == [f"c{number}" for number in range(KEPT_INDEXES + 3)]
    kept = [number for number in range(KEPT_INDEXES + 3) if index_folder(f"c{number}").exists()]
    assert len(kept) == KEPT_INDEXES and 0 in kept and KEPT_INDEXES + 2 in kept


def test_half_an_index_is_never_used():
    def breaks():
        yield "one"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        open_index("half", breaks(), 2)
    assert not index_folder("half").exists()
    assert open_index("half", ["one", "two"], 2).rows("two").tolist() == [1]


def test_a_damaged_index_says_what_to_do():
    index = open_index("hurt", ["one"], 1)
    index.path.write_bytes(b"nonsense" * 1_000)
    with pytest.raises(CorpusError, match="Delete that folder"):
        index.rows("one")


def test_a_passage_shows_what_was_found():
    text = "slow " * 100 + "and then a Lovely<br />ending. " + "slow " * 100
    assert "Lovely ending" in passage(text, "lovely -slow")
    assert passage(text, "lovely").startswith("… ") and len(passage(text, "lovely")) < 170
    assert passage("short", "nothing") == "short"


def test_a_selection_is_what_plain_python_selects(tmp_path):
    corpus = replace(
        small_corpus(300, official=True),
        ratings=np.tile(np.arange(1, 11), 30).astype(np.int8),
    )
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(corpus, PrepareConfig(min_length=8, max_length=25), fresh)
    made = PreparedCorpus.open(tmp_path / "made")
    reviews = [made.review(row) for row in range(len(made))]
    lengths = [len(tokenize(review.text)) for review in reviews]
    for selection, fits in (
        (ReviewFilter(), lambda n: True),
        (
            ReviewFilter(part="test", label="Negative"),
            lambda n: reviews[n].split == 2 and not reviews[n].label,
        ),
        (ReviewFilter(drop_reason="too short"), lambda n: made.drop_reasons[n] == DropReason.SHORT),
        (ReviewFilter(shortest=10, longest=12), lambda n: 10 <= lengths[n] <= 12),
        (ReviewFilter(stars=(7, 8)), lambda n: reviews[n].rating in (7, 8)),
        (ReviewFilter(part="nonsense"), lambda n: True),
    ):
        assert selection.rows(made).tolist() == [n for n in range(len(made)) if fits(n)]
    assert 0 < len(ReviewFilter(drop_reason="too short").rows(made)) < len(made)


@pytest.mark.archive
def test_a_hundred_thousand_reviews_are_found_as_by_a_scan(monkeypatch):
    from sentiment.corpus.sources import find_archive, open_corpus

    if find_archive() is None:
        pytest.skip("no archive")
    texts = open_corpus("imdb").texts
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
