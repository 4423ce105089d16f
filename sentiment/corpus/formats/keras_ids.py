"""The IMDB reviews of Keras (imdb.npz): word ids, and the index of the words beside them.

Ids are no text, so the index imdb_word_index.json is required. The file that Keras downloads holds
Python objects; opening these could execute code, so only arrays of numbers are read.
"""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np

from sentiment.corpus.containers import check_unpacked_size, opened_for_seeking
from sentiment.corpus.formats.opened import OpenedTable, row_of
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.errors import CorpusError

INDEX_FILE = "imdb_word_index.json"
_FIRST_WORD = 3  # ids 0, 1 and 2 are padding, begin and unknown word
_SPLITS = ("train", "test")
_COLUMNS = ("text", "label", "split")
_CONVERT = (
    "In Python, join the words of each review (keras.datasets.imdb.load_data and get_word_index) "
    "and save a .csv with the columns text and label."
)


def open_keras_ids(
    path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """The reviews as words in lower case. Raises CorpusError."""
    with opened_for_seeking(path) as stream:
        _check_arrays(path, stream)
    return OpenedTable(_COLUMNS, partial(_rows, path, _word_index(path)))


def _check_arrays(path: Path, stream: IO[bytes]) -> None:
    check_unpacked_size(path, stream)
    with np.load(stream, allow_pickle=False) as arrays:
        missing = [
            name for split in _SPLITS for name in (f"x_{split}", f"y_{split}") if name not in arrays
        ]
        if missing:
            raise CorpusError(
                f"{path} has the arrays {', '.join(arrays.files)}, expected x_train, y_train, "
                f"x_test and y_test as in the imdb.npz of Keras. {_CONVERT}"
            )
        for split in _SPLITS:
            try:
                ids, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
            except ValueError as error:
                raise CorpusError(
                    f"{path} holds word ids as Python objects, which are never opened because "
                    f"they could execute code. {_CONVERT}"
                ) from error
            if ids.ndim != 2 or ids.dtype.kind not in "iu" or len(ids) != len(labels):
                raise CorpusError(
                    f"{path}: x_{split} has the shape {ids.shape} and the type {ids.dtype}, "
                    f"expected a row of whole numbers per review. {_CONVERT}"
                )


def _word_index(path: Path) -> dict[int, str]:
    file = path.parent / INDEX_FILE
    if not file.is_file():
        raise CorpusError(
            f"{path} has word ids and no text, and the file {INDEX_FILE} with the words is not "
            f"beside it. Put it there, or: {_CONVERT}"
        )
    try:
        index = json.loads(file.read_text("utf-8"))
        return {int(place) + _FIRST_WORD: str(word) for word, place in index.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CorpusError(
            f"{file} is not the word index of Keras ({error}), expected an object of words and "
            "their numbers. Download it again."
        ) from error


def _rows(path: Path, words: dict[int, str], columns: Columns) -> Iterator[Row]:
    number = 0
    with opened_for_seeking(path) as stream, np.load(stream, allow_pickle=False) as arrays:
        for split in _SPLITS:
            ids, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
            for row, label in zip(ids, labels.tolist(), strict=True):
                number += 1
                text = " ".join(words[word] for word in row.tolist() if word in words)
                of_column = {"text": text, "label": label, "split": split}
                yield row_of(columns, number, *(name and of_column[name] for name in columns))
