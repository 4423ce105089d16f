"""The probabilities of several classes over the words of a review."""

import numpy as np
import pytest

from sentiment.charts import palette
from sentiment.charts.class_curves import drawn_classes, spread
from sentiment.charts.layered import legend_of
from sentiment.charts.palette import MOST_CLASSES
from sentiment.charts.results import confusion_chart
from sentiment.charts.words import probability_of
from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from tests.charts.checked import before_and_after, class_curves, model_lines, probability_curves

WORDS = ["a", "fine", "film", "a"]
THREE = Classes(("Negative", "Neutral", "Positive"), ordered=True)


def probabilities_of(classes):
    shares = np.random.default_rng(0).random((len(WORDS) + 1, len(classes)))
    return shares / shares.sum(axis=1, keepdims=True)


def lines_of(classes, label, **how):
    shares = probabilities_of(classes)
    figure = class_curves(WORDS, shares[1:], shares[0], classes, label, **how)
    return shares, {line.name: line for line in figure.data if line.name}, figure


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("count", [3, 5, 8])
def test_every_class_has_a_line_from_before_the_first_word(count, dark):
    classes = Classes(tuple(f"{star} stars" for star in range(count)), ordered=True)
    shares, lines, figure = lines_of(classes, 1, dark=dark)
    assert set(lines) == set(classes.names)
    for code, name in enumerate(classes.names):
        np.testing.assert_allclose(lines[name].y, shares[:, code])
        assert list(lines[name].x) == [-0.5, 0, 1, 2, 3]
    widths = {name: line.line.width for name, line in lines.items()}
    assert max(widths, key=widths.get) == "1 stars"
    named = [note.text for note in figure.layout.annotations if "stars" in note.text]
    assert len(named) == count and "<b>1 stars</b>" in named


def test_two_classes_are_one_line_of_the_second():
    shares, _, figure = lines_of(NEGATIVE_POSITIVE, 1)
    np.testing.assert_allclose(figure.data[0].y, shares[1:, 1])
    assert figure.layout.yaxis.title.text == "P(Positive)"


def test_of_many_classes_the_most_probable_and_the_chosen_one_are_drawn():
    classes = Classes(tuple(f"topic {number}" for number in range(20)))
    shares = probabilities_of(classes)
    chosen = int(shares[-1].argmin())
    lines = drawn_classes(classes, shares, chosen, dark=False)
    assert len(lines) == MOST_CLASSES
    assert classes.names[chosen] in [line.name for line in lines]
    assert classes.names[shares[-1].argmax()] in [line.name for line in lines]
    np.testing.assert_allclose(sum(line.values for line in lines), 1)
    assert len({line.color for line in lines}) == MOST_CLASSES


def test_points_after_some_words_are_at_their_words():
    shares = probabilities_of(THREE)
    figure = class_curves(WORDS, shares[1:], shares[0], THREE, 0, np.array([1, 3]))
    (line,) = [line for line in figure.data if line.name == "Neutral"]
    assert list(line.x) == [-0.5, 1, 3]
    np.testing.assert_allclose(line.y, shares[[0, 2, 4], 1])


def test_names_of_lines_are_moved_apart_in_their_order():
    places = spread([0.5, 0.5, 0.98, 1.0, 0.0], 0.1)
    ordered = sorted(places)
    assert np.diff(ordered).min() >= 0.1 - 1e-9 and ordered[-1] <= 1
    assert places[3] > places[2] > places[0] > places[4]


def test_the_colors_of_text_are_those_of_the_classes():
    assert palette.class_text_colors(NEGATIVE_POSITIVE) == ["orange", "blue"]
    assert palette.class_text_colors(THREE) == ["orange", "gray", "blue"]
    assert len(palette.class_text_colors(Classes(tuple("abcdefghijk")))) == 11


def test_a_long_name_is_shortened_at_both_ends_in_titles():
    name = "<b> strongly positive, with at most a few reservations"
    assert probability_of("Positive") == "P(Positive)"
    title = probability_of(name)
    assert len(title) <= 30 and title.startswith("P(&lt;b&gt; st") and title.endswith("tions)")
    words, of = ["a", "film"], np.array([0.2, 0.7])
    for figure in (
        probability_curves(words, {"x": of}, name),
        model_lines(words, ["x"], ["lstm"], of[None], name),
        before_and_after(words, of, np.arange(2), of, name),
    ):
        assert figure.layout.yaxis.title.text == title


def test_a_legend_has_the_columns_that_fit_on_a_phone():
    short, long = legend_of(["train", "valid"]).to_dict(), legend_of(["a" * 40, "b"]).to_dict()
    assert "columns" not in short and long["columns"] == 1
    assert legend_of(["class number one", "class number two", "three"]).to_dict()["columns"] == 2


@pytest.mark.parametrize(("longest", "angle"), [("good", 0), ("neither good nor bad", -40)])
def test_no_label_of_a_confusion_matrix_is_left_out(longest, angle):
    classes = Classes(("bad", "so so", longest))
    axis = confusion_chart([[3, 0, 0]] * 3, classes).to_dict()["layer"][0]["encoding"]["x"]["axis"]
    assert axis["labelAngle"] == angle and axis["labelOverlap"] == (angle == 0)
