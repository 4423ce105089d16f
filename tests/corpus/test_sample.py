"""The sample corpus: reproducible, balanced, readable, with correct labels."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from sentiment.corpus import review_writer
from sentiment.corpus.classes import NEGATIVE, POSITIVE
from sentiment.corpus.phrases.tables import FOLDER, phrase_tables, read_phrase_tables
from sentiment.corpus.portable_random import PortableRandom
from sentiment.corpus.review import Corpus, Split
from sentiment.corpus.review_shapes import SHARES
from sentiment.corpus.review_writer import SIDES
from sentiment.corpus.sample import (
    generate_review,
    sample_corpus,
    sample_fingerprint,
    synthetic_reviews,
)
from sentiment.errors import ConfigError, CorpusError
from sentiment.training.presets import PRESETS

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return sample_corpus()


@pytest.fixture(scope="module")
def lengths(corpus) -> np.ndarray:
    return np.array([len(text.split()) for text in corpus.texts])


def test_a_seed_gives_the_same_corpus_again():
    first, again, other = sample_corpus(200), sample_corpus(200), sample_corpus(200, seed=1)
    assert first.texts == again.texts
    assert first.fingerprint == again.fingerprint
    assert np.array_equal(first.labels, again.labels)
    assert first.fingerprint != other.fingerprint
    assert not set(first.texts) & set(other.texts)


def test_the_pinned_review_of_the_preset_is_in_the_corpus(corpus):
    assert set(PRESETS["sample"].recipe.pinned) <= set(corpus.texts)


def test_every_process_generates_the_same_reviews():
    # Hashes of strings differ between processes.
    script = "from sentiment.corpus.sample import sample_corpus as s; print(s(100).texts)"
    printed = [
        subprocess.run(
            [sys.executable, "-c", script],
            cwd=PROJECT,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for hash_seed in ("1", "2")
    ]
    assert printed == [str(sample_corpus(100).texts)] * 2


def test_every_version_of_python_draws_the_same_numbers():
    rng = PortableRandom(0)
    assert [rng.below(100) for _ in range(6)] == [84, 75, 42, 25, 51, 40]
    assert rng.shuffled("abcdef") == ["e", "b", "c", "d", "f", "a"]


def test_a_change_to_the_phrases_changes_the_fingerprint(monkeypatch, tmp_path):
    before = sample_fingerprint(50)
    shutil.copytree(FOLDER, tmp_path / "phrases")
    monkeypatch.setattr("sentiment.corpus.sample.FOLDER", tmp_path / "phrases")
    sample_fingerprint.cache_clear()
    assert sample_fingerprint(50) == before
    words = tmp_path / "phrases" / "words.toml"
    words.write_text(words.read_text("utf-8").replace("a", "o", 1), "utf-8")
    sample_fingerprint.cache_clear()
    assert sample_fingerprint(50) != before
    sample_fingerprint.cache_clear()


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("neutral", "asides = [", "asides = [7,", r"neutral\.toml.*asides\[0\] is 7"),
        ("neutral", "So, {film}.", "So, {flim}.", r"neutral\.toml.*line 23 .*\{flim\}"),
        ("transitions", "joins = [", "joins = []\nmore = [", r"transitions\.toml.*more"),
        ("judgments", '["mood", "pace"]', "[ ]", r"judgments\.toml.*line 10 "),
        ("verdicts", "[whole]\nnegative", "[whole]\nneutral", r"verdicts\.toml.*whole.*neutral"),
        ("plots", "without = [", "without = ['sound', ", r"plots\.toml.*without\[0\] is 'sound'"),
        ("words", "[composed]", "[slots]", r"words\.toml"),
    ],
)
def test_a_fault_in_a_file_of_phrases_is_named(tmp_path, file, old, new, named):
    folder = shutil.copytree(FOLDER, tmp_path / "phrases")
    assert read_phrase_tables(folder) == phrase_tables()
    path = folder / f"{file}.toml"
    content = path.read_text("utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), "utf-8")
    with pytest.raises(CorpusError, match=named):
        read_phrase_tables(folder)


def test_it_is_a_labelled_corpus_without_splits(corpus):
    assert len(corpus) == len(corpus.texts) == len(corpus.names) == 6000
    assert corpus.name == "Sample"
    assert corpus.labels.dtype == corpus.splits.dtype == np.int8
    assert not corpus.official
    assert set(corpus.splits.tolist()) == {Split.TRAIN}
    assert corpus[0].name == "sample 1"
    assert corpus[5999].name == "sample 6000"


@pytest.mark.parametrize("size", [2, 50, 6000])
def test_half_of_the_reviews_are_positive(size):
    labels = sample_corpus(size).labels
    assert len(labels) == size
    assert np.sum(labels == POSITIVE) == np.sum(labels == NEGATIVE) == size // 2


def test_no_two_reviews_are_alike(corpus):
    assert len(set(corpus.texts)) == len(corpus)


@pytest.mark.parametrize("size", [0, 1, 7, -2])
def test_an_odd_size_is_an_error(size):
    with pytest.raises(ConfigError, match=rf"is {size};.*even"):
        sample_corpus(size)


@pytest.mark.parametrize(
    "flaw",
    [
        r"[{}]",  # a slot that was not filled
        r"  |^ | $|\n",
        r" [,.;:!?]",
        r"(?<!\.)\.\.(?!\.)|[,;:][,;:.!?]|[!?][.,;:]|\.[,;:!?]",
        r"\b[Aa] (?:[aeioAEIO]|8)",
        r"\b[Aa]n (?!hour)[^aeiouAEIOUÉ8]",
        r"\b(\w+) \1\b",
    ],
)
def test_the_texts_are_clean(corpus, flaw):
    assert [text for text in corpus.texts if re.search(flaw, text)] == []


def test_sentences_begin_with_a_capital(corpus):
    written = [text for text in corpus.texts if text != text.lower()]
    assert len(written) > 0.97 * len(corpus)  # a few reviews are all lower case
    flawed = [text for text in written if re.search(r"(?:^|(?<!\.)[.!?] |<br />)[a-z]", text)]
    assert flawed == []


def test_lengths_are_spread_like_those_of_real_reviews(lengths):
    assert 60 < lengths.mean() < 80
    assert np.mean((lengths >= 20) & (lengths <= 120)) > 0.8
    assert 0.01 < np.mean((lengths >= 3) & (lengths <= 8)) < 0.04
    assert np.sum((lengths > 300) & (lengths <= 420)) > 20


def test_a_few_reviews_are_outliers(lengths):
    short, long = np.sum(lengths <= 2), np.sum(lengths > 600)
    assert short > 3
    assert long > 3
    assert 0.0015 < (short + long) / len(lengths) < 0.008


def test_no_single_word_decides_the_label(corpus):
    """Opinion words occur in both classes: negated, conceded, or about something else."""
    for word in ("boring", "dull", "terrible", "gripping", "wonderful", "brilliant", "never"):
        labels = corpus.labels[[word in text.lower() for text in corpus.texts]]
        assert len(labels) > 60
        assert 0.12 < labels.mean() < 0.88, word


def as_pattern(template: str) -> str:
    """A regular expression for all texts of a template."""

    def alternatives(slot: re.Match[str]) -> str:
        filling = phrase_tables().words.slots.get(slot[2])
        if filling is None or any("{" in option for option in filling):
            return ".+?"  # a name
        return ("an? " if slot[1] else "") + "(?:" + "|".join(map(re.escape, filling)) + ")"

    pieces = re.split(r"(\{(?:a )?\w+\})", template.rstrip("."))
    slot = re.compile(r"\{(a )?(\w+)\}")
    return r"\b" + "".join(
        alternatives(match) if (match := slot.fullmatch(piece)) else re.escape(piece)
        for piece in pieces
    )


def pattern_of_any(templates: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(as_pattern, templates)), re.IGNORECASE)


def second_halves(side: str) -> list[str]:
    verdicts = phrase_tables().verdicts
    return [*verdicts.outweighing[side], *verdicts.whole[side]]


def expectations(side: str) -> list[str]:
    pairs = phrase_tables().transitions.expectations[side]
    return [lead for pair in pairs for lead in pair.leads]


def decisions(side: str) -> list[str]:
    phrases = phrase_tables().transitions.decisions[side]
    own_words = [phrase for phrase in phrases if "{verdict}" not in phrase]
    return [*own_words, *phrase_tables().verdicts.whole[side]]


@pytest.fixture
def plainly_written(monkeypatch):
    """Reviews without capitals, dots and line breaks, so that phrases can be found."""
    monkeypatch.setattr(review_writer, "add_marks", lambda rng, text, side: text)


@pytest.mark.parametrize(
    ("shape", "decisive"),
    [
        ("contrast", second_halves),
        ("concession", lambda side: phrase_tables().verdicts.whole[side]),
        ("mixed", decisions),
        ("flip", expectations),
    ],
)
@pytest.mark.parametrize("label", [NEGATIVE, POSITIVE])
def test_the_label_is_that_of_the_decisive_phrase(shape, decisive, label, plainly_written):
    own = pattern_of_any(decisive(SIDES[label]))
    other = pattern_of_any(decisive(SIDES[1 - label]))
    rng = PortableRandom(5)
    for _ in range(150):
        text = generate_review(rng, shape, label)
        assert own.search(text), text
        assert not other.search(text), text


@pytest.mark.parametrize("label", [NEGATIVE, POSITIVE])
def test_what_comes_after_but_decides(label, plainly_written):
    own = pattern_of_any(second_halves(SIDES[label]))
    rng = PortableRandom(6)
    texts = [generate_review(rng, "contrast", label) for _ in range(200)]
    halves = [text.split(", but ") for text in texts if text.count(", but ") == 1]
    assert len(halves) > 50
    for _, second in halves:
        assert own.match(second), second


def test_negated_reviews_have_negations():
    negation = re.compile(
        r"\b(not|no|never|nothing|nobody|hardly|far from|anything but|without)\b|n['’]t\b", re.I
    )
    rng = PortableRandom(7)
    texts = [generate_review(rng, "negated", number % 2) for number in range(200)]
    assert sum(bool(negation.search(text)) for text in texts) > 190


def test_a_late_verdict_comes_after_a_long_plot():
    rng = PortableRandom(8)
    texts = [generate_review(rng, "late_verdict", number % 2) for number in range(100)]
    assert np.median([len(text.split()) for text in texts]) > 120


@pytest.mark.parametrize("shape", SHARES)
def test_every_shape_exists_for_both_labels(shape):
    rng = PortableRandom(9)
    assert generate_review(rng, shape, NEGATIVE) != generate_review(rng, shape, POSITIVE)


def test_synthetic_reviews_are_short_balanced_and_reproducible():
    texts, labels = synthetic_reviews(600, seed=3)
    assert (len(texts), labels.sum()) == (600, 300)
    assert synthetic_reviews(600, seed=3)[0] == texts != synthetic_reviews(600, seed=4)[0]
    lengths = [len(text.split()) for text in texts]
    assert max(lengths) < 70 and 8 < sum(lengths) / 600 < 25
    assert len(set(texts)) > 500
    negations = r"(?i)n['’]t\b|\b(not|never|no|nothing|hardly)\b"
    assert sum(bool(re.search(negations, text)) for text in texts) > 200
