"""The class of each label value: proposals for labels of all kinds, and settings."""

from pathlib import Path

import pytest

from sentiment.corpus.class_setting import format_classes, parse_classes
from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE, NEGATIVE_POSITIVE, Classes
from sentiment.corpus.label_classes import classes_of
from sentiment.corpus.label_counter import MOST_LABELS, LabelCounter, too_many_labels
from sentiment.corpus.label_mapping import ClassRow, LabelMapping
from sentiment.corpus.label_proposals import (
    EACH_VALUE,
    THREE_CLASSES,
    TWO_SIDES,
    proposals,
    propose_mapping,
)
from sentiment.corpus.label_values import (
    LABEL_PAIRS,
    counted,
    in_order,
    label_key,
    label_name,
    rating_of,
)
from sentiment.corpus.table_config import TableConfig
from sentiment.errors import ConfigError, CorpusError

PATH = Path("t.csv")


def counts_of(*labels):
    return {str(label): 10 for label in labels}


def proposed(labels, column="label"):
    """The classes of labels that are written in one string, as a setting, and whether it is sure.

    The labels of a class are sorted.
    """
    mapping = propose_mapping(counts_of(*labels.split("|")), column)
    classes = [" ".join(sorted(mapping.of_class(code))) for code, _ in mapping.named_codes]
    return "|".join(classes), mapping.sure


def refused(message, labels, column="label", count=10, **settings):
    with pytest.raises(CorpusError) as raised:
        counts = {str(label): count for label in labels}
        classes_of(PATH, counts, TableConfig(**settings), column)
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
    labels = f"{positive.title()}|{negative.upper()}"
    assert proposed(labels) == (f"{negative.upper()}|{positive.title()}", True)
    assert propose_mapping(counts_of(*labels.split("|"))).classes == NEGATIVE_POSITIVE


SURE = [
    # labels, column, labels of each class
    ("positive|neutral|negative", "label", "negative|neutral|positive"),
    ("NEG|NEU|POS", "airline_sentiment", "NEG|NEU|POS"),
    (
        "Extremely Negative|Negative|Neutral|Positive|Extremely Positive",
        "Sentiment",
        "Extremely Negative Negative|Neutral|Extremely Positive Positive",
    ),
    ("very_negative|positive", "label", "very_negative|positive"),
    ("Poor|Average|Good|Excellent", "verdict", "Poor|Average|Excellent Good"),
    ("👍|👎", "label", "👎|👍"),
    ("True|False|1|0", "label", "0 False|1 True"),
    ("y|n", "recommended", "n|y"),
    ("1|2|3|4|5", "stars", "1 2|4 5"),
    ("1|2|4|5", "Review Rating", "1 2|4 5"),
    ("1|5", "score", "1|5"),
    ("0.5|1|1.5|2|2.5|3|3.5|4|4.5|5", "rating", "0.5 1 1.5 2|4 4.5 5"),
    ("1|2,5|4,5|5", "rating", "1|4,5 5"),
    ("1|2|3|4|5|6|7|8|9|10", "rating", "1 2 3 4|10 7 8 9"),
    ("1|2|3|4|7|8|9|10", "score", "1 2 3 4|10 7 8 9"),
    ("0|1|2|3|4", "sentiment", "0 1|3 4"),
    ("0|4", "column 1", "0|4"),
    ("0|2|4", "polarity", "0|2|4"),
    ("-1|0|1", "label", "-1|0|1"),
    ("-2|-1|0|1|2", "label", "-1 -2|0|1 2"),
    ("1 star|2 star|3 stars|4 stars|5 stars", "label", "1 star 2 star|4 stars 5 stars"),
    ("★☆☆☆☆|★★★☆☆|★★★★★", "label", "★☆☆☆☆|★★★★★"),
    ("1/5|3/5|5/5", "overall", "1/5|5/5"),
]


@pytest.mark.parametrize(("labels", "column", "classes"), SURE)
def test_sure_proposals(labels, column, classes):
    assert proposed(labels, column) == (classes, True)


