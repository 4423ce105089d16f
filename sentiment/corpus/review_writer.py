"""Sentences of one synthetic review: phrases with their slots filled, and marks of real reviews."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.phrases.tables import SLOT, Aspect, Genre, Side, phrase_tables
from sentiment.corpus.portable_random import PortableRandom

# Probability that a judgment is a negation, unless the shape sets another.
NEGATION = 0.15
CLASSES = NEGATIVE_POSITIVE  # of the reviews that it writes
# Keys of their codes in the tables of phrases.
SIDES: dict[int, Side] = dict(zip(CLASSES.codes, get_args(Side), strict=True))

_SENTENCE_START = re.compile(r"(?:^|[.!?] )[^\W\d_]")


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


def compose(writer: Writer, opinions: list[str], *, marks: bool = True, emoji: bool = True) -> str:
    """The text of a review: neutral sentences and its opinions, with marks of real reviews."""
    rng = writer.rng
    rest = writer.neutral(writer.word_count - sum(map(_count, opinions)))
    if len(opinions) > 2 and rng.chance(0.15):  # some begin with an opinion
        sentences = [opinions[0], *rest, *opinions[1:]]
    else:
        sentences = [*rest, *opinions]
    text = writer.finish(sentences)
    return add_marks(rng, text, writer.side if emoji else None) if marks else text


def add_marks(rng: PortableRandom, text: str, side: Side | None) -> str:
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
