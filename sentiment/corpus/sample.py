"""The sample corpus: synthetic reviews, generated from phrases. It needs no download.

Single words often do not decide the label: four reviews in ten negate, concede, list good and bad,
or turn around after "but", and many plots are full of strong words without an opinion. So a model
that reads words in order has an advantage over one that counts them.
"""

import functools
import hashlib
from dataclasses import fields
from pathlib import Path

import numpy as np

from sentiment.corpus.phrases.tables import FOLDER, PhraseTables
from sentiment.corpus.portable_random import PortableRandom
from sentiment.corpus.review import Corpus, Split
from sentiment.corpus.review_shapes import (
    LENGTHS,
    SHAPES,
    SHARES,
    SHORT_SHAPES,
    SHORT_SHARES,
    USUAL_LENGTHS,
)
from sentiment.corpus.review_writer import CLASSES, SIDES, Writer, add_marks, compose
from sentiment.errors import ConfigError

SIZE = 6_000  # reviews

# The modules that determine the reviews.
CODE = ("portable_random", "review_shapes", "review_writer", "sample")


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
    code = (Path(__file__).with_name(f"{module}.py") for module in CODE)
    for path in (*code, *tables):
        content.update(path.read_text("utf-8").encode())  # the same whatever ends a line
    return content.hexdigest()


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
        texts.append(add_marks(rng, writer.finish(sentences), writer.side))
    return texts, np.array(labels, np.int8)


def generate_review(rng: PortableRandom, shape: str, label: int) -> str:
    """One review of the given shape and label."""
    writer = Writer(rng, label, rng.length(LENGTHS.get(shape, USUAL_LENGTHS)))
    return compose(writer, SHAPES[shape](writer), marks=shape != "outcry")
