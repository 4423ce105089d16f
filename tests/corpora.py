"""Small corpora for tests, made on the spot."""

import numpy as np

from sentiment.corpus.review import NO_FILM, Corpus, Split

GOOD, BAD = ("great", "lovely", "moving"), ("awful", "dull", "boring")
FILLER = ["the", "film", "has", "a", "story", "about", "people", "who", "look", "for", "maps"]


def small_corpus(
    reviews: int = 400, *, official: bool = False, films: bool = False, seed: int = 0
) -> Corpus:
    """Half positive, half negative; one telling word among filler, so that it is easy to learn."""
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
        official=official,
        films=(np.arange(reviews) // 4 if films else np.full(reviews, NO_FILM)).astype(np.int32),
    )
