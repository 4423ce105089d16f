"""Plain text with one review a line: fastText, a label and a text, or parse trees."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from sentiment.corpus import limits
from sentiment.corpus.formats.opened import OpenedTable, named_row
from sentiment.corpus.label_values import LABEL_PAIRS
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_rows import RejectedRows, Row
from sentiment.corpus.text_files import decoded, first_lines, lines_in
from sentiment.errors import CorpusError

TEXT, LABEL = "text", "label"
_FOR_GUESSES = 100  # lines
_LEAST_SHARE = 0.95  # of them
_FASTTEXT_LABEL = re.compile(r"__label__(\S+)[ \t,]*")
_WORDS_FOR_LABELS = "|".join(
    sorted({re.escape(value) for pair in LABEL_PAIRS for value in pair if value.isalpha()})
)
_LABEL_FIRST = re.compile(rf"([+-]?\d|{_WORDS_FOR_LABELS})[ \t]+(\S.*)", re.IGNORECASE | re.DOTALL)
_TREE = re.compile(r"\((\d) .*\)\s*", re.DOTALL)
_LEAF = re.compile(r" ([^()\s]+)\)")
_BRACKETS = {"-LRB-": "(", "-RRB-": ")", "-LSB-": "[", "-RSB-": "]", "-LCB-": "{", "-RCB-": "}"}


class _Parsed(NamedTuple):
    text: str
    label: str


def open_unlabelled(path: Path, encoding: str) -> OpenedTable:
    """A table of plain text: one column, each line a row, empty lines included."""

    def rows(columns: Columns | None) -> Iterator[Row]:
        with decoded(path, encoding) as stream:
            for number, line in enumerate(lines_in(path, stream), 1):
                yield Row(number, [line.rstrip("\r\n")], None)

    sample = [[line.rstrip("\r\n")] for line in first_lines_of(path, encoding)]
    return OpenedTable((TEXT,), rows, sample=sample)


_Parse = Callable[[str], "_Parsed | str"]  # a line -> its text and label, or why it has none


def is_fasttext(lines: list[str]) -> bool:
    return _most(lines, lambda line: line.startswith("__label__"))


def is_trees(lines: list[str]) -> bool:
    return _most(lines, lambda line: bool(_TREE.fullmatch(line)) and bool(_LEAF.search(line)))


def is_label_first(lines: list[str]) -> bool:
    """Whether each line begins with one of few labels and a space."""
    found = [_LABEL_FIRST.fullmatch(line) for line in lines if line.strip()]
    labels = {match[1].lower() for match in found if match}
    return 1 < len(labels) <= len(found) / 2 and all(found)


def _most(lines: list[str], fits: Callable[[str], bool]) -> bool:
    given = [line for line in lines if line.strip()]
    return bool(given) and sum(map(fits, given)) >= _LEAST_SHARE * len(given)


def open_lines(
    parse: _Parse, path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """A table of the lines that `parse` (fasttext, label_first or tree) splits."""
    sample = [parse(line) for line in first_lines_of(path, encoding) if line.strip()]
    return OpenedTable(
        (TEXT, LABEL),
        partial(_rows, path, encoding, rejected, parse),
        sample=[line for line in sample if isinstance(line, _Parsed)],
    )


def refuse_unlabelled(
    path: Path, encoding: str, table: TableConfig, rejected: RejectedRows
) -> OpenedTable:
    """Raises CorpusError, because lines of text alone have no labels."""
    lines = first_lines_of(path, encoding)
    line = next((line.strip() for line in lines if line.strip()), "")
    shown = line if len(line) <= 60 else line[:60] + "…"
    raise CorpusError(
        f"{path} has lines of text without labels, for example “{shown}”. Add a column of labels "
        "(text, tab, label); or put the labels into labels.txt, line by line, beside reviews.txt; "
        "or put the reviews of each class into a file of their own, pos.txt and neg.txt, and give "
        "their folder."
    )


def first_lines_of(path: Path, encoding: str) -> list[str]:
    return first_lines(path, encoding, _FOR_GUESSES)


def _rows(
    path: Path, encoding: str, rejected: RejectedRows, parse: _Parse, columns: Columns | None
) -> Iterator[Row]:
    with decoded(path, encoding) as stream:
        for number, line in enumerate(lines_in(path, stream), 1):
            if not line.strip():
                continue
            parsed = parse(line)
            if isinstance(parsed, str):
                rejected.add(number, parsed)
                continue
            yield named_row(columns, number, parsed._asdict())


def fasttext(line: str) -> _Parsed | str:
    labels, place = [], 0
    while found := _FASTTEXT_LABEL.match(line, place):
        labels.append(found[1])
        place = found.end()
    if len(labels) != 1:
        return f"{len(labels)} labels, expected one"
    return _Parsed(line[place:].strip(), labels[0])


def label_first(line: str) -> _Parsed | str:
    found = _LABEL_FIRST.fullmatch(line)
    return _Parsed(found[2].strip(), found[1]) if found else "no label at the beginning of the line"


def tree(line: str) -> _Parsed | str:
    """The label of the root, and the leaves joined by spaces."""
    found = _TREE.fullmatch(line) if len(line) <= limits.LIMITS.text_characters else None
    leaves = _LEAF.findall(line) if found else []
    if not found or not leaves or line.count("(") != line.count(")"):
        return "not a tree, expected one such as (3 (2 good) (2 film))"
    return _Parsed(" ".join(_BRACKETS.get(leaf, leaf) for leaf in leaves), found[1])
