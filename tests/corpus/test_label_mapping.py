"""The class of each label value: proposals for labels of all kinds, and settings."""

from pathlib import Path

import pytest

from sentiment.corpus.label_counter import MOST_LABELS, LabelCounter
from sentiment.corpus.label_mapping import classes_of, propose_mapping
from sentiment.corpus.label_values import (
    LABEL_PAIRS,
    counted,
    in_order,
    label_key,
    label_name,
    rating_of,
)
from sentiment.corpus.review import NEGATIVE, POSITIVE
from sentiment.corpus.table_config import TableConfig
from sentiment.errors import CorpusError

PATH = Path("t.csv")


def counts_of(*labels):
    return {str(label): 10 for label in labels}


def proposed(labels, column="label"):
    """(positive, negative, sure) for labels that are written in one string."""
    mapping = propose_mapping(counts_of(*labels.split("|")), column)
    sides = (" ".join(sorted(mapping.of_class(code))) for code in (POSITIVE, NEGATIVE))
    return (*sides, mapping.sure)


def refused(message, labels, column="label", **settings):
    with pytest.raises(CorpusError) as raised:
        classes_of(PATH, counts_of(*labels), TableConfig(**settings), column)
    assert message in str(raised.value)
    return str(raised.value)


# --- How labels are written


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Positive", " POSITIVE "),
        (4, 4.0),
        ("4.0", "4"),
        ("4.00", 4),
        ("+1", 1),
        ("\u22121", -1),
        (-0.0, 0),
        (True, "TRUE"),
        (False, "false"),
        (b"pos", "Pos"),
        ("５", "5"),
        ("so\u00a0 so", "so so"),
    ],
)
def test_labels_that_are_written_differently_are_equal(one, other):
    assert label_key(label_name(one)) == label_key(label_name(other))


def test_labels_that_differ_stay_apart():
    labels = ["1", "-1", "10", "1.5", "v2.0", "v2", "01", "True", "yes", "no", "4,5", "45"]
    assert len({label_key(label_name(label)) for label in labels}) == len(labels)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4", 4),
        ("4.5", 4.5),
        ("4,5", 4.5),
        ("4 stars", 4),
        ("1 star", 1),
        ("4/5", 4),
        ("8 out of 10", 8),
        ("4 stars out of 5", 4),
        ("★★★☆☆", 3),
        ("⭐⭐", 2),
        ("five stars", 5),
    ],
)
def test_ratings_are_recognized(text, value):
    assert rating_of(label_key(text)).value == value


@pytest.mark.parametrize("text", ["good", "4 films", "v4", "4-5", "stars", "five", "2020-01-01"])
def test_other_texts_are_no_ratings(text):
    assert rating_of(label_key(text)) is None


def test_labels_are_listed_by_rating_else_by_count():
    assert in_order(["10", "9", "2"], {}) == ["2", "9", "10"]
    assert in_order(["a", "b"], {"a": 1, "b": 2}) == ["b", "a"]


# --- Proposals


@pytest.mark.parametrize(("positive", "negative"), LABEL_PAIRS)
def test_known_pairs_are_sure(positive, negative):
    assert proposed(f"{positive.title()}|{negative.upper()}") == (
        positive.title(),
        negative.upper(),
        True,
    )


SURE = [
    # labels, column, positive, negative
    ("negative|neutral|positive", "label", "positive", "negative"),
    ("NEG|NEU|POS", "airline_sentiment", "POS", "NEG"),
    (
        "Extremely Negative|Negative|Neutral|Positive|Extremely Positive",
        "Sentiment",
        "Extremely Positive Positive",
        "Extremely Negative Negative",
    ),
    ("very_negative|positive", "label", "positive", "very_negative"),
    ("Poor|Average|Good|Excellent", "verdict", "Excellent Good", "Poor"),
    ("👍|👎", "label", "👍", "👎"),
    ("True|False|1|0", "label", "1 True", "0 False"),
    ("y|n", "recommended", "y", "n"),
    ("1|2|3|4|5", "stars", "4 5", "1 2"),
    ("1|2|4|5", "Review Rating", "4 5", "1 2"),
    ("1|5", "score", "5", "1"),
    ("0.5|1|1.5|2|2.5|3|3.5|4|4.5|5", "rating", "4 4.5 5", "0.5 1 1.5 2"),
    ("1|2,5|4,5|5", "rating", "4,5 5", "1"),
    ("1|2|3|4|5|6|7|8|9|10", "rating", "10 7 8 9", "1 2 3 4"),
    ("1|2|3|4|7|8|9|10", "score", "10 7 8 9", "1 2 3 4"),
    ("0|1|2|3|4", "sentiment", "3 4", "0 1"),
    ("0|4", "column 1", "4", "0"),
    ("0|2|4", "polarity", "4", "0"),
    ("-1|0|1", "label", "1", "-1"),
    ("-2|-1|0|1|2", "label", "1 2", "-1 -2"),
    ("1 star|2 star|3 stars|4 stars|5 stars", "label", "4 stars 5 stars", "1 star 2 star"),
    ("★☆☆☆☆|★★★☆☆|★★★★★", "label", "★★★★★", "★☆☆☆☆"),
    ("1/5|3/5|5/5", "overall", "5/5", "1/5"),
]


@pytest.mark.parametrize(("labels", "column", "positive", "negative"), SURE)
def test_sure_proposals(labels, column, positive, negative):
    assert proposed(labels, column) == (positive, negative, True)


