"""What single texts tell of themselves: their rating, where they come from, their language."""

import itertools
import re
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import tokenize
from sentiment.progress import Progress

_NUMBER = r"(?:\d{1,2}(?:[.,]\d{1,2})?|zero|one|two|three|four|five|six|seven|eight|nine|ten)"
_OUT_OF = rf"\b{_NUMBER}\+?\s+out\s+of\s+(?:a\s+possible\s+)?(?:10|ten|5|five|4|four)\b"
_GAVE_IT = (
    r"\b(?:rat(?:e|ed|ing)|scor(?:e|ed)|giv(?:e|en|ing)|gave)\s+(?:it|this)(?:\s+\w+)?\s+an?\s+"
    rf"{_NUMBER}\b"
)
# "10/10", "7.5 / 10", "8 out of 10", "3 stars", "gave it a 4", "*** of ****"; no dates (9/10/2001)
# and no "two stars of the film".
_RATING = re.compile(
    r"(?<![\d/.])\d{1,2}(?:[.,]\d{1,2})?\s?[/\\]\s?(?:10|5)(?![\d/\\])"
    rf"|{_OUT_OF}|{_GAVE_IT}"
    rf"|\b(?:{_NUMBER}|half)(?:\s+and\s+a\s+half)?[\s-]stars?\b(?!\s+(?:of|in|who|from|and)\b)"
    r"|(?<!\*)\*{1,5}(?:\s?(?:1/2|½))?\s(?:out\s+)?of\s+\*{4,5}(?!\*)",
    re.IGNORECASE,
)
# Everything that _RATING can find and a little more, for RE2: it cannot look ahead, but it is
# twenty times faster, and few reviews are left for the other.
_PERHAPS_RATING = (
    rf"(?i)\d\s?[/\\]\s?(?:10|5)|{_OUT_OF}|{_GAVE_IT}|\b(?:{_NUMBER}|half)[\s-]stars?\b"
    r"|\*\s?(?:1/2|½)?\s(?:out\s+)?of\s+\*{4}"
)
# Tags and entities, but for the line breaks that every reader of IMDB knows how to remove.
_HTML = re.compile(
    r"</?(?!br\b)[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,200})?/?>|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
# Common in English and in no other language written with these letters.
_ENGLISH = frozenset(
    tokenize(
        "the and of to it this that with but not you they are have had which his my by there from "
        "who their what when were be has just about would movie film"
    )
)
FEWEST_WORDS, ENGLISH_SHARE = 10, 0.05
_LAST_LATIN = 0x24F
_AT_ONCE = 4096  # texts


def rating_evidence(text: str) -> str:
    """Where a text names its own rating, "" if it does not."""
    found = _RATING.search(text)
    return found[0] if found else ""


def html_evidence(text: str) -> str:
    """The first tag or entity in a text, "" if there is none."""
    found = _HTML.search(text)
    return found[0] if found else ""


def ratings(texts: Iterable[str], count: int, progress: Progress) -> np.ndarray:
    """Which of `count` texts name their own rating, (count,) bool."""
    marked = np.zeros(count, bool)
    texts, row = iter(texts), 0
    while some := list(itertools.islice(texts, _AT_ONCE)):
        perhaps = pc.match_substring_regex(pa.array(some, pa.large_string()), _PERHAPS_RATING)
        for place in np.flatnonzero(perhaps.to_numpy(zero_copy_only=False)).tolist():
            marked[row + place] = bool(rating_evidence(some[place]))
        row += len(some)
        progress(row, count)
    return marked


def html(texts: Iterable[str]) -> np.ndarray:
    """Which texts hold tags or entities, (N,) bool."""
    return np.fromiter((bool(html_evidence(text)) for text in texts), bool)


def other_languages(tokenized: TokenizedCorpus) -> np.ndarray:
    """Which reviews are hardly English, (N,) bool."""
    english = np.fromiter((word in _ENGLISH for word in tokenized.words), bool)
    foreign = np.fromiter((_other_script(word) for word in tokenized.words), bool)
    other = np.zeros(len(tokenized.lengths), bool)
    for start, offsets, ids in tokenized.blocks():
        lengths = np.maximum(np.diff(offsets), 1)
        shares = [
            np.diff(np.concatenate([[0], np.cumsum(words[ids])])[offsets]) / lengths
            for words in (english, foreign)
        ]
        no_english = (lengths >= FEWEST_WORDS) & (shares[0] < ENGLISH_SHARE)
        other[start : start + len(lengths)] = no_english | (shares[1] > 0.5)
    return other


def _other_script(word: str) -> bool:
    return not word.isascii() and any(ord(c) > _LAST_LATIN and c.isalpha() for c in word)
