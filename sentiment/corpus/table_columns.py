"""Which columns of a table hold the texts, the labels and the splits."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from sentiment.corpus.label_values import quoted, shown
from sentiment.corpus.split_column import FIELD, NONE, likely_split_column
from sentiment.corpus.table_config import named
from sentiment.errors import CorpusError

TEXT_NAMES = (
    *("text", "review", "review_text", "comment", "sentence", "content", "tweet", "body"),
    *("review_body", "review_content", "comment_text", "full_text", "tweet_text", "reviews"),
    *("verified_reviews", "phrase", "message"),
)
LABEL_NAMES = (
    *("label", "labels", "sentiment", "class", "target", "polarity", "category", "y"),
    *("airline_sentiment", "review_sentiment", "stars", "rating", "ratings", "star_rating"),
    *("review_rating", "score", "review_score", "overall"),
)
_SEPARATORS = re.compile(r"[\W_]+")


class Columns(NamedTuple):
    """Names of the columns to read."""

    text: str
    label: str
    split: str | None


def choose_columns(
    path: Path, text: str | None, label: str | None, split: str, names: list[str]
) -> Columns:
    """The columns to read, given or found by usual names. Raises CorpusError.

    text, label: None if not given. split: the setting `split_column`. names: of all columns.
    """
    text = _column(path, names, text, "text", TEXT_NAMES)
    label = _column(path, names, label, "label", LABEL_NAMES)
    if split == NONE:
        return Columns(text, label, None)
    if split:
        return Columns(text, label, _column(path, names, split, FIELD, ()))
    return Columns(text, label, likely_split_column(names, (text, label)))


def likely_column(names: Sequence[str], guesses: Iterable[str]) -> str | None:
    """The column with one of the names in `guesses`, the first ones first."""
    found = next(filter(None, _matches(names, guesses)), [])
    return found[0] if found else None


def _column(
    path: Path, names: Sequence[str], given: str | None, role: str, guesses: Sequence[str]
) -> str:
    found = next(filter(None, _matches(names, guesses if given is None else (given,))), [])
    if not found:
        expected = shown(given) if given else "a name such as " + ", ".join(guesses[:6])
        raise CorpusError(
            f"{path} has no {role.removesuffix('_column')} column: expected {expected}, found "
            f"{quoted(names)}. Change {named(role)}."
        )
    if len(found) > 1:
        raise CorpusError(f"{path} has the column {shown(found[0])} twice. Rename one of them.")
    return found[0]


def _matches(names: Sequence[str], guesses: Iterable[str]) -> list[list[str]]:
    """The names that are equal to each guess, then those that differ in case and separators."""
    guesses = list(guesses)
    exact = [[name for name in names if name == guess] for guess in guesses]
    return exact + [
        [name for name in names if column_key(name) == column_key(guess)] for guess in guesses
    ]


def column_key(name: str) -> str:
    """The form in which names are compared: equal for "Review Text" and "review_text"."""
    return _SEPARATORS.sub("", name.casefold()) or name
