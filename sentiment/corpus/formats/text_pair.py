"""Two text files: one review per line, and the label of each in the same line of the other."""

import itertools
from collections.abc import Iterator
from pathlib import Path

from sentiment.corpus.formats.labelled_lines import LABEL, TEXT
from sentiment.corpus.formats.opened import OpenedTable, named_row
from sentiment.corpus.table_columns import Columns
from sentiment.corpus.table_rows import Row
from sentiment.corpus.text_files import lines_of
from sentiment.errors import CorpusError
from sentiment.wording import counted

_FOR_FACTS = 100  # lines


def open_text_pair(reviews: Path, labels: Path, encoding: str) -> OpenedTable:
    """The lines of both files as a table. encoding: of both; guessed for each if it is empty.

    Raises CorpusError, also while the rows are read if the files differ in their number of lines.
    """

    def rows(columns: Columns | None) -> Iterator[Row]:
        texts, names = lines_of(reviews, encoding), lines_of(labels, encoding)
        for number, (text, name) in enumerate(itertools.zip_longest(texts, names), 1):
            if text is None or name is None:
                rest = sum(1 for _ in texts) + sum(1 for _ in names)  # one of them has ended
                count = [number - 1 if line is None else number + rest for line in (text, name)]
                raise CorpusError(
                    f"{reviews} has {counted(count[0], 'line')} but {labels} has {count[1]:,}. "
                    "Line n of one must belong to line n of the other."
                )
            yield named_row(columns, number, {TEXT: text, LABEL: name})

    first = zip(lines_of(reviews, encoding), lines_of(labels, encoding), strict=False)
    return OpenedTable(
        (TEXT, LABEL),
        rows,
        sample=list(itertools.islice(first, _FOR_FACTS)),
        format=f"{reviews.name} and {labels.name}",
        parts=[(reviews, rows)],
    )
