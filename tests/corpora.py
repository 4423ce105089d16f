"""Small corpora for tests, made on the spot."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from sentiment.corpus.review import NO_FILM, UNLABELLED, Corpus, Split
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.dataset.quality_findings import Findings

GOOD, BAD = ("great", "lovely", "moving"), ("awful", "dull", "boring")
FILLER = ["the", "film", "has", "a", "story", "about", "people", "who", "look", "for", "maps"]


def small_corpus(
    reviews: int = 400, *, official: bool = False, films: bool = False, seed: int = 0
) -> Corpus:
    """Half positive, half negative; one distinctive word among filler: easy to learn."""
    random = np.random.default_rng(seed)
    texts, labels = [], []
    for number in range(reviews):
        label = number % 2
        words = random.choice(FILLER, random.integers(4, 30)).tolist()
        words.insert(
            int(random.integers(0, len(words))), str(random.choice(GOOD if label else BAD))
        )
        texts.append(" ".join([*words, f"no{number}"]))
        labels.append(label)
    splits = np.full(reviews, Split.TRAIN, np.int8)
    if official:
        splits[reviews // 2 :] = Split.TEST
    return Corpus(
        name="Small",
        fingerprint=f"small-{reviews}-{official}-{films}-{seed}",
        texts=texts,
        labels=np.array(labels, np.int8),
        splits=splits,
        classes=NEGATIVE_POSITIVE,
        official=official,
        films=(np.arange(reviews) // 4 if films else np.full(reviews, NO_FILM)).astype(np.int32),
    )


def corpus_of_classes(count: int, reviews: int = 1_000, *, ordered: bool = True) -> Corpus:
    """`count` unequal classes, each with two words of its own among those of `small_corpus`."""
    base, random = small_corpus(reviews), np.random.default_rng(count)
    shares = np.arange(count, 2 * count) / np.arange(count, 2 * count).sum()
    labels = random.choice(count, reviews, p=shares)
    texts = [
        f"{text} mark{label}{'ab'[number % 2]} of"
        for number, (text, label) in enumerate(zip(base.texts, labels.tolist(), strict=True))
    ]
    return replace(
        base,
        fingerprint=f"classes-{count}-{reviews}-{ordered}",
        texts=texts,
        labels=labels.astype(np.int8),
        classes=Classes(tuple(f"class {code}" for code in range(count)), ordered),
    )


def with_unlabelled(corpus: Corpus, count: int, repeated: int = 0) -> Corpus:
    """`corpus` and `count` reviews without a label more, besides `repeated` texts of its own."""
    assert corpus.films is not None
    words = [*(GOOD + BAD) * count][:count]
    texts = [f"a {word} film about maps no{9_000 + n}" for n, word in enumerate(words)]
    added = [*texts, *corpus.texts[:repeated]]
    return replace(
        corpus,
        texts=[*corpus.texts, *added],
        labels=np.append(corpus.labels, np.full(len(added), UNLABELLED, np.int8)),
        splits=np.append(corpus.splits, np.full(len(added), Split.UNLABELLED, np.int8)),
        films=np.append(corpus.films, np.full(len(added), NO_FILM, np.int32)),
    )


def register_mislabelled(name: str, path: Path, reviews: int = 800) -> list[int]:
    """Register and check a table with wrong labels, and one text with both labels.

    Returns the rows with a wrong label.
    """
    corpus = small_corpus(reviews)
    wrong = list(range(7, reviews, 41))
    labels = corpus.labels.copy()
    labels[wrong] = 1 - labels[wrong]
    rows = list(zip(corpus.texts, labels.tolist(), strict=True))
    rows += [("the same great film twice", 0), ("the same great film twice", 1)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    registered = RegisteredCorpus(name, str(path))
    register(registered)
    Findings.of(registered.as_read().open())
    return wrong
