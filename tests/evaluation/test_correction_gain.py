"""The gain by corrections: real where labels were wrong, none where they were right."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.dataset.corrections import Correction, Corrections, hex_digest
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.splitting import text_digests
from sentiment.errors import CorpusError
from sentiment.evaluation.correction_gain import measure_gain, save_gain, saved_gain
from tests.corpora import small_corpus


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


def prepared(tmp_path, corpus) -> PreparedCorpus:
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(corpus, PrepareConfig(), fresh)
    return PreparedCorpus.open(tmp_path / "made")


def fixes(corpus, rows, labels) -> Corrections:
    digests = text_digests(corpus.texts)
    return Corrections(
        tuple(
            Correction((hex_digest(digests[row]),), int(labels[row]), False, "label-errors", "1")
            for row in rows
        )
    )


@pytest.mark.parametrize("official", [True, False])
def test_fixing_many_wrong_labels_is_a_measurable_gain(official, tmp_path):
    right = small_corpus(600, official=official)
    wrong = np.random.default_rng(2).choice(300, 110, replace=False)
    labels = right.labels.copy()
    labels[wrong] = 1 - labels[wrong]
    noisy = replace(right, labels=labels)
    made = fixes(noisy, wrong, right.labels)
    gain = measure_gain(prepared(tmp_path, noisy), made)
    assert gain.comparison.difference > 0 and gain.comparison.significant
    assert gain.official == official
    assert gain.comparison.reviews == (300 if official else 600)
    low, high = gain.comparison.interval
    assert low < gain.comparison.difference < high
    assert gain.corrections == made.digest
    save_gain("x", gain)
    assert saved_gain("x") == gain and saved_gain("y") is None


def test_corrections_that_change_nothing_are_refused(tmp_path):
    corpus = small_corpus(600, official=True)
    made = prepared(tmp_path, corpus)
    in_test = fixes(corpus, [400], 1 - corpus.labels)
    for corrections in (Corrections(), in_test, fixes(corpus, [3], corpus.labels)):
        with pytest.raises(CorpusError, match="Small"):
            measure_gain(made, corrections)


def test_one_fixed_label_is_no_measurable_gain(tmp_path):
    corpus = small_corpus(400)
    gain = measure_gain(prepared(tmp_path, corpus), fixes(corpus, [3], 1 - corpus.labels))
    assert not gain.comparison.significant and "No measurable gain" in gain.finding()


def test_too_few_reviews_are_refused(tmp_path):
    corpus = small_corpus(6)
    labels = np.array([0, 0, 0, 0, 0, 1], np.int8)
    corpus = replace(corpus, labels=labels)
    with pytest.raises(CorpusError, match="too few"):
        measure_gain(prepared(tmp_path, corpus), fixes(corpus, [1], 1 - labels))
