"""Colors of classes: two stay as they were, ordered ones run from vermilion to blue."""

import pytest

from sentiment.charts import palette
from sentiment.corpus.classes import NEGATIVE_POSITIVE, UNLABELLED, Classes


def classes(count, ordered):
    return Classes(tuple(f"class {code}" for code in range(count)), ordered)


@pytest.mark.parametrize("dark", [True, False])
def test_colors_of_two_and_of_ordered_classes(dark):
    ends = [palette.negative(dark), palette.positive(dark)]
    assert palette.class_colors(NEGATIVE_POSITIVE, dark) == ends
    assert palette.class_colors(classes(2, False), dark) == ends
    three = palette.class_colors(classes(3, True), dark)
    assert [three[0], three[2]] == ends and three[1] == palette.named("grey", dark)
    assert palette.class_color(NEGATIVE_POSITIVE, UNLABELLED, dark) == palette.GREY


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("count", range(2, 9))
def test_up_to_eight_classes_differ(count, ordered, dark):
    assert len(set(palette.class_colors(classes(count, ordered), dark))) == count


@pytest.mark.parametrize("ordered", [True, False])
@pytest.mark.parametrize("count", [9, 10, 100])
def test_more_classes_are_grouped(count, ordered):
    many = classes(count, ordered)
    groups = palette.class_groups(many)
    assert len(groups) == 8
    assert [code for codes in groups.values() for code in codes] == list(many.codes)
    colors = palette.class_colors(many, dark=False)
    assert len(set(colors)) == 8
    for codes in groups.values():
        assert len({colors[code] for code in codes}) == 1
    assert (palette.OTHER in groups) is not ordered
