"""A corpus of composed reviews, so that the training page works before anything is downloaded.

The verdict is often not to be had from single words: four reviews in ten deny, concede, list good
and bad, or turn around after "but", and many plots are full of strong words that mean nothing.
A model that reads in order has something to gain here over one that counts.
"""

import hashlib
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import numpy as np

from sentiment.corpus.phrases import frames, hinges, judgements, plots, verdicts, words
from sentiment.corpus.review import NEGATIVE, POSITIVE, Corpus, Split
from sentiment.errors import ConfigError

# The shape of a review (a function below) -> reviews of that shape in a thousand.
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

# Words of a review at evenly spaced ranks, shortest first; a length is drawn between two of them.
USUAL_LENGTHS = (12, 19, 25, 30, 35, 40, 45, 50, 56, 62, 69, 78, 89, 104, 132, 190)
LENGTHS = {
    "late_verdict": (70, 110, 150, 210, 300, 395),
    "brief": (0, 0),
    "outcry": (0, 0),
    "endless": (640, 900),
}
# The chance that a judgement denies, where the shape does not ask for more.
DENIAL = 0.15

# How the tables of phrases name the labels.
SIDES = {NEGATIVE: "negative", POSITIVE: "positive"}

_SLOT = re.compile(r"\{(a )?(\w+)\}")
_SENTENCE_START = re.compile(r"(?:^|[.!?] )[^\W\d_]")

T = TypeVar("T")


