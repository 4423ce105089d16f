"""Rejected rows of a source, grouped for a page."""

from collections.abc import Sequence


def rejected_by_reason(lines: Sequence[str]) -> list[dict[str, str]]:
    """One entry per reason with its rows, from `Corpus.rejected`."""
    rows: dict[str, list[str]] = {}
    for line in lines:
        row, _, reason = line.partition(": ")
        rows.setdefault(reason, []).append(row)
    return [{"reason": reason, "rows": ", ".join(which)} for reason, which in rows.items()]
