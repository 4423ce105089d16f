"""The sample corpus with three classes: Negative, Neutral and Positive.

A third of the reviews is neutral: most of these name as many good points as bad ones, the others
none. So their words alone are those of the other two classes, or of no class.
"""

import functools
import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE
from sentiment.corpus.phrases.tables import phrase_tables
from sentiment.corpus.portable_random import PortableRandom
from sentiment.corpus.review import Corpus, Split
from sentiment.corpus.review_shapes import LENGTHS, SHARES, USUAL_LENGTHS
from sentiment.corpus.review_writer import SIDES, Writer, compose
from sentiment.corpus.sample import SIZE, generate_review, sample_fingerprint

CLASSES = NEGATIVE_NEUTRAL_POSITIVE
# The first and the last class, which `sample` has too -> their code there.
_CODES = dict(zip((0, len(CLASSES) - 1), SIDES, strict=True))
# Shape of a neutral review (a function below) -> number of that shape in a hundred.
NEUTRAL_SHARES = {"balanced": 55, "weighed": 15, "indifferent": 25, "brief": 5}


def sample3_corpus(size: int = SIZE, seed: int = 0) -> Corpus:
    """About `size` distinct reviews, a third of each class, the same for the same seed."""
    rng = PortableRandom(seed)
    labels = rng.shuffled(list(CLASSES.codes) * (size // len(CLASSES)))
    texts: dict[str, None] = {}  # an ordered set
    for label in labels:
        text = _review(rng, label)
        while text in texts:
            text = _review(rng, label)
        texts[text] = None
    return Corpus(
        name="Sample3",
        fingerprint=sample3_fingerprint(size, seed),
        texts=list(texts),
        labels=np.array(labels, np.int8),
        splits=np.full(len(labels), Split.TRAIN, np.int8),
        names=[f"sample3 {number}" for number in range(1, len(labels) + 1)],
        classes=CLASSES,
    )


@functools.cache
def sample3_fingerprint(size: int = SIZE, seed: int = 0) -> str:
    """sha256 over what determines the reviews: the phrases and the code."""
    content = hashlib.sha256(sample_fingerprint(size, seed).encode())
    content.update(Path(__file__).read_text("utf-8").encode())
    return content.hexdigest()


def _review(rng: PortableRandom, label: int) -> str:
    if label in _CODES:
        return generate_review(rng, rng.draw(SHARES), _CODES[label])
    shape = rng.draw(NEUTRAL_SHARES)
    # The side only says which of the two opinions comes first, and which emoji.
    side = rng.pick(tuple(SIDES))
    writer = Writer(rng, side, rng.length(LENGTHS.get(shape, USUAL_LENGTHS)))
    return compose(writer, _SHAPES[shape](writer), emoji=False)


def balanced(writer: Writer) -> list[str]:
    """As many good points as bad ones in random order, and a verdict that takes no side."""
    sides = [writer.side, writer.other_side] * (1 + writer.rng.below(2))
    opinions = [writer.statement(side, joined=False) for side in writer.rng.shuffled(sides)]
    return [*opinions, writer.write(phrase_tables().undecided.balanced), *_stars(writer)]


def weighed(writer: Writer) -> list[str]:
    """One good and one bad point, and stars in the middle of the scale."""
    opinions = [writer.statement(side, joined=False) for side in (writer.side, writer.other_side)]
    return [*opinions, writer.write(phrase_tables().undecided.stars)]


def indifferent(writer: Writer) -> list[str]:
    """A verdict that takes no side, without good or bad points."""
    return [writer.write(phrase_tables().undecided.indifferent), *_stars(writer)]


def brief(writer: Writer) -> list[str]:
    """Three to eight words."""
    return [writer.write(phrase_tables().undecided.brief)]


def _stars(writer: Writer) -> list[str]:
    stars = phrase_tables().undecided.stars
    return [writer.write(stars)] if writer.rng.chance(0.1) else []


_SHAPES: dict[str, Callable[[Writer], list[str]]] = {
    "balanced": balanced,
    "weighed": weighed,
    "indifferent": indifferent,
    "brief": brief,
}
