"""Tables that people open in a spreadsheet, made from texts that others wrote."""

import csv
import io
from collections.abc import Iterable, Mapping

# With one of these at its beginning a spreadsheet takes a cell for a formula and computes it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> object:
    """A value as a spreadsheet should show it: a text that would be a formula gets a ' before."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def csv_of(rows: Iterable[Mapping[str, object]]) -> bytes:
    """Rows with the same columns as CSV, with a header and a mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.writer(text)
            writer.writerow(map(safe_cell, row))
        writer.writerow(map(safe_cell, row.values()))
    return text.getvalue().encode("utf-8-sig", errors="replace")
