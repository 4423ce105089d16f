"""CSV files that are safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Mapping

# Spreadsheets evaluate a cell that begins with one of these as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> object:
    """`value`, with a ' before a text that a spreadsheet would evaluate as a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def unsafe_text(text: str) -> str:
    """The original text, from the result of `safe_cell`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def csv_of(rows: Iterable[Mapping[str, object]]) -> bytes:
    """CSV with a header, and a byte order mark so that Excel reads it as UTF-8."""
    text = io.StringIO()
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.writer(text)
            writer.writerow(map(safe_cell, row))
        writer.writerow(map(safe_cell, row.values()))
    return text.getvalue().encode("utf-8-sig", errors="replace")