def sample_corpus(size: int = 6000, seed: int = 0) -> Corpus:
    """`size` composed reviews, half of them positive, no two alike; the same ones for a seed.

    Raises ConfigError unless size is even and at least 2.
    """
    if size < 2 or size % 2:
        raise ConfigError(
            f"The size of the sample corpus is {size!r}; it must be an even number of at least 2, "
            "because half of the reviews are positive. Try 6000."
        )
    rng = PortableRandom(seed)
    labels = rng.shuffled([NEGATIVE, POSITIVE] * (size // 2))
    texts: dict[str, None] = {}  # in the order of writing
    for label in labels:
        text = compose(rng, rng.draw(SHARES), label)
        while text in texts:  # brief ones repeat; another shape may come up, so this ends
            text = compose(rng, rng.draw(SHARES), label)
        texts[text] = None
    return Corpus(
        name="Sample",
        fingerprint=_fingerprint(texts, labels),
        texts=list(texts),
        labels=np.array(labels, np.int8),
        splits=np.full(size, Split.TRAIN, np.int8),
        names=[f"sample {number}" for number in range(1, size + 1)],
    )


def _fingerprint(texts: Iterable[str], labels: list[int]) -> str:
    # Over what was written, so that a change to the phrases or to the code below always shows.
    content = json.dumps([list(texts), labels])
    return hashlib.sha256(content.encode()).hexdigest()


class PortableRandom:
    """Choices by chance that come out alike everywhere.

    Only `random.Random.random` promises the same sequence in every version of Python; `choice`
    and `shuffle` do not, so they are written out here.
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
        """A key, as often as its share of the sum says."""
        rank = self.below(sum(shares.values()))
        for key, share in shares.items():
            rank -= share
            if rank < 0:
                return key
        raise AssertionError("below() stays below the sum of the shares")

    def length(self, ranks: Sequence[int]) -> int:
        """A number that lies between two neighbors of `ranks`, every pair being as likely."""
        position = self._random() * (len(ranks) - 1)
        low = int(position)
        return round(ranks[low] + (ranks[low + 1] - ranks[low]) * (position - low))


class Writer:
    """One review in the making: its film, its people, and what has been said already."""

    def __init__(self, rng: PortableRandom, label: int, words_wanted: int) -> None:
        self.rng = rng
        self.side, self.other_side = SIDES[label], SIDES[1 - label]
        self.words_wanted = words_wanted
        self.genre = rng.pick(plots.GENRES)
        self._said: set[str] = set()
        self._aspects = [
            aspect
            for aspect in rng.shuffled([*judgements.PRAISE, "genre"])
            if aspect not in self.genre.without
        ]
        self._kept = {"kind": self.genre.kind, "kinds": self.genre.kinds}

    def fill(self, template: str, **clauses: str) -> str:
        """`template` with every slot filled, `{first}` and its like from `clauses`."""

        def filled(slot: re.Match[str]) -> str:
            article, name = slot.groups()
            word = clauses.get(name) or self._word(name)
            return f"{_article(word)} {word}" if article else word

        return _SLOT.sub(filled, template)

    def _word(self, slot: str) -> str:
        if slot in words.KEPT and slot not in self._kept:
            self._kept[slot] = self.fill(words.KEPT[slot])
        return self._kept.get(slot) or self.say(words.SLOTS[slot])

    def say(self, templates: Sequence[str], **clauses: str) -> str:
        """One of `templates`, filled; if possible one that this review has not used."""
        fresh = [template for template in templates if template not in self._said]
        template = self.rng.pick(fresh or templates)
        self._said.add(template)
        return self.fill(template, **clauses)

    def clause(self, side: str, denial: float = DENIAL) -> str:
        """A judgement on an aspect not judged yet; `denial` is the chance that it denies."""
        aspect = self._aspects.pop()
        if aspect in judgements.WHOLE_ASPECTS and (side == self.other_side or self.rng.chance(0.3)):
            return self.say(judgements.SMALL[side])
        denied = self.rng.chance(denial)
        if aspect == "genre":
            return self.say((self.genre.by_denial if denied else self.genre.plainly)[side])
        return self.say((judgements.BY_DENIAL if denied else judgements.PLAINLY)[side][aspect])

    def statement(self, side: str, denial: float = DENIAL) -> str:
        """A sentence or two on one or two aspects."""
        one = self.clause(side, denial)
        if len(self._aspects) > 3 and self.rng.chance(0.35):
            return self.say(hinges.JOINS, one=one, two=self.clause(side, denial))
        return self._stated(one)

    def _stated(self, clause: str) -> str:
        if self.rng.chance(0.7):
            return f"{clause}."
        personal = clause.startswith("I ")
        leads = hinges.LEADS if personal else (*hinges.LEADS, *hinges.LEADS_OF_OPINION)
        return self.say(leads, one=clause)

    def whole(self, side: str) -> str:
        """A clause on the film as a whole."""
        return self.say(verdicts.WHOLE[side])

    def verdict(self, denial: float = DENIAL) -> str:
        """A sentence that leaves no doubt about the label."""
        if self.rng.chance(denial):
            return self.say(verdicts.VERDICTS_BY_DENIAL[self.side])
        if self.rng.chance(0.3):
            return self._stated(self.whole(self.side))
        return self.say(verdicts.VERDICTS[self.side])

    def closing(self, share: float) -> list[str]:
        """With a chance of `share` each, a recommendation and (more rarely) stars."""
        sentences = []
        if self.rng.chance(share):
            sentences.append(self.say(verdicts.RECOMMENDATIONS[self.side]))
        if self.rng.chance(share / 4):
            sentences.append(self.say(verdicts.STARS[self.side]))
        return sentences

    def neutral(self, word_count: int) -> list[str]:
        """About `word_count` words that say nothing for or against the film."""
        sentences: list[str] = []
        for sentence in self._neutral_sentences():
            if word_count <= 6:
                break
            sentences.append(sentence)
            word_count -= _count(sentence)
        return sentences

    def _neutral_sentences(self) -> Iterator[str]:
        if self.rng.chance(0.65):
            yield self.say(frames.OPENINGS)
        if self.rng.chance(0.35):
            yield self.say(frames.CIRCUMSTANCES)
        yield from self._plot(self.genre, "")
        for genre in self.rng.shuffled([g for g in plots.GENRES if g is not self.genre]):
            for person in ("hero", "heroine", "villain"):
                self._kept.pop(person, None)
            yield from self._plot(genre, self.say(frames.NEXT_STORIES) + " ")

    def _plot(self, genre: plots.Genre, bridge: str) -> Iterator[str]:
        yield bridge + self.say(genre.setups)
        for turn in self.rng.shuffled(genre.turns):
            yield self.fill(turn)
            if self.rng.chance(0.15):
                yield self.say(frames.ASIDES)
            if self.rng.chance(0.08):
                yield self.say(frames.CIRCUMSTANCES)

    def finish(self, sentences: list[str]) -> str:
        """The text: a capital for each sentence, surnames alone after the first mention."""
        text = _SENTENCE_START.sub(lambda start: start[0].upper(), " ".join(sentences))
        for role in ("actor", "actress", "director", "villain"):
            name = self._kept.get(role)
            if name and name in text:
                head, tail = text.split(name, 1)
                text = head + name + tail.replace(name, name.split(" ", 1)[1])
        return text


# Each shape returns the opinions of a review, sentence by sentence. The neutral rest comes before.


def plain(writer: Writer) -> list[str]:
    """Says what it means: most words lean to the side of the label."""
    count = 1 + writer.rng.below(3) + writer.words_wanted // 60
    opinions = [writer.statement(writer.side) for _ in range(min(count, 5))]
    if writer.rng.chance(0.2):
        opinions.append(writer.say(verdicts.COMPARISONS[writer.side]))
    return [*opinions, writer.verdict(), *writer.closing(0.4)]


def negated(writer: Writer) -> list[str]:
    """Denies the opposite: "never dull", "not one line made me laugh"."""
    count = 1 + writer.rng.below(3)
    opinions = [writer.statement(writer.side, denial=0.9) for _ in range(count)]
    return [*opinions, writer.verdict(denial=0.8), *writer.closing(0.15)]


def contrast(writer: Writer) -> list[str]:
    """Starts on the other side and turns around after "but"; the second half decides."""
    first = writer.clause(writer.other_side)
    if writer.rng.chance(0.5):
        first = f"{first} and {writer.clause(writer.other_side)}"
    bank = verdicts.OUTWEIGHS if writer.rng.chance(0.6) else verdicts.WHOLE
    turn = writer.say(
        hinges.CONTRASTS[writer.side], first=first, second=writer.say(bank[writer.side])
    )
    opening = [writer.statement(writer.other_side)] if writer.rng.chance(0.4) else []
    return [*opening, turn, *writer.closing(0.25)]


def concession(writer: Writer) -> list[str]:
    """The verdict, although something speaks against it."""
    turn = writer.say(
        hinges.CONCESSIONS,
        verdict=writer.whole(writer.side),
        other=writer.clause(writer.other_side),
    )
    opinions = [writer.statement(writer.side)] if writer.rng.chance(0.4) else []
    return [*opinions, turn, *writer.closing(0.25)]


def flip(writer: Writer) -> list[str]:
    """Expected one thing and got the other: "I expected to hate this. I was wrong." """
    leads, answers = writer.rng.pick(hinges.EXPECTATIONS[writer.side])
    lead = writer.say(leads)
    opinions = [f"{lead} {writer.say(answers, verdict=writer.whole(writer.side))}"]
    if writer.rng.chance(0.4):
        opinions.append(writer.statement(writer.side, denial=0.5))
    return [*opinions, *writer.closing(0.2)]


def mixed(writer: Writer) -> list[str]:
    """Lists good and bad in any order; the last sentence decides."""
    sides = [writer.side, writer.other_side] * (1 + writer.rng.below(2))
    opinions = [writer.statement(side) for side in writer.rng.shuffled(sides)]
    decision = writer.say(hinges.DECISIONS[writer.side], verdict=writer.whole(writer.side))
    return [*opinions, decision, *writer.closing(0.2)]


def late_verdict(writer: Writer) -> list[str]:
    """One sentence of opinion after a long story."""
    return [writer.verdict(denial=0.4), *writer.closing(0.3)]


def brief(writer: Writer) -> list[str]:
    """Three to eight words."""
    return [writer.say(verdicts.BRIEF[writer.side])]


def outcry(writer: Writer) -> list[str]:
    """One or two words: too short to learn from."""
    return [writer.say(verdicts.OUTCRY[writer.side]) + writer.rng.pick(("", ".", "!", "!!!"))]


def endless(writer: Writer) -> list[str]:
    """More than 600 words, nearly all of them plot: too long to be worth padding for."""
    return plain(writer)


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
    "endless": endless,
}


def synthetic_reviews(size: int, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """`size` short remarks, of a sentence or two without a plot, and their labels, (size,) int8.

    Half of them praise. Two in three deny, concede, or turn around: what people type into a box,
    and what full-length reviews hold too little of to be learned from. Some may be alike.
    """
    rng = PortableRandom(seed)
    labels = rng.shuffled([NEGATIVE, POSITIVE] * (size // 2))
    texts = []
    for label in labels:
        writer = Writer(rng, label, 0)
        sentences = SHORT_SHAPES[rng.draw(SHORT_SHARES)](writer)[:2]
        texts.append(_habits(rng, writer.finish(sentences), writer.side))
    return texts, np.array(labels, np.int8)


# The shape of a remark -> remarks of that shape in a hundred. Each ends with its verdict by the
# second sentence.
SHORT_SHARES = {
    "plain": 25,
    "denial": 25,
    "verdict": 15,
    "contrast": 15,
    "concession": 8,
    "flip": 7,
    "brief": 5,
}
SHORT_SHAPES: dict[str, Callable[[Writer], list[str]]] = {
    "plain": lambda writer: [writer.statement(writer.side, denial=0.0)],
    "denial": lambda writer: [writer.statement(writer.side, denial=0.8)],
    "verdict": lambda writer: [writer.verdict(denial=0.5)],
    "contrast": contrast,
    "concession": concession,
    "flip": flip,
    "brief": brief,
}


def compose(rng: PortableRandom, shape: str, label: int) -> str:
    """One review of `shape` whose verdict is `label`."""
    writer = Writer(rng, label, rng.length(LENGTHS.get(shape, USUAL_LENGTHS)))
    opinions = SHAPES[shape](writer)
    rest = writer.neutral(writer.words_wanted - sum(map(_count, opinions)))
    if len(opinions) > 2 and rng.chance(0.15):  # some begin with a judgement
        sentences = [opinions[0], *rest, *opinions[1:]]
    else:
        sentences = [*rest, *opinions]
    text = writer.finish(sentences)
    return _habits(rng, text, writer.side) if shape != "outcry" else text


def _habits(rng: PortableRandom, text: str, side: str) -> str:
    """`text` with the odd marks of real reviews: breaks, shouting, curly quotes, emoji."""
    if _count(text) > 40 and rng.chance(0.2):
        text = _replace_one(rng, text, r"(?<=\.) (?=\w)", "<br /><br />")
    if rng.chance(0.06):
        text = _replace_one(rng, text, r"\b(not|never|so|all|every|really|no|best|worst)\b", None)
    if rng.chance(0.05):
        text = _replace_one(rng, text, r"(?<=\w)\. (?=\w)", "... ")
    if rng.chance(0.06):
        text = re.sub(r"\.$", rng.pick(("!", "!!", "!!!")), text)
    if rng.chance(0.05):
        text = re.sub(r'"([^"]*)"', r"“\1”", text).replace("'", "’")
    if rng.chance(0.02):
        text = text.lower()
    if rng.chance(0.03):
        text += " " + rng.pick(verdicts.EMOJI[side])
    elif rng.chance(0.015):
        text += " " + rng.pick(verdicts.NEUTRAL_EMOJI)
    return text


def _replace_one(rng: PortableRandom, text: str, pattern: str, replacement: str | None) -> str:
    """One match of `pattern`, drawn by chance, replaced; by its own capitals if None."""
    matches = list(re.finditer(pattern, text))
    if not matches:
        return text
    match = rng.pick(matches)
    new = match[0].upper() if replacement is None else replacement
    return text[: match.start()] + new + text[match.end() :]


def _article(word: str) -> str:
    """ "a" or "an", by the sound of what follows."""
    return "an" if re.match(r"(?i)[aeio]|u(?!ni)|hono|hour|8", word) else "a"


def _count(text: str) -> int:
    return len(text.split())
