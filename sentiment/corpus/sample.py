"""The sample corpus: synthetic reviews, generated from phrases. It needs no download.

Single words often do not decide the label: four reviews in ten negate, concede, list good and bad,
or turn around after "but", and many plots are full of strong words without an opinion. So a model
that reads words in order has an advantage over one that counts them.
"""

import functools
import hashlib
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Literal, TypeVar, get_args

import numpy as np

from sentiment.corpus.classes import NEGATIVE, NEGATIVE_POSITIVE, POSITIVE
from sentiment.corpus.phrases.tables import (
    FOLDER,
    SLOT,
    Aspect,
    Genre,
    PhraseTables,
    Side,
    phrase_tables,
)
from sentiment.corpus.review import Corpus, Split
from sentiment.errors import ConfigError

SIZE = 6_000  # reviews

# Shape of a review (a function below) -> number of reviews of that shape in a thousand.
SHARES = {
    "plain": 535,
    "negated": 130,
    "contrast": 110,
    "flip": 70,
    "mixed": 55,
    "late_verdict": 35,
    "concession": 35,
    "brief": 25,
    "outcry": 3,
    "endless": 2,
}

# Words of a review at evenly spaced quantiles; a length is drawn between two of them.
USUAL_LENGTHS = (12, 19, 25, 30, 35, 40, 45, 50, 56, 62, 69, 78, 89, 104, 132, 190)
LENGTHS = {
    "late_verdict": (70, 110, 150, 210, 300, 395),
    "brief": (0, 0),
    "outcry": (0, 0),
    "endless": (640, 900),
}
# Probability that a judgment is a negation, unless the shape sets another.
NEGATION = 0.15

CLASSES = NEGATIVE_POSITIVE
# Keys of the labels in the tables of phrases.
SIDES: dict[int, Side] = {NEGATIVE: "negative", POSITIVE: "positive"}

_SENTENCE_START = re.compile(r"(?:^|[.!?] )[^\W\d_]")

T = TypeVar("T")


