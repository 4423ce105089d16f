import numpy as np
import pytest

from sentiment.corpus.classes import NEGATIVE_POSITIVE, UNLABELLED, Classes, predicted_labels


def test_codes_are_positions_among_the_names():
    stars = Classes(("1", "2", "3"), ordered=True)
    assert [stars.name(code) for code in stars.codes] == ["1", "2", "3"]
    assert stars.name(UNLABELLED) not in stars.names


@pytest.mark.parametrize(
    "names", [(), ("one",), ("a", "a"), ("a", ""), tuple(map(str, range(101)))]
)
def test_classes_need_two_to_one_hundred_different_names(names):
    with pytest.raises(ValueError, match="classes"):
        Classes(names)


def test_of_equally_probable_classes_the_later_is_predicted():
    probabilities = np.array([[0.5, 0.5], [0.6, 0.4], [0.499, 0.501]])
    assert predicted_labels(probabilities).tolist() == [1, 0, 1]
    assert predicted_labels(np.array([0.2, 0.4, 0.4])) == 2
    assert len(NEGATIVE_POSITIVE) == 2
