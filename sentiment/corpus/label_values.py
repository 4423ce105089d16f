"""Label values of a table: their spellings, and what they mean by convention."""

import math
import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from sentiment.wording import first_few

# (positive, negative); "4" and "0" are from Sentiment140.
LABEL_PAIRS = (
    ("positive", "negative"),
    ("pos", "neg"),
    ("1", "0"),
    ("1", "-1"),
    ("+1", "-1"),
    ("+", "-"),
    ("4", "0"),
    ("true", "false"),
    ("yes", "no"),
    ("good", "bad"),
    ("fresh", "rotten"),
)
TRUE = frozenset(("1", "true", "t", "yes", "y"))
FALSE = frozenset(("0", "false", "f", "no", "n"))
_WORD_PAIRS = (
    *(pair for pair in LABEL_PAIRS if pair[0] not in TRUE and not pair[0].isdigit()),
    ("favorable", "unfavorable"),
    ("favourable", "unfavourable"),
    ("recommended", "not recommended"),
    ("like", "dislike"),
    ("liked", "disliked"),
    ("love", "hate"),
    ("👍", "👎"),
)
POSITIVE_WORDS = frozenset(
    (*(positive for positive, _ in _WORD_PAIRS), "great", "excellent", "best")
)
NEGATIVE_WORDS = frozenset(
    (*(negative for _, negative in _WORD_PAIRS), "poor", "terrible", "awful", "worst")
)
NEUTRAL_WORDS = frozenset(("neutral", "neu", "mixed", "average", "neither"))
MISSING_LABELS = frozenset(("", "nan", "null", "none", "na", "n/a", "<na>", "#n/a"))

MAX_VALUES_SHOWN = 10
_SHORT = 50  # characters of a label that is kept
_INTEGRAL = re.compile(r"([+-]?\d+)\.0+")  # pandas writes labels as 1.0 where some are missing
_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_RATING = re.compile(
    rf"(?P<value>{_NUMBER})(?: ?stars?| ?points?)?(?: ?(?:/|out of|of) ?(?P<high>\d+))?"
    r"(?P<unit> ?stars?| ?points?)?"
)
_STARS = re.compile(r"(?P<full>[★⭐🌟]+)(?P<empty>☆*)")
_NUMBER_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DEGREES = dict.fromkeys(("very", "highly", "strongly"), 2.0) | {"extremely": 3.0, "mostly": 0.8}
_DEGREES |= dict.fromkeys(("somewhat", "slightly", "weakly", "mildly"), 0.5)
_PLAIN = re.compile(r"[\w.+-]+( stars?)?")


class Rating(NamedTuple):
    """A label value as a number."""

    value: float
    high: int | None = None  # the end of its scale, if it names it: "4/5"
    stars: bool = False


def label_name(value: object) -> str:
    """A label as text: "1" for 1, 1.0 and "1"; empty if missing."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = value.decode(errors="replace") if isinstance(value, bytes) else str(value)
    return _kept_name(text) if len(text) < _SHORT else _name(text)


@lru_cache(maxsize=1024)
def _kept_name(text: str) -> str:
    return _name(text)


def _name(text: str) -> str:
    text = " ".join(text.split())
    integral = _INTEGRAL.fullmatch(text)
    return integral[1] if integral else text


def label_key(label: str) -> str:
    """The form for comparing labels: equal for "Positive" and " POSITIVE", for "+1" and "1.0"."""
    key = label_name(unicodedata.normalize("NFKC", label)).casefold()
    key = key.replace("\N{MINUS SIGN}", "-").replace("\N{VARIATION SELECTOR-16}", "")
    key = key[1:] if key[:1] == "+" and key[1:].isdecimal() else key
    return "0" if key == "-0" else key


def is_missing(label: str) -> bool:
    """Whether a label is empty or a word for a missing value."""
    return len(label) < _SHORT and label.strip().casefold() in MISSING_LABELS


def present(counts: Mapping[str, int]) -> dict[str, int]:
    """Rows per label, without words for missing labels."""
    return {label: count for label, count in counts.items() if not is_missing(label)}


def word_level(key: str) -> float | None:
    """How positive a word is, None if that is not known: 1 for "good", -2 for "very negative"."""
    words = key.replace("_", " ").replace("-", " ").split() if len(key) > 1 else [key]
    degree = 1.0
    while len(words) > 1 and words[0] in _DEGREES:
        degree *= _DEGREES[words[0]]
        words = words[1:]
    plain = " ".join(words)
    known = ((POSITIVE_WORDS, degree), (NEGATIVE_WORDS, -degree), (NEUTRAL_WORDS, 0.0))
    return next((level for group, level in known if plain in group), None)


def rating_of(key: str) -> Rating | None:
    """A label as a rating: "4", "4.5", "4,5", "4 stars", "4/5", "★★★★☆"; None if it is not one."""
    if stars := _STARS.fullmatch(key):
        full, empty = len(stars["full"]), len(stars["empty"])
        return Rating(float(full), full + empty if empty else None, stars=True)
    first, _, rest = key.partition(" ")
    if first in _NUMBER_WORDS and rest.startswith("star"):
        key = f"{_NUMBER_WORDS.index(first)} {rest}"
    found = _RATING.fullmatch(key)
    if not found:
        return None
    high = int(found["high"]) if found["high"] else None
    return Rating(float(found["value"].replace(",", ".")), high, "star" in key)


def in_order(labels: Collection[str], counts: Mapping[str, int]) -> list[str]:
    """Labels by their rating, else the most frequent first."""
    ratings = {label: rating_of(label_key(label)) for label in labels}
    return sorted(
        labels,
        key=lambda label: (
            ratings[label] is None,
            0.0 if (rating := ratings[label]) is None else rating.value,
            -counts.get(label, 0),
        ),
    )


def shown(value: object) -> str:
    """A value as messages quote it."""
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "…"


def quoted(values: Collection[object]) -> str:
    """The first values as messages quote them: "'a', 'b' and 3 more"."""
    return first_few(map(shown, values), len(values), MAX_VALUES_SHOWN)


def listed(labels: Collection[str]) -> str:
    """Labels as part of a sentence: "4 and 5", "'so so', 'meh' and 3 more"."""
    names = [label if _PLAIN.fullmatch(label) else shown(label) for label in labels]
    if len(names) > MAX_VALUES_SHOWN:
        more = f"{len(names) - MAX_VALUES_SHOWN:,} more"
        names = [*names[:MAX_VALUES_SHOWN], more]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1] if names else "")))


def counted(counts: Mapping[str, int]) -> str:
    """Labels with their counts, the most frequent first: "'pos' (12), 'neg' (3)"."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    texts = (f"{shown(name)} ({n:,})" for name, n in ordered)
    return first_few(texts, len(ordered), MAX_VALUES_SHOWN)
