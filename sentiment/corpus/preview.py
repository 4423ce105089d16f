"""Rejected rows of a source, counted and grouped for display."""

import re
from collections.abc import Sequence

_MORE = re.compile(r"\.\.\. and ([\d,]+) more: ")


def rejected_by_reason(lines: Sequence[str]) -> list[dict[str, str]]:
    """One entry per reason, with the rows rejected for it. lines: `Corpus.rejected`."""
    rows: dict[str, list[str]] = {}
    for line in lines:
        row, _, reason = line.partition(": ")
        rows.setdefault(reason, []).append(row)
    return [{"reason": reason, "rows": ", ".join(which)} for reason, which in rows.items()]


def rejected_count(lines: Sequence[str]) -> int:
    """The number of rejected rows. lines: `Corpus.rejected`, where one can stand for several."""
    more = (_MORE.match(line) for line in lines)
    return sum(int(found[1].replace(",", "")) if found else 1 for found in more)