UNSURE = [
    ("1|2", "label", "1|2"),  # Amazon and Yelp polarity, or the lowest stars
    ("1|2", "stars", "1|2"),
    ("0|1|2", "label", "0|1|2"),
    ("1|2|3|4|5", "label", "1 2|4 5"),  # may be topics
    ("1|2|3|4|5|6|7|8|9|10", "class", "1 2 3 4|10 7 8 9"),
    ("0|1|2|3|4", "label", "0 1|3 4"),
    ("0|1|2|3|4|5", "rating", "0 1 2|4 5"),  # 0 may be "not rated"
    ("2|3|4|5", "stars", "2|4 5"),
    ("1|1.3|4.7|5", "rating", "1 1.3|4.7 5"),
    ("positive|negative|irrelevant", "label", "negative|positive"),
    ("neutral|negative|positive|unclear", "label", "negative|neutral|positive"),
    ("1|0", "is_negative", "1|0"),
    ("true|false", "Toxic", "true|false"),
    # Each value as a class
    ("1|2|3", "stars", "1|2|3"),
    ("1|2|3|4", "stars", "1|2|3|4"),
    ("4|5", "stars", "4|5"),
    ("0|100", "score", "0|100"),
    ("-1|0|2", "label", "-1|0|2"),
    ("thumbs up|thumbs down", "label", "thumbs up|thumbs down"),
    ("World|Sports|Business", "label", "World|Sports|Business"),
]


@pytest.mark.parametrize(("labels", "column", "classes"), UNSURE)
def test_proposals_that_a_person_must_confirm(labels, column, classes):
    assert proposed(labels, column) == (classes, False)


def test_only_ratings_and_words_of_sentiment_have_an_order():
    def ordered(labels, column):
        return propose_mapping(counts_of(*labels.split("|")), column).classes.ordered

    assert ordered("1|2|3", "stars") and ordered("negative|neutral|positive", "label")
    assert not ordered("World|Sports|Business", "label")


def test_all_proposals_of_stars_and_of_words():
    counts = counts_of(1, 2, 3, 4, 5)
    found = {one.title: one for one in proposals(counts, "stars")}
    assert list(found) == [TWO_SIDES, THREE_CLASSES, EACH_VALUE]
    assert found[TWO_SIDES].setting == "Negative=1,2; Positive=4,5"
    assert found[THREE_CLASSES].setting == "Negative=1,2; Neutral=3; Positive=4,5"
    assert found[EACH_VALUE].setting == "1; 2; 3; 4; 5"
    for one in found.values():  # the setting says the same
        given = classes_of(PATH, counts, TableConfig(classes=one.setting), "stars")
        assert (given.classes, dict(given.codes)) == (one.classes, dict(one.codes))
    words = counts_of("Very Negative", "negative", "neutral", "positive", "very positive")
    each = proposals(words, "label")[-1]
    assert each.classes == Classes(tuple(words), ordered=True)
    assert proposals(words, "label")[0].classes == NEGATIVE_NEUTRAL_POSITIVE


@pytest.mark.parametrize("count", [21, 60])
def test_many_values_are_no_classes(count):
    assert proposals(counts_of(*(f"topic {n}" for n in range(count)))) == []


def test_a_column_with_another_value_in_each_row_has_no_labels():
    counts = {str(number): 1 for number in range(12)}
    assert proposals(counts, "stars") == []
    assert "identifies the rows" in refused("t.csv", counts, count=1)
    counter = LabelCounter()
    for number in range(MOST_LABELS + 1):
        counter.add(f"tt{number}")
    error = too_many_labels(PATH, "id", counter.counts())
    assert "identifies the rows" in str(error) and "'id'" in str(error)


def test_a_few_broken_values_among_ratings_make_it_a_question():
    counts = {"1": 500, "5": 400, "a film": 1}
    mapping = propose_mapping(counts, "stars")
    assert mapping.setting == "Negative=1; Positive=5" and not mapping.sure
    assert "'a film'" in mapping.doubt
    many = propose_mapping(counts | {"a film": 300}, "stars")
    assert many.title == EACH_VALUE and not many.sure


def test_the_sentence_has_the_counts_of_each_class():
    counts = {"1": 8_000, "2": 6_000, "3": 7_000, "4": 15_000, "5": 20_000}
    sentence = propose_mapping(counts, "stars").sentence(counts)
    assert "4 and 5 stars = Positive: 35,000" in sentence
    assert "1 and 2 stars = Negative: 14,000" in sentence
    assert "3 stars" in sentence and "7,000" in sentence


# --- Settings


