"""No text or film is in two splits, the shares hold for each label, the seed decides."""

import numpy as np
import pytest

from sentiment.corpus.review import NO_FILM, Split
from sentiment.encoding.splitting import (
    SHARES_8_1_1,
    SHARES_OF_TRAIN,
    count_duplicates,
    groups_of,
    split_groups,
    text_numbers,
)


def test_reviews_are_grouped_by_text_and_film():
    numbers = text_numbers(["a", "b", "c", "a", "d", "e", "d"])
    films = np.array([1, 1, 2, 3, NO_FILM, 4, NO_FILM])
    groups = groups_of(numbers, films)
    assert groups[0] == groups[1] == groups[3]  # film 1, and its text "a" again under film 3
    assert groups[4] == groups[6]  # the same text without a film
    assert len({groups[0], groups[2], groups[4], groups[5]}) == 4


def test_without_films_only_copies_are_grouped():
    numbers = text_numbers(["a", "b", "a"])
    assert groups_of(numbers, None).tolist() == numbers.tolist()


@pytest.mark.parametrize("groups", [40, 3_000, 20_000])
def test_shares_hold_for_each_label_and_groups_stay_whole(groups):
    random = np.random.default_rng(groups)
    labels = random.integers(0, 2, 20_000)
    group = random.integers(0, groups, 20_000)
    splits = split_groups(group, labels, SHARES_8_1_1, seed=7)
    for number in np.unique(group)[:500]:
        assert len(np.unique(splits[group == number])) == 1
    for label in (0, 1):
        for part, share in SHARES_8_1_1.items():
            got = np.mean(splits[labels == label] == part)
            assert got == pytest.approx(share, abs=0.03 if groups == 40 else 0.005)


def test_the_seed_decides():
    labels, groups = np.tile([0, 1], 500), np.arange(1_000)
    first = split_groups(groups, labels, SHARES_OF_TRAIN, seed=1)
    assert np.array_equal(first, split_groups(groups, labels, SHARES_OF_TRAIN, seed=1))
    assert not np.array_equal(first, split_groups(groups, labels, SHARES_OF_TRAIN, seed=2))


def test_counting_duplicates():
    numbers = text_numbers(["a", "a", "b", "c", "a", "c", "c", "d"])
    splits = np.array([Split.TRAIN] * 4 + [Split.TEST] * 4)
    duplicates = count_duplicates(numbers, splits)
    assert duplicates.within_train == 1
    assert duplicates.within_test == 1
    assert duplicates.test_also_in_train == 3


def test_a_group_is_named_by_the_film_of_its_first_review():
    numbers = text_numbers(["a", "b", "a", "c"])
    assert groups_of(numbers, np.array([7, 3, 3, 1])).tolist() == [7, 7, 7, 1]