UNSURE = [
    ("1|2", "label", "2", "1"),  # Amazon and Yelp polarity, or the lowest stars
    ("1|2", "stars", "2", "1"),
    ("0|1|2", "label", "2", "0"),
    ("1|2|3|4|5", "label", "4 5", "1 2"),  # may be topics
    ("1|2|3|4|5|6|7|8|9|10", "class", "10 7 8 9", "1 2 3 4"),
    ("0|1|2|3|4", "label", "3 4", "0 1"),
    ("0|1|2|3|4|5", "rating", "4 5", "0 1 2"),  # 0 may be "not rated"
    ("2|3|4|5", "stars", "4 5", "2"),
    ("1|1.3|4.7|5", "rating", "4.7 5", "1 1.3"),
    ("positive|negative|irrelevant", "label", "positive", "negative"),
]


@pytest.mark.parametrize(("labels", "column", "positive", "negative"), UNSURE)
def test_proposals_that_a_person_must_confirm(labels, column, positive, negative):
    assert proposed(labels, column) == (positive, negative, False)


ASKED = [
    ("1|2|3", "stars"),
    ("1|2|3|4", "stars"),
    ("4|5", "stars"),
    ("0|1|2|3", "label"),
    ("2|4", "label"),
    ("0|100", "score"),
    ("thumbs up|thumbs down", "label"),
    ("yes|no|maybe", "label"),
    ("positiv|negativ", "label"),
    ("World|Sports|Business", "label"),
    ("positive|neutral", "label"),
    ("1|0", "is_negative"),
    ("true|false", "Toxic"),
    ("-1|0", "label"),
    ("-1|0|2", "label"),
    ("positive|0", "label"),
]


@pytest.mark.parametrize(("labels", "column"), ASKED)
def test_without_a_proposal_nothing_is_preselected(labels, column):
    assert proposed(labels, column) == ("", "", False)


def test_a_few_broken_values_among_ratings_make_it_a_question():
    counts = {"1": 500, "5": 400, "a film": 1}
    mapping = propose_mapping(counts, "stars")
    assert mapping.classes == {"1": NEGATIVE, "5": POSITIVE} and not mapping.sure
    assert "'a film'" in mapping.doubt
    assert not propose_mapping(counts | {"a film": 300}, "stars").classes


def test_the_sentence_has_the_counts_of_each_class():
    counts = {"1": 8_000, "2": 6_000, "3": 7_000, "4": 15_000, "5": 20_000}
    sentence = propose_mapping(counts, "stars").sentence(counts)
    assert "4 and 5 stars = Positive: 35,000" in sentence
    assert "1 and 2 stars = Negative: 14,000" in sentence
    assert "3 stars" in sentence and "7,000" in sentence


# --- Settings


def test_settings_name_labels_in_any_spelling():
    counts = counts_of("4.0", "Five", "1")
    classes = classes_of(PATH, counts, TableConfig(positive=("4", "FIVE "), negative=("1.0",)))
    assert classes == {"4.0": POSITIVE, "Five": POSITIVE, "1": NEGATIVE}


def test_labels_in_one_setting_are_separated_by_commas():
    counts = counts_of(1, 2, 3, 4, 5)
    classes = classes_of(PATH, counts, TableConfig(positive=("4, 5",), negative=("1,2",)))
    assert classes == {"4": POSITIVE, "5": POSITIVE, "1": NEGATIVE, "2": NEGATIVE}


def test_labels_may_have_commas():
    counts = counts_of("yes, please", "no, thanks", "a", "b", "a,b")
    table = TableConfig(positive=("yes, please", "a,b"), negative=('"no, thanks",b',))
    assert classes_of(PATH, counts, table) == {
        "yes, please": POSITIVE,
        "a,b": POSITIVE,
        "no, thanks": NEGATIVE,
        "b": NEGATIVE,
    }


def test_one_of_two_labels_is_enough():
    counts = counts_of("up", "down")
    for settings in ({"positive": ("UP",)}, {"negative": ("down",)}):
        assert classes_of(PATH, counts, TableConfig(**settings)) == {"up": 1, "down": 0}


def test_settings_override_what_is_sure():
    counts = counts_of("positive", "negative")
    assert classes_of(PATH, counts, TableConfig(positive=("negative",)))["negative"] == POSITIVE


def test_errors_name_the_labels_and_the_settings():
    message = refused("Positive labels", ["1", "2", "3"], column="stars")
    assert "'1' (10)" in message and "Negative labels" in message
    message = refused("such as 2", ["1", "2"])
    assert "such as 1" in message
    refused("Negative labels", ["1", "2", "3"], positive=("3",))
    refused("Positive labels", ["up", "down"], positive=("up", "down"))
    refused("'6' is not a label", ["1", "5"], positive=("6",), negative=("1",))
    refused("5", ["1", "5"], positive=("5",), negative=("1", "5.0"))
    refused("'pos' (10)", ["pos"])


def test_table_settings_survive_json():
    table = TableConfig(positive=("a, b", 'c"d'), negative=("e",))
    assert TableConfig.from_json(table.to_json() | {"positive": ["a, b", 'c"d']}) == table


# --- Counting


def test_equal_labels_are_counted_under_their_first_spelling():
    counter = LabelCounter()
    for label in ("Pos", "neg", " POS", "pos", "NEG"):
        counter.add(label_name(label))
    assert counter.counts() == {"Pos": 3, "neg": 2}
    assert counted(counter.counts()) == "'Pos' (3), 'neg' (2)"


def test_counting_stops_at_a_column_of_texts_but_not_at_broken_rows():
    counter = LabelCounter()
    for number in range(MOST_LABELS + 1):
        assert not counter.too_many
        counter.add(f"text {number}")
    assert counter.too_many
    counter = LabelCounter()
    for number in range(20_000):
        counter.add(f"broken {number}" if number % 200 == 199 else str(number % 5 + 1))
        assert not counter.too_many