def given(labels, setting, **more):
    mapping = classes_of(PATH, counts_of(*labels), TableConfig(classes=setting, **more))
    return mapping.classes, dict(mapping.codes)


def test_settings_name_labels_in_any_spelling():
    classes, codes = given(("4.0", "Five", "1", "so"), "Bad = 1.0 ; Good=4, FIVE")
    assert classes == Classes(("Bad", "Good"), ordered=True)
    assert codes == {"1": 0, "4.0": 1, "Five": 1}


def test_a_name_alone_is_a_label():
    classes, codes = given(("pos", "Neutral", "neg"), "NEG; neutral; POS")
    assert classes.names == ("NEG", "neutral", "POS") and classes.ordered
    assert codes == {"neg": 0, "Neutral": 1, "pos": 2}


def test_labels_may_have_commas():
    labels = ("yes, please", "no, thanks", "a", "b", "a,b")
    setting = 'Positive="yes, please","a,b"; Negative="no, thanks",b'
    classes, codes = given(labels, setting)
    assert classes == NEGATIVE_POSITIVE  # put in rising order
    assert codes == {"yes, please": 1, "a,b": 1, "no, thanks": 0, "b": 0}


@pytest.mark.parametrize(
    ("setting", "ordered", "names"),
    [
        ("Good=4,5; Bad=1,2", "", ("Bad", "Good")),
        ("Good=4,5; Bad=1,2", "yes", ("Good", "Bad")),
        ("Good=4,5; Bad=1,2", "no", ("Good", "Bad")),
        ("low=1; mid=3; high=5", "", ("low", "mid", "high")),
    ],
)
def test_the_order_of_classes(setting, ordered, names):
    classes, _ = given((1, 2, 3, 4, 5), setting, ordered=ordered)
    assert classes == Classes(names, ordered != "no")


def test_classes_without_a_known_order():
    assert given(("Sports", "World", "Art"), "Sports; World; Art")[0].ordered is False
    assert given(("Sports", "World", "Art"), "Sports; World; Art", ordered="yes")[0].ordered
    assert given((1, 2, 3), "a=1; b=3; c=2")[0].ordered is False


def test_settings_override_what_is_sure():
    setting = "Negative=positive; Positive=negative"
    assert given(("positive", "negative"), setting)[1] == {"positive": 0, "negative": 1}


def test_errors_name_the_labels_and_the_settings():
    message = refused("setting Classes", ["1", "2", "3"], column="stars")
    assert "'1' (10)" in message and "'1; 2; 3'" in message
    refused("'6' is not a label", ["1", "5"], classes="Positive=6; Negative=1")
    refused("'5' of t.csv", ["1", "5"], classes="Positive=5; Negative=1,5.0")
    refused("'pos' (10)", ["pos"])


@pytest.mark.parametrize(
    "text", ["Negative=1", "a;a", "a=1,;b", "=1;b", 'a="1;b', "a=b=c;d", "a,b", ";", "a=;b"]
)
def test_a_setting_that_is_not_classes_is_refused(text):
    with pytest.raises(ConfigError, match="classes"):
        TableConfig(classes=text)


@pytest.mark.parametrize(
    "values",
    [
        {"Negative": ("1", "2"), "Neutral": ("3",)},
        {"a; b": ('say "x"', "1,2"), "=": ("=",)},
        {" spaced ": ("a\nb",), "plain": ("plain",)},
    ],
)
def test_the_text_of_classes_is_read_as_it_was_written(values):
    assert parse_classes(format_classes(values)) == values


def test_rows_of_a_form():
    rows = [ClassRow("1", "low", 1), ClassRow("2", "LOW"), ClassRow("3", ""), ClassRow("5", "top")]
    mapping = LabelMapping.of_rows(rows, ordered=True)
    assert mapping.classes == Classes(("low", "top"), ordered=True)
    assert mapping.codes == {"1": 0, "2": 0, "5": 1}
    swapped = [*rows, ClassRow("4", "first", 0)]
    assert LabelMapping.of_rows(swapped, ordered=True).classes.names == ("first", "low", "top")
    assert LabelMapping.of_rows(rows[:3], ordered=True).classes is None
    with pytest.raises(CorpusError, match="'low'"):
        LabelMapping.of_rows([*rows, ClassRow("6", "low", 3)], ordered=True)


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
