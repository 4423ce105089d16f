"""Synthetic remarks of one to ten words, as users first type them: "so funny", "not bad at all".

Reviews are too long for a network to learn these from. In many frames the label depends on two
parts: "never a dull moment" is positive, "never a fun moment" negative. So each slot of a frame
takes words of the remark's own label, or of the other label if it is marked with "!".
"""

import functools
import re
import tomllib
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.phrases.tables import FOLDER, BySide, Phrases, Side
from sentiment.corpus.portable_random import PortableRandom
from sentiment.corpus.review_writer import SIDES, with_article
from sentiment.errors import ConfigError, CorpusError
from sentiment.stored import LARGEST_JSON, read_bytes, reading
from sentiment.typed_data import build

PATH = FOLDER / "remarks.toml"
LONGEST = 10  # words
JOINED = 0.1  # share of texts that join two remarks
_ATTEMPTS = 50  # draws of one remark before it may repeat an earlier one
_SLOT = re.compile(r"\{(a )?(!)?(\w+)\}")
_JOINS = (", ", ", ", ". ", ". ", " - ", "! ", "... ")
# Marks at the end -> number of remarks with them in a hundred.
_ENDS = {"": 48, ".": 26, "!": 15, "!!": 3, "!!!": 3, "...": 3, " ": 2}


@dataclass(frozen=True)
class Kind:
    """Frames of one kind of remark: for both labels alike, or for one."""

    weight: int
    both: Phrases = ()
    positive: Phrases = ()
    negative: Phrases = ()

    def frames(self, side: Side) -> Phrases:
        return self.both + (self.positive if side == "positive" else self.negative)


@dataclass(frozen=True)
class Remarks:
    """The tables of `remarks.toml`, with their slots checked."""

    words: dict[str, BySide]
    neutral: dict[str, Phrases]
    kinds: dict[str, Kind]

    def __post_init__(self) -> None:
        lists = [words for sides in self.words.values() for words in sides.values()]
        lists += self.neutral.values()
        lists += [kind.frames(side) for kind in self.kinds.values() for side in SIDES.values()]
        if not all(lists):
            raise TypeError("a list is empty")
        for sides in self.words.values():
            if set(sides) != set(SIDES.values()):
                raise TypeError(f"words need both labels, not {', '.join(sides)} alone")
        for text in (text for texts in lists for text in texts):
            for match in re.finditer(r"\{[^}]*\}?", text):
                slot = _SLOT.fullmatch(match[0])
                names = self.words if slot and slot[2] else {*self.words, *self.neutral}
                if not slot or slot[3] not in names:
                    raise TypeError(f"{text!r} has an unknown slot, {match[0]}")


@functools.cache
def remark_tables() -> Remarks:
    """The tables, read once. Raises CorpusError that names the file and the reason."""
    with reading(PATH, CorpusError, "Correct the file or install it again."):
        return build(Remarks, tomllib.loads(read_bytes(PATH, LARGEST_JSON).decode("utf-8")))


def synthetic_remarks(count: int, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """`count` remarks and their labels, (count,) int8: half positive, the same for the same seed.

    Texts repeat only where the phrases run out. Raises ConfigError unless count is even.
    """
    if count < 0 or count % 2:
        raise ConfigError(
            f"The number of remarks is {count!r}; expected an even number, "
            "because half of them are positive."
        )
    rng = PortableRandom(seed)
    labels = list(SIDES) * (count // 2)
    for place in range(count - 1, 0, -1):
        other = rng.below(place + 1)
        labels[place], labels[other] = labels[other], labels[place]
    texts = []
    seen = set()
    for label in labels:
        text = ""
        for _ in range(_ATTEMPTS):
            text = with_marks(rng, remark(rng, SIDES[label]))
            if text not in seen:
                break
        seen.add(text)
        texts.append(text)
    return texts, np.array(labels, np.int8)


def remark(rng: PortableRandom, side: Side) -> str:
    """One remark, or two that are joined, in lower case and without an end mark."""
    if rng.chance(JOINED):
        parts = single(rng, side), single(rng, side)
        words = sum(len(part.split()) for part in parts)
        if parts[0] != parts[1] and words < LONGEST:  # a dash may join them
            if parts[0][-1] in "?!":
                return " ".join(parts)
            return rng.pick(_JOINS).join(parts)
    return single(rng, side)


def single(rng: PortableRandom, side: Side) -> str:
    """One remark of at most `LONGEST` words."""
    kinds = remark_tables().kinds
    weights = {name: kind.weight for name, kind in kinds.items()}
    while True:
        frame = rng.pick(kinds[rng.draw(weights)].frames(side))
        text = fill(rng, frame, side, set())
        if len(text.split()) <= LONGEST:
            return text


def fill(rng: PortableRandom, frame: str, side: Side, used: set[str]) -> str:
    """`frame` with its slots filled: `{slot}` with the words of `side`, `{!slot}` of the other.

    `{a slot}` adds the article. No word is taken twice if another one is left.
    """
    tables = remark_tables()
    other: Side = "negative" if side == "positive" else "positive"

    def filled(match: re.Match[str]) -> str:
        article, opposite, slot = match.groups()
        own = other if opposite else side
        options = tables.neutral.get(slot) or tables.words[slot][own]
        template = rng.pick(options)
        for _ in range(5):
            if template not in used:
                break
            template = rng.pick(options)
        if "{" not in template:
            used.add(template)
        word = fill(rng, template, own, used)
        return with_article(word) if article else word

    return _SLOT.sub(filled, frame)


def with_marks(rng: PortableRandom, text: str) -> str:
    """`text` in the case, punctuation and spelling of one writer."""
    if rng.chance(0.5):
        text = re.sub(r"(?:^|[.!?] )[a-z]", lambda start: start[0].upper(), text)
    elif rng.chance(0.12):
        text = text.upper()
    elif rng.chance(0.3):
        text = text.lower()
    if text[-1] not in "?!":
        text = (text + rng.draw(_ENDS)).strip()
    if rng.chance(0.04):
        text = text.replace("'", "")
    elif rng.chance(0.06):
        text = text.replace("'", "’")
    if rng.chance(0.05):
        text = re.sub(r"\bso (?!far)", "so" + "o" * (1 + rng.below(4)) + " ", text, count=1)
    return text
