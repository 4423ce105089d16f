"""Preview of a table: likely columns, example reviews, and rejected rows by reason."""

from collections.abc import Sequence

from sentiment.corpus.review import Corpus
from sentiment.corpus.table_rows import LABEL_NAMES, TEXT_NAMES

# A corpus is not guessed from a column of ratings; a preview may suggest one.
LIKELY_LABELS = (*LABEL_NAMES, "rating", "ratings", "stars", "score")
MOST_SEARCHED = 2_000  # reviews, for some with accents


def likely_columns(names: Sequence[str]) -> tuple[int, int]:
    """Places of the likely text column and label column in `names`; 0 where none is."""
    return _first(names, TEXT_NAMES), _first(names, LIKELY_LABELS)


def _first(names: Sequence[str], likely: Sequence[str]) -> int:
    return next((place for place, name in enumerate(names) if name.lower() in likely), 0)


def example_rows(corpus: Corpus, count: int, *, accents: bool = False) -> list[int]:
    """Rows of at most `count` reviews. accents: texts beyond ASCII first, to check the encoding."""
    rows = range(min(len(corpus), MOST_SEARCHED if accents else count))
    if not accents:
        return list(rows)
    return sorted(rows, key=lambda row: corpus.texts[row].isascii())[:count]


def rejected_by_reason(lines: Sequence[str]) -> list[dict[str, str]]:
    """One entry per reason with its rows, from `Corpus.rejected`."""
    rows: dict[str, list[str]] = {}
    for line in lines:
        row, _, reason = line.partition(": ")
        rows.setdefault(reason, []).append(row)
    return [{"reason": reason, "rows": ", ".join(which)} for reason, which in rows.items()]
