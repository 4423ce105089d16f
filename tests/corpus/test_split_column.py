"""The split column of a table: used if its values are known, and else a question."""

import json

import pytest

from sentiment.corpus.review import Split
from sentiment.corpus.split_column import COLUMN_NAMES, NONE
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import guesses_of
from sentiment.corpus.tables import read_table
from sentiment.errors import CorpusError

TRAIN, VALID, TEST = Split.TRAIN, Split.VALID, Split.TEST


def table(tmp_path, *values, column="split"):
    path = tmp_path / "reviews.csv"
    rows = [f"film {n},{n % 2},{value}" for n, value in enumerate(values)]
    path.write_text("\n".join([f"text,label,{column}", *rows]) + "\n")
    return path


def read(path, split_column=""):
    return read_table(path, TableConfig(split_column=split_column))


def guess(path, split_column=""):
    found = guesses_of(path, TableConfig(split_column=split_column))
    return next((guess for guess in found if guess.field == "split_column"), None)


@pytest.mark.parametrize("column", [*COLUMN_NAMES, "Split", " TYPE "])
def test_known_values_are_used_in_any_case_and_with_blanks(tmp_path, column):
    path = table(tmp_path, "train", " Training", "dev", "TEST ", column=column)
    corpus = read(path)
    assert corpus.splits.tolist() == [TRAIN, TRAIN, VALID, TEST] and corpus.official
    assert guess(path).value == column.strip()
    assert not read(table(tmp_path, "train", "train", "dev", column=column)).official


def test_known_values_can_be_ignored(tmp_path):
    path = table(tmp_path, "train", "train", "test", "test")
    assert read(path, NONE).splits.tolist() == [TRAIN] * 4
    assert (guess(path, NONE).value, set(guess(path, NONE).options)) == (NONE, {NONE, "split"})


@pytest.mark.parametrize(
    ("values", "splits"),
    [
        (["0", "1", "2", "10"], [TRAIN, TRAIN, TRAIN, TEST]),  # folds
        (["", "", "test", "test"], [TRAIN, TRAIN, TEST, TEST]),
        (["valid", "valid", "test", "test"], [VALID, VALID, TEST, TEST]),
        (["train", "train", "", "holdout"], [TRAIN, TRAIN]),
        (["train", "test", "", "3"], [TRAIN, TEST]),
    ],
)
@pytest.mark.parametrize("column", ["split", "type"])
def test_other_values_are_a_question_and_used_only_if_chosen(tmp_path, values, splits, column):
    path = table(tmp_path, *values, column=column)
    assert read(path).splits.tolist() == [TRAIN] * 4 and read(path).rejected == ()
    asked = guess(path)
    assert asked.value == NONE and set(asked.options) == {NONE, column}
    chosen = read(path, column)
    assert chosen.splits.tolist() == splits
    assert len(chosen.rejected) == 4 - len(splits)
    assert guess(path, column).value == column


def test_a_row_that_is_left_out_is_rejected_with_its_split(tmp_path):
    (first, second) = read(table(tmp_path, "train", "test", "", "Holdout"), "split").rejected
    assert first.startswith("row 4: ") and "''" in first
    assert second.startswith("row 5: ") and "'holdout'" in second


def test_a_file_with_test_rows_alone_is_a_test_file(tmp_path):
    path = table(tmp_path, "test", "Test", "test", "test")
    assert read(path).splits.tolist() == [TEST] * 4 and read(path).official
    assert guess(path).value == "split"
    assert read(path, NONE).splits.tolist() == [TRAIN] * 4


@pytest.mark.parametrize("column", ["type", "set"])
def test_a_column_of_another_meaning_is_no_question(tmp_path, column):
    path = table(tmp_path, "movie", "series", "movie", "movie", column=column)
    assert guess(path) is None
    assert read(path).splits.tolist() == [TRAIN] * 4
    with pytest.raises(CorpusError, match=f"'{column}'.*'movie'.*Split column"):
        read(path, column)


def test_a_column_with_a_value_per_row_is_no_question(tmp_path):
    path = table(tmp_path, *(f"tt{n}" for n in range(500)), column="type")
    assert guess(path) is None and len(read(path)) == 500


def test_the_column_can_have_any_name_or_be_given_by_number(tmp_path):
    path = table(tmp_path, "train", "train", "test", "test", column="purpose")
    assert read(path).splits.tolist() == [TRAIN] * 4 and guess(path) is None
    for given in ("Purpose", "3"):
        assert read(path, given).splits.tolist() == [TRAIN, TRAIN, TEST, TEST]
        assert guess(path, given).value == "purpose"
    with pytest.raises(CorpusError, match="Split column"):
        read(path, "nothing")


def test_a_value_missing_in_json_is_a_blank(tmp_path):
    path = tmp_path / "t.jsonl"
    records = [
        {"text": "a", "label": 1, "split": "train"},
        {"text": "b", "label": 0, "split": "test"},
        {"text": "c", "label": 0},
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    assert read(path).splits.tolist() == [TRAIN] * 3
    (line,) = read(path, "split").rejected
    assert line.startswith("line 3: ") and "''" in line


def test_the_values_are_counted_in_the_whole_file(tmp_path):
    path = table(tmp_path, *["train"] * 3_000, "test", "holdout")
    assert guess(path).value == NONE
    assert "holdout" in guess(path).sentence
