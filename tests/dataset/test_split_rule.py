"""Which splits preparation keeps: those of the source, and what it draws where one is missing."""

import numpy as np
import pytest

from sentiment.corpus.review import Split
from sentiment.dataset.prepare import prepare
from sentiment.encoding.settings import PrepareConfig

TRAIN, VALID, TEST = Split.TRAIN, Split.VALID, Split.TEST


def source(tmp_path, **counts):
    """A table with so many different reviews per split."""
    rows = [
        f"{('dull', 'great')[n % 2]} film about {split} number{n},{n % 2},{split}\n"
        for split, count in counts.items()
        for n in range(count)
    ]
    path = tmp_path / "reviews.csv"
    path.write_text("text,label,split\n" + "".join(rows))
    return path


@pytest.mark.parametrize("counts", [{"train": 100, "valid": 20}, {"valid": 20, "train": 100}])
def test_a_validation_split_of_the_source_is_kept_and_test_is_drawn_from_train(tmp_path, counts):
    corpus = prepare(source(tmp_path, **counts))
    told = np.array(["about valid" in text for text in corpus.all_texts()])
    assert np.array_equal(corpus.splits == VALID, told)
    assert np.sum(corpus.splits == TEST) == 10 and np.sum(corpus.splits == TRAIN) == 90
    again = prepare(source(tmp_path, **counts), PrepareConfig(split="8:1:1"))
    assert not np.array_equal(again.splits == VALID, told)


def test_a_test_file_is_prepared_with_its_own_words(tmp_path):
    corpus = prepare(source(tmp_path, test=20))
    assert set(corpus.splits.tolist()) == {TEST} and "film" in corpus.vocabulary.words
    assert set(prepare(source(tmp_path, test=20), PrepareConfig(split="8:1:1")).splits) == {
        TRAIN,
        VALID,
        TEST,
    }
