"""Preparing: no text is in two splits, and every dropped review is counted."""

import json
from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.corpus.review import UNLABELLED, Split
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.errors import ConfigError, CorpusError
from tests.corpora import small_corpus


def prepared(tmp_path, corpus, **settings) -> PreparedCorpus:
    folder = tmp_path / "prepared"
    with atomic.new_folder(folder) as fresh:
        encode_corpus(corpus, PrepareConfig(**settings), fresh)
    return PreparedCorpus.open(folder)


def with_texts(corpus, changes):
    texts = list(corpus.texts)
    for row, text in changes.items():
        texts[row] = text
    return replace(corpus, texts=texts)


def test_every_review_decodes_to_its_words(tmp_path):
    corpus = small_corpus(100)
    made = prepared(tmp_path, corpus, min_count=1)
    for row, text in enumerate(corpus.texts):
        known = [w if w in made.vocabulary else "<unk>" for w in tokenize(text)]
        assert made.vocabulary.decode(made.token_ids(row)) == known
        assert made.review(row).text == text


def test_the_vocabulary_contains_only_training_words(tmp_path):
    made = prepared(tmp_path, small_corpus(200), min_count=1)
    train_words = {w for row in made.rows(Split.TRAIN) for w in tokenize(made.review(row).text)}
    assert set(made.vocabulary.words[2:]) == train_words
    assert made.report.unknown_share["train"] == 0
    assert made.report.unknown_share["test"] > 0  # every text has a unique word


def test_8_1_1_without_an_official_split(tmp_path):
    made = prepared(tmp_path, small_corpus(400))
    assert made.report.split_rule == "8:1:1"
    for split, reviews in ((Split.TRAIN, 320), (Split.VALID, 40), (Split.TEST, 40)):
        assert len(made.rows(split)) == pytest.approx(reviews, abs=4)
        assert made.labels[made.rows(split)].mean() == pytest.approx(0.5, abs=0.06)


def test_an_official_test_split_stays_complete(tmp_path):
    """Cutoffs do not apply to it, and training reviews with the same text are dropped."""
    corpus = small_corpus(200, official=True)
    corpus = with_texts(
        corpus, {0: corpus.texts[150], 1: "one two", 150: corpus.texts[150], 151: "tiny"}
    )
    made = prepared(tmp_path, corpus, min_length=3)
    assert made.rows(Split.TEST).tolist() == list(range(100, 200))
    assert made.drop_reasons[0] == DropReason.IN_TEST
    assert made.drop_reasons[1] == DropReason.SHORT
    assert made.report.dropped == {"too short": 1, "also in test": 1}
    assert made.report.duplicates.test_also_in_train == 1


def test_films_are_not_shared_between_train_and_valid(tmp_path):
    made = prepared(tmp_path, small_corpus(400, official=True, films=True))
    train, valid = (set(made.films[made.rows(part)]) for part in (Split.TRAIN, Split.VALID))
    assert valid and not train & valid


@pytest.mark.parametrize("official", [True, False])
def test_no_text_is_in_two_splits(tmp_path, official):
    corpus = small_corpus(300, official=official, films=official)
    random = np.random.default_rng(5)
    duplicates = {int(a): corpus.texts[int(b)] for a, b in random.integers(0, 300, (60, 2))}
    made = prepared(tmp_path, with_texts(corpus, duplicates))
    texts = [
        {made.review(row).text for row in made.rows(split)}
        for split in (Split.TRAIN, Split.VALID, Split.TEST)
    ]
    assert not texts[0] & texts[1]
    assert not texts[0] & texts[2]
    assert not texts[1] & texts[2]


def test_outliers_are_dropped_and_counted(tmp_path):
    corpus = with_texts(small_corpus(100), {3: "", 4: "!?", 5: "so so", 6: "long " * 200})
    made = prepared(tmp_path, corpus, min_length=3, max_length=100)
    assert made.report.dropped == {"empty": 2, "too short": 1, "too long": 1}
    kept = np.concatenate([made.rows(split) for split in (Split.TRAIN, Split.VALID, Split.TEST)])
    assert sorted(kept) == [row for row in range(100) if row not in (3, 4, 5, 6)]


def test_a_corpus_without_training_reviews_raises(tmp_path):
    corpus = replace(small_corpus(20), labels=np.full(20, UNLABELLED, np.int8))
    with pytest.raises(CorpusError, match=r"Dropped: 20 .*now 500"):
        prepared(tmp_path, corpus, min_length=500, max_length=600)


def test_content_depends_on_the_texts_in_their_order(tmp_path):
    corpus = small_corpus(100)
    made = prepared(tmp_path / "one", corpus)
    other = prepared(tmp_path / "other", corpus, min_length=9, split="8:1:1")
    assert list(made.all_texts()) == corpus.texts
    assert made.content == other.content and made.folder != other.folder
    moved = with_texts(corpus, {0: corpus.texts[1], 1: corpus.texts[0]})
    assert prepared(tmp_path / "moved", moved).content != made.content


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    path = tmp_path / "reviews.csv"
    lines = [
        f'"{text}",{label}'
        for text, label in zip(small_corpus(60).texts, small_corpus(60).labels, strict=True)
    ]
    path.write_text("text,label\n" + "\n".join(lines) + "\n")
    return path


def test_the_cache_is_keyed_by_source_and_settings(source, monkeypatch):
    first = prepare(source)
    reads = []
    monkeypatch.setattr(
        "sentiment.dataset.prepare.open_corpus", lambda *a, **k: reads.append(a) or 1 / 0
    )
    again = prepare(source)  # from the cache
    assert again.folder == first.folder and not reads
    assert isinstance(again.ids, np.memmap)
    with pytest.raises(ZeroDivisionError):
        prepare(source, PrepareConfig(min_length=5))
    source.write_text(source.read_text() + '"one more good film",1\n')
    with pytest.raises(ZeroDivisionError):
        prepare(source)
    assert len(reads) == 2


@pytest.mark.parametrize("damage", ["missing", "truncated", "not json"])
def test_a_damaged_cache_raises(source, damage):
    folder = prepare(source).folder
    if damage == "missing":
        (folder / "ids.npy").unlink()
    elif damage == "truncated":
        (folder / "ids.npy").write_bytes((folder / "ids.npy").read_bytes()[:50])
    else:
        (folder / "prepared.json").write_text("{")
    with pytest.raises(CorpusError, match=folder.name):
        prepare(source)


def test_settings_are_validated():
    with pytest.raises(ConfigError, match="min_length is 10 and max_length is 5"):
        PrepareConfig(min_length=10, max_length=5)
    with pytest.raises(ConfigError, match="'random'"):
        PrepareConfig(split="random")


def test_the_report_is_plain_json(tmp_path):
    made = prepared(tmp_path, small_corpus(40))
    about = json.loads((made.folder / "prepared.json").read_text())
    assert about["report"]["read"] == 40
    assert about["config"]["max_words"] == 30_000
