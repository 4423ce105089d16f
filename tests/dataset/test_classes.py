"""No class vanishes: the part with both classes, and what preparation may drop."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE, NEGATIVE_POSITIVE, UNLABELLED
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.classes import (
    FEW,
    few_reviews,
    require_all_classes,
    require_several_classes,
)
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError
from sentiment.settings import in_shell, named
from tests.corpora import small_corpus


def prepared(folder, corpus, **settings):
    with atomic.new_folder(folder) as fresh:
        encode_corpus(corpus, PrepareConfig(min_count=1, **settings), fresh)
    return PreparedCorpus.open(folder)


def with_negatives(text, share=1.0, **properties):
    """A corpus in which a share of the negative reviews is `text`."""
    corpus = small_corpus(200, **properties)
    rows = np.flatnonzero(corpus.labels == 0)
    chosen = set(rows[: round(share * len(rows))].tolist())
    texts = [text if row in chosen else own for row, own in enumerate(corpus.texts)]
    return replace(corpus, texts=texts)


@pytest.mark.parametrize(
    ("text", "settings", "setting", "value"),
    [
        ("bad film", {}, "min_length", "2"),
        ("bad " * 50, {"max_length": 40}, "max_length", "50"),
        ("a bad film without a story 2/10", {"exclude": "ratings"}, "exclude", "ratings"),
        ("a bad film without a story", {"exclude": "duplicates"}, "exclude", "duplicates"),
    ],
)
def test_a_class_that_would_vanish_stops_preparation(tmp_path, text, settings, setting, value):
    """With the reason, the setting and a value that keeps the class."""
    with pytest.raises(CorpusError, match="Negative") as stopped:
        prepared(tmp_path / "no", with_negatives(text, 0.6), **settings)
    message = str(stopped.value)
    assert {"100", value} <= set(message.replace(",", " ").replace(";", " ").split())
    assert named(PrepareConfig, setting) in message
    shell = in_shell(message, (TableConfig, PrepareConfig))
    assert f"--{setting.replace('_', '-')}" in shell and "the setting" not in shell
    changed = {"exclude": ""} if setting == "exclude" else {setting: int(value)}
    kept = prepared(tmp_path / "yes", with_negatives(text, 0.6), **settings | changed)
    assert not kept.report.dropped
    # Half of a class may go.
    assert prepared(tmp_path / "half", with_negatives(text, 0.5), **settings).report.dropped


def test_reviews_without_words_and_those_of_the_test_split(tmp_path):
    with pytest.raises(CorpusError, match="60 have no words"):
        prepared(tmp_path / "empty", with_negatives("…", 0.6))
    corpus = small_corpus(200, official=True)
    texts = [*corpus.texts[100:160], *corpus.texts[60:]]  # most training reviews are test reviews
    with pytest.raises(CorpusError, match="8:1:1"):
        prepared(tmp_path / "test", replace(corpus, texts=texts))
    # Unlabelled reviews are no class.
    corpus = with_negatives("x", 0.2)
    labels = np.where(np.array(corpus.texts) == "x", UNLABELLED, corpus.labels).astype(np.int8)
    splits = np.where(labels == UNLABELLED, Split.UNLABELLED, corpus.splits).astype(np.int8)
    assert prepared(tmp_path / "none", replace(corpus, labels=labels, splits=splits))


@pytest.mark.parametrize(
    ("labels", "words"),
    [([], ["no reviews"]), ([1, 1, 1], ["3", "Negative"]), ([0], ["1", "Positive"])],
)
def test_a_part_needs_both_classes(labels, words):
    with pytest.raises(CorpusError) as refused:
        require_all_classes(np.array(labels, np.int8), NEGATIVE_POSITIVE, "The test split of Mine")
    assert all(word in str(refused.value) for word in ["The test split of Mine", *words])
    require_all_classes(np.array([0, 1], np.int8), NEGATIVE_POSITIVE, "Any")


def test_two_of_three_classes_can_be_evaluated_and_one_cannot():
    require_several_classes(np.array([0, 2, 2]), NEGATIVE_NEUTRAL_POSITIVE, "Any")
    for labels, found in (([1, 1], "2 reviews, all of them Neutral"), ([], "no reviews")):
        with pytest.raises(CorpusError, match=f"The valid split has {found}; expected .* two"):
            require_several_classes(
                np.array(labels, np.int8), NEGATIVE_NEUTRAL_POSITIVE, "The valid split"
            )


def test_few_reviews_of_a_class_are_listed():
    enough = {"Negative": FEW, "Positive": FEW + 1}
    splits = {"train": enough, "valid": enough, "test": enough, "unlabelled": {"unlabelled": 3}}
    assert few_reviews(splits, NEGATIVE_POSITIVE.names) == []
    lines = few_reviews(
        {"train": enough, "valid": {"Negative": 9, "Positive": 50}}, NEGATIVE_POSITIVE.names
    )
    assert len(lines) == 3  # 9 in valid, and both classes in test
    assert "valid" in lines[0] and "9" in lines[0] and "Negative" in lines[0]
    assert all("test" in line and " 0 " in line for line in lines[1:])