def sample_corpus(size: int = SIZE, seed: int = 0) -> Corpus:
    """`size` distinct synthetic reviews, half of them positive, the same for the same seed.

    Raises ConfigError unless size is even and at least 2.
    """
    if size < 2 or size % 2:
        raise ConfigError(
            f"The size of the sample corpus is {size!r}; expected an even number of at least 2, "
            "because half of the reviews are positive."
        )
    rng = PortableRandom(seed)
    labels = rng.shuffled(list(SIDES) * (size // 2))
    texts: dict[str, None] = {}  # an ordered set
    for label in labels:
        text = generate_review(rng, rng.draw(SHARES), label)
        while text in texts:  # only brief reviews repeat; a new shape ends the loop
            text = generate_review(rng, rng.draw(SHARES), label)
        texts[text] = None
    return Corpus(
        name="Sample",
        fingerprint=sample_fingerprint(size, seed),
        texts=list(texts),
        labels=np.array(labels, np.int8),
        splits=np.full(size, Split.TRAIN, np.int8),
        names=[f"sample {number}" for number in range(1, size + 1)],
        classes=CLASSES,
    )


@functools.cache
def sample_fingerprint(size: int = SIZE, seed: int = 0) -> str:
    """sha256 over what determines the reviews: the phrases and this code.

    Every page and every command needs it, and to generate the reviews takes a second.
    """
    content = hashlib.sha256(f"{size} {seed}".encode())
    tables = sorted(FOLDER / f"{table.name}.toml" for table in fields(PhraseTables))
    for path in (Path(__file__), *tables):
        content.update(path.read_text("utf-8").encode())  # the same whatever ends a line
    return content.hexdigest()


class PortableRandom:
    """Random choices that are the same in every version of Python.

    Only `random.Random.random` guarantees its sequence; `choice` and `shuffle` do not, so they
    are implemented here.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def chance(self, share: float) -> bool:
        return self._random() < share

    def below(self, limit: int) -> int:
        return int(self._random() * limit)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        left = list(options)
        return [left.pop(self.below(len(left))) for _ in options]

    def draw(self, shares: dict[str, int]) -> str:
        """A random key, weighted by its share."""
        rank = self.below(sum(shares.values()))
        for key, share in shares.items():
            rank -= share
            if rank < 0:
                return key
        raise AssertionError("below() is less than the sum of the shares")

    def length(self, ranks: Sequence[int]) -> int:
        """A number between two neighbors in `ranks`; each pair is equally likely."""
        position = self._random() * (len(ranks) - 1)
        low = int(position)
        return round(ranks[low] + (ranks[low + 1] - ranks[low]) * (position - low))


class Writer:
    """State of one review during generation: its film, its people, and the phrases used."""

    def __init__(self, rng: PortableRandom, label: int, word_count: int) -> None:
        self.rng = rng
        self.side, self.other_side = SIDES[label], SIDES[1 - label]
        self.word_count = word_count
        self.tables = phrase_tables()
        self.genre = rng.pick(self.tables.plots.genres)
        self._used: set[str] = set()
        aspects: list[Aspect | Literal["genre"]] = [*get_args(Aspect), "genre"]
        self._aspects = [a for a in rng.shuffled(aspects) if a not in self.genre.without]
        self._names = {"kind": self.genre.kind, "kinds": self.genre.kinds}

    def fill(self, template: str, **clauses: str) -> str:
        """`template` with all slots filled, those in `clauses` with these clauses."""

        def filled(slot: re.Match[str]) -> str:
            article, name = slot.groups()
            word = clauses.get(name) or self._word(name)
            return with_article(word) if article else word

        return SLOT.sub(filled, template)

    def _word(self, slot: str) -> str:
        words = self.tables.words
        if slot in words.names and slot not in self._names:
            self._names[slot] = self.fill(words.names[slot])
        return self._names.get(slot) or self.write(words.slots[slot])

    def write(self, templates: Sequence[str], **clauses: str) -> str:
        """A random one of `templates`, filled; if possible one this review has not used."""
        fresh = [template for template in templates if template not in self._used]
        template = self.rng.pick(fresh or templates)
        self._used.add(template)
        return self.fill(template, **clauses)

    def clause(self, side: Side, negation: float = NEGATION) -> str:
        """A judgment on a new aspect; `negation` is the probability of a negated one."""
        judgments = self.tables.judgments
        aspect = self._aspects.pop()
        if aspect in judgments.whole_aspects and (side == self.other_side or self.rng.chance(0.3)):
            return self.write(judgments.minor[side])
        negate = self.rng.chance(negation)
        if aspect == "genre":
            return self.write((self.genre.negated if negate else self.genre.plain)[side])
        return self.write((judgments.negated if negate else judgments.plain)[side][aspect])

    def statement(self, side: Side, negation: float = NEGATION, *, joined: bool = True) -> str:
        """One or two sentences about one aspect, or about two if `joined`."""
        one = self.clause(side, negation)
        if joined and len(self._aspects) > 3 and self.rng.chance(0.35):
            joins = self.tables.transitions.joins
            return self.write(joins, one=one, two=self.clause(side, negation))
        return self._as_sentence(one)

    def _as_sentence(self, clause: str) -> str:
        if self.rng.chance(0.7):
            return f"{clause}."
        leads = self.tables.transitions.leads
        if not clause.startswith("I "):
            leads += self.tables.transitions.opinion_leads
        return self.write(leads, one=clause)

    def whole(self, side: Side) -> str:
        """A clause about the whole film."""
        return self.write(self.tables.verdicts.whole[side])

    def verdict(self, negation: float = NEGATION) -> str:
        """A sentence with an unambiguous label."""
        if self.rng.chance(negation):
            return self.write(self.tables.verdicts.negated[self.side])
        if self.rng.chance(0.3):
            return self._as_sentence(self.whole(self.side))
        return self.write(self.tables.verdicts.plain[self.side])

    def closing(self, share: float) -> list[str]:
        """A recommendation with probability `share`, stars with a quarter of it."""
        sentences = []
        if self.rng.chance(share):
            sentences.append(self.write(self.tables.verdicts.recommendations[self.side]))
        if self.rng.chance(share / 4):
            sentences.append(self.write(self.tables.verdicts.stars[self.side]))
        return sentences

    def neutral(self, word_count: int) -> list[str]:
        """About `word_count` words of neutral sentences."""
        sentences: list[str] = []
        for sentence in self._neutral_sentences():
            if word_count <= 6:
                break
            sentences.append(sentence)
            word_count -= _count(sentence)
        return sentences

    def _neutral_sentences(self) -> Iterator[str]:
        if self.rng.chance(0.65):
            yield self.write(self.tables.neutral.openings)
        if self.rng.chance(0.35):
            yield self.write(self.tables.neutral.circumstances)
        yield from self._plot(self.genre, "")
        others = [genre for genre in self.tables.plots.genres if genre is not self.genre]
        for genre in self.rng.shuffled(others):
            for person in ("hero", "heroine", "villain"):
                self._names.pop(person, None)
            yield from self._plot(genre, self.write(self.tables.neutral.next_stories) + " ")

    def _plot(self, genre: Genre, bridge: str) -> Iterator[str]:
        yield bridge + self.write(genre.setups)
        for turn in self.rng.shuffled(genre.turns):
            yield self.fill(turn)
            if self.rng.chance(0.15):
                yield self.write(self.tables.neutral.asides)
            if self.rng.chance(0.08):
                yield self.write(self.tables.neutral.circumstances)

    def finish(self, sentences: list[str]) -> str:
        """The text, with capitals, and only surnames after the first mention of a name."""
        text = _SENTENCE_START.sub(lambda start: start[0].upper(), " ".join(sentences))
        for role in ("actor", "actress", "director", "villain"):
            name = self._names.get(role)
            if name and name in text:
                head, tail = text.split(name, 1)
                text = head + name + tail.replace(name, name.split(" ", 1)[1])
        return text


# Each shape returns the opinions of a review as sentences. Neutral sentences precede them.


def plain(writer: Writer) -> list[str]:
    """Most opinion words agree with the label."""
    count = 1 + writer.rng.below(3) + writer.word_count // 60
    opinions = [writer.statement(writer.side) for _ in range(min(count, 5))]
    if writer.rng.chance(0.2):
        opinions.append(writer.write(writer.tables.verdicts.comparisons[writer.side]))
    return [*opinions, writer.verdict(), *writer.closing(0.4)]


def negated(writer: Writer) -> list[str]:
    """Negates the opposite: "never dull", "not one line made me laugh"."""
    count = 1 + writer.rng.below(3)
    opinions = [writer.statement(writer.side, negation=0.9) for _ in range(count)]
    return [*opinions, writer.verdict(negation=0.8), *writer.closing(0.15)]


def contrast(writer: Writer) -> list[str]:
    """Begins with the other label and turns around after "but"; the second half decides."""
    first = writer.clause(writer.other_side)
    if writer.rng.chance(0.5):
        first = f"{first} and {writer.clause(writer.other_side)}"
    verdicts = writer.tables.verdicts
    bank = verdicts.outweighing if writer.rng.chance(0.6) else verdicts.whole
    second = writer.write(bank[writer.side])
    contrasts = writer.tables.transitions.contrasts[writer.side]
    turn = writer.write(contrasts, first=first, second=second)
    opening = [writer.statement(writer.other_side)] if writer.rng.chance(0.4) else []
    return [*opening, turn, *writer.closing(0.25)]


def concession(writer: Writer) -> list[str]:
    """A verdict with a concession: "although ..."."""
    turn = writer.write(
        writer.tables.transitions.concessions,
        verdict=writer.whole(writer.side),
        other=writer.clause(writer.other_side),
    )
    opinions = [writer.statement(writer.side)] if writer.rng.chance(0.4) else []
    return [*opinions, turn, *writer.closing(0.25)]


def flip(writer: Writer) -> list[str]:
    """An expectation that was wrong: "I expected to hate this. I was wrong." """
    expectation = writer.rng.pick(writer.tables.transitions.expectations[writer.side])
    lead = writer.write(expectation.leads)
    answer = writer.write(expectation.answers, verdict=writer.whole(writer.side))
    opinions = [f"{lead} {answer}"]
    if writer.rng.chance(0.4):
        opinions.append(writer.statement(writer.side, negation=0.5))
    return [*opinions, *writer.closing(0.2)]


def mixed(writer: Writer) -> list[str]:
    """Good and bad points in random order; the last sentence decides."""
    sides = [writer.side, writer.other_side] * (1 + writer.rng.below(2))
    opinions = [writer.statement(side) for side in writer.rng.shuffled(sides)]
    decisions = writer.tables.transitions.decisions[writer.side]
    decision = writer.write(decisions, verdict=writer.whole(writer.side))
    return [*opinions, decision, *writer.closing(0.2)]


def late_verdict(writer: Writer) -> list[str]:
    """One sentence of opinion after a long plot."""
    return [writer.verdict(negation=0.4), *writer.closing(0.3)]


def brief(writer: Writer) -> list[str]:
    """Three to eight words."""
    return [writer.write(writer.tables.verdicts.brief[writer.side])]


def outcry(writer: Writer) -> list[str]:
    """One or two words: dropped as too short by default."""
    words = writer.write(writer.tables.verdicts.outcry[writer.side])
    return [words + writer.rng.pick(("", ".", "!", "!!!"))]


SHAPES: dict[str, Callable[[Writer], list[str]]] = {
    "plain": plain,
    "negated": negated,
    "contrast": contrast,
    "flip": flip,
    "mixed": mixed,
    "late_verdict": late_verdict,
    "concession": concession,
    "brief": brief,
    "outcry": outcry,
    "endless": plain,  # more than 600 words, mostly plot
}


def synthetic_reviews(size: int, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """`size` short reviews of one or two sentences without a plot, and labels, (size,) int8.

    Half are positive. Two in three negate, concede or turn around, as short typed reviews do;
    full-length reviews have too few examples of this. Some texts may repeat.
    """
    rng = PortableRandom(seed)
    labels = rng.shuffled(list(SIDES) * (size // 2))
    texts = []
    for label in labels:
        writer = Writer(rng, label, 0)
        sentences = SHORT_SHAPES[rng.draw(SHORT_SHARES)](writer)[:2]
        texts.append(_add_marks(rng, writer.finish(sentences), writer.side))
    return texts, np.array(labels, np.int8)


# Shape of a short review -> number of that shape in a hundred. Its first two sentences decide the
# label.
SHORT_SHARES = {
    "plain": 25,
    "negated": 25,
    "verdict": 15,
    "contrast": 15,
    "concession": 8,
    "flip": 7,
    "brief": 5,
}
SHORT_SHAPES: dict[str, Callable[[Writer], list[str]]] = {
    "plain": lambda writer: [writer.statement(writer.side, negation=0.0)],
    "negated": lambda writer: [writer.statement(writer.side, negation=0.8)],
    "verdict": lambda writer: [writer.verdict(negation=0.5)],
    "contrast": contrast,
    "concession": concession,
    "flip": flip,
    "brief": brief,
}


def generate_review(rng: PortableRandom, shape: str, label: int) -> str:
    """One review of the given shape and label."""
    writer = Writer(rng, label, rng.length(LENGTHS.get(shape, USUAL_LENGTHS)))
    return compose(writer, SHAPES[shape](writer), marks=shape != "outcry")


def compose(writer: Writer, opinions: list[str], *, marks: bool = True, emoji: bool = True) -> str:
    """The text of a review: neutral sentences and its opinions, with marks of real reviews."""
    rng = writer.rng
    rest = writer.neutral(writer.word_count - sum(map(_count, opinions)))
    if len(opinions) > 2 and rng.chance(0.15):  # some begin with an opinion
        sentences = [opinions[0], *rest, *opinions[1:]]
    else:
        sentences = [*rest, *opinions]
    text = writer.finish(sentences)
    return _add_marks(rng, text, writer.side if emoji else None) if marks else text


def _add_marks(rng: PortableRandom, text: str, side: Side | None) -> str:
    """`text` with marks of real reviews: line breaks, capitals, curly quotes, emoji of the side."""
    if _count(text) > 40 and rng.chance(0.2):
        text = _replace_random(rng, text, r"(?<=\.) (?=\w)", "<br /><br />")
    if rng.chance(0.06):
        text = _replace_random(
            rng, text, r"\b(not|never|so|all|every|really|no|best|worst)\b", None
        )
    if rng.chance(0.05):
        text = _replace_random(rng, text, r"(?<=\w)\. (?=\w)", "... ")
    if rng.chance(0.06):
        text = re.sub(r"\.$", rng.pick(("!", "!!", "!!!")), text)
    if rng.chance(0.05):
        text = re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’")
    if rng.chance(0.02):
        text = text.lower()
    if side and rng.chance(0.03):
        text += " " + rng.pick(phrase_tables().verdicts.emoji[side])
    elif rng.chance(0.015):
        text += " " + rng.pick(phrase_tables().verdicts.neutral_emoji)
    return text


def _replace_random(rng: PortableRandom, text: str, pattern: str, replacement: str | None) -> str:
    """`text` with one random match of `pattern` replaced, by its upper case if None."""
    matches = list(re.finditer(pattern, text))
    if not matches:
        return text
    match = rng.pick(matches)
    new = match[0].upper() if replacement is None else replacement
    return text[: match.start()] + new + text[match.end() :]


def with_article(word: str) -> str:
    """`word` after "a" or "an", by its sound."""
    article = "an" if re.match(r"(?i)(?!one\b)[aeio]|u(?!ni[^mn]|se)|hono|hour|8", word) else "a"
    return f"{article} {word}"


def _count(text: str) -> int:
    return len(text.split())
