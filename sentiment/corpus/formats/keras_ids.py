"""The IMDB reviews of Keras (imdb.npz): word ids, and the index of the words beside them.

Ids are not text, so the index imdb_word_index.json is required. The file that Keras downloads holds
Python objects, which could execute code when they are opened; only arrays of numbers are read.
"""

import itertools
import json
import math
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import numpy as np

from sentiment.corpus import limits
from sentiment.corpus.containers import opened_for_seeking
from sentiment.corpus.formats.opened import OpenedTable, named_row
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.zip_files import opened_zip, zip_errors
from sentiment.errors import CorpusError

INDEX_FILE = "imdb_word_index.json"
_INDEX_BYTES = 16_000_000  # that of Keras has 1.6 million
_WORD_CHARACTERS = 200
_MOST_NAMED = 10
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
    with opened_for_seeking(path) as stream, zip_errors():
        _check_arrays(path, stream)
    return OpenedTable(_COLUMNS, partial(_rows, path, _word_index(path)))


def _check_arrays(path: Path, stream: IO[bytes]) -> None:
    """Check the headers of the arrays, which tell the memory they take. Raises CorpusError."""
    with opened_zip(path, stream) as archive:
        names = archive.namelist()
        wanted = [f"{axis}_{split}.npy" for split in _SPLITS for axis in "xy"]
        if any(name not in names for name in wanted):
            found = ", ".join(name.removesuffix(".npy") for name in names[:_MOST_NAMED])
            raise CorpusError(
                f"{path} has the arrays {found}, expected x_train, y_train, x_test and y_test as "
                f"in the imdb.npz of Keras. {_CONVERT}"
            )
        shapes = {name: _shape_of(path, archive, name) for name in wanted}
        for name in wanted:
            dimensions = 2 if name.startswith("x") else 1
            reviews = shapes[name.replace("x", "y", 1)][:1]
            if len(shapes[name]) != dimensions or shapes[name][:1] != reviews:
                raise CorpusError(
                    f"{path}: {name.removesuffix('.npy')} has the shape {shapes[name]}, expected a "
                    f"row of whole numbers per review, and a label. {_CONVERT}"
                )


def _shape_of(path: Path, archive: zipfile.ZipFile, name: str) -> tuple[int, ...]:
    """The shape of an array of whole numbers. Raises CorpusError if its header is wrong."""
    info, most = archive.getinfo(name), limits.LIMITS.array_values
    with archive.open(info) as member:
        version = np.lib.format.read_magic(member)
        read = np.lib.format.read_array_header_1_0
        if version != (1, 0):
            read = np.lib.format.read_array_header_2_0
        shape, _, dtype = read(member)
        if dtype.hasobject:
            raise CorpusError(
                f"{path} holds word ids as Python objects, which are never opened because they "
                f"could execute code. {_CONVERT}"
            )
        values = math.prod(shape)
        if dtype.kind not in "iu" or info.file_size - member.tell() != values * dtype.itemsize:
            raise CorpusError(
                f"{path}: {name.removesuffix('.npy')} has the type {dtype} and "
                f"{info.file_size:,} bytes, expected {values:,} whole numbers. {_CONVERT}"
            )
        if values > most:
            raise CorpusError(
                f"{path}: {name.removesuffix('.npy')} has {values:,} values, more than {most:,}. "
                f"{_CONVERT}"
            )
    return tuple(shape)


def _word_index(path: Path) -> dict[int, str]:
    file = path.parent / INDEX_FILE
    if not file.is_file():
        raise CorpusError(
            f"{path} has word ids and no text, and the file {INDEX_FILE} with the words is not "
            f"beside it. Put it there, or: {_CONVERT}"
        )
    try:
        if file.stat().st_size > _INDEX_BYTES:
            raise ValueError(f"it has more than {_INDEX_BYTES:,} bytes")
        index = json.loads(file.read_text("utf-8"))
        if any(len(word) > _WORD_CHARACTERS for word in index):
            raise ValueError(f"it has a word of more than {_WORD_CHARACTERS} characters")
        return {int(place) + _FIRST_WORD: word for word, place in index.items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise CorpusError(
            f"{file} is not the word index of Keras ({error}), expected an object of words and "
            "their numbers. Download it again."
        ) from error


def _rows(path: Path, words: dict[int, str], columns: Columns | None) -> Iterator[Row]:
    number, longest = 0, limits.LIMITS.text_characters
    with opened_for_seeking(path) as stream:
        for split in _SPLITS:
            stream.seek(0)
            with zip_errors(), np.load(stream, allow_pickle=False) as arrays:
                ids, labels = arrays[f"x_{split}"], arrays[f"y_{split}"]
            for row, label in zip(ids, labels.tolist(), strict=True):
                number += 1
                ids_read = row[: 2 * longest].tolist()
                known = itertools.islice(
                    (words[word] for word in ids_read if word in words), longest
                )
                text = " ".join(known)[: longest + 1]  # as much as is needed to reject it
                yield named_row(columns, number, {"text": text, "label": label, "split": split})
