"""Per-text checks: leaked rating, HTML residue, language."""

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
# Matches "10/10", "7.5 / 10", "8 out of 10", "3 stars", "gave it a 4", "*** of ****", but not dates
# (9/10/2001) or "two stars of the film".
_RATING = re.compile(
    r"(?<![\d/.])\d{1,2}(?:[.,]\d{1,2})?\s?[/\\]\s?(?:10|5)(?![\d/\\])"
    rf"|{_OUT_OF}|{_GAVE_IT}"
    rf"|\b(?:{_NUMBER}|half)(?:\s+and\s+a\s+half)?[\s-]stars?\b(?!\s+(?:of|in|who|from|and)\b)"
    r"|(?<!\*)\*{1,5}(?:\s?(?:1/2|½))?\s(?:out\s+)?of\s+\*{4,5}(?!\*)",
    re.IGNORECASE,
)
# Matches a superset of _RATING with RE2, which has no lookahead but is twenty times faster. Only
# the few texts that match go through _RATING.
_RATING_CANDIDATE = (
    rf"(?i)\d\s?[/\\]\s?(?:10|5)|{_OUT_OF}|{_GAVE_IT}|\b(?:{_NUMBER}|half)[\s-]stars?\b"
    r"|\*\s?(?:1/2|½)?\s(?:out\s+)?of\s+\*{4}"
)
# Tags and entities, except line breaks.
_HTML = re.compile(
    r"</?(?!br\b)[a-z][a-z0-9]{0,9}(?:\s[^<>]{0,200})?/?>|&(?:[a-z]{2,8}|#\d{2,6}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
# Common in English and in no other language with the Latin script.
_ENGLISH = frozenset(
    tokenize(
        "the and of to it this that with but not you they are have had which his my by there from "
        "who their what when were be has just about would movie film"
    )
)
MIN_WORDS, MIN_ENGLISH_SHARE = 10, 0.05
_LAST_LATIN = 0x24F  # code point
_BLOCK = 4096  # texts


def rating_evidence(text: str) -> str:
    """The first passage in which a text states its own rating, else ""."""
    found = _RATING.search(text)
    return found[0] if found else ""


def html_evidence(text: str) -> str:
    """The first tag or entity in a text, else ""."""
    found = _HTML.search(text)
    return found[0] if found else ""


def language_evidence(text: str) -> str:
    """The number of common English words in a text, or of words in another script."""
    words = tokenize(text)
    other = sum(map(_other_script, words))
    if other > len(words) / 2:
        return f"{other:,} of {len(words):,} words in another script"
    english = sum(word in _ENGLISH for word in words)
    return f"{english:,} of {len(words):,} words are common English words"


def leaked_ratings(texts: Iterable[str], count: int, progress: Progress) -> np.ndarray:
    """Which of `count` texts state their own rating, (count,) bool."""
    found = np.zeros(count, bool)
    texts, row = iter(texts), 0
    while block := list(itertools.islice(texts, _BLOCK)):
        candidates = pc.match_substring_regex(pa.array(block, pa.large_string()), _RATING_CANDIDATE)
        for index in np.flatnonzero(candidates.to_numpy(zero_copy_only=False)).tolist():
            found[row + index] = bool(rating_evidence(block[index]))
        row += len(block)
        progress(row, count)
    return found


def html_residue(texts: Iterable[str]) -> np.ndarray:
    """Which texts contain tags or entities, (N,) bool."""
    return np.fromiter((bool(html_evidence(text)) for text in texts), bool)


def other_languages(tokenized: TokenizedCorpus) -> np.ndarray:
    """Which reviews are probably not in English, (N,) bool."""
    english = np.fromiter((word in _ENGLISH for word in tokenized.words), bool)
    other_script = np.fromiter((_other_script(word) for word in tokenized.words), bool)
    other = np.zeros(len(tokenized.lengths), bool)
    for start, offsets, ids in tokenized.blocks():
        lengths = np.maximum(np.diff(offsets), 1)
        english_share, script_share = (
            np.diff(np.concatenate([[0], np.cumsum(words[ids])])[offsets]) / lengths
            for words in (english, other_script)
        )
        no_english = (lengths >= MIN_WORDS) & (english_share < MIN_ENGLISH_SHARE)
        other[start : start + len(lengths)] = no_english | (script_share > 0.5)
    return other


def _other_script(word: str) -> bool:
    return not word.isascii() and any(ord(c) > _LAST_LATIN and c.isalpha() for c in word)
