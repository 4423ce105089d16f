"""IMDB with the stars of its reviews as ordered classes."""

import hashlib
from dataclasses import replace

import numpy as np

from sentiment.corpus.classes import Classes
from sentiment.corpus.imdb_reviews import DOWNLOAD_AGAIN
from sentiment.corpus.review import UNLABELLED, Corpus
from sentiment.errors import CorpusError

STARS = (1, 2, 3, 4, 7, 8, 9, 10)  # of the labelled reviews
CLASSES = Classes(tuple(map(str, STARS)), ordered=True)


def by_stars(corpus: Corpus) -> Corpus:
    """The same reviews of IMDB with the stars in their file names as ordered classes.

    The splits stay those of `corpus`: language models are trained on its training split, so none of
    these reviews may be in the validation split here. Raises CorpusError for a rating not in STARS.
    """
    assert corpus.ratings is not None
    stars = np.array(STARS)
    codes = np.searchsorted(stars, corpus.ratings).clip(max=len(stars) - 1)
    labelled = corpus.labels != UNLABELLED
    wrong = np.flatnonzero(labelled & (stars[codes] != corpus.ratings))
    if len(wrong):
        raise CorpusError(
            f"{corpus.names[wrong[0]]} has {corpus.ratings[wrong[0]]} stars, expected "
            f"{', '.join(map(str, STARS))}. {DOWNLOAD_AGAIN}"
        )
    return replace(
        corpus,
        name="IMDB stars",
        fingerprint=stars_fingerprint(corpus.fingerprint),
        labels=np.where(labelled, codes, UNLABELLED).astype(np.int8),
        strata=corpus.labels,
        classes=CLASSES,
    )


def stars_fingerprint(fingerprint: str) -> str:
    """The fingerprint of the result of `by_stars`, from that of the corpus."""
    return hashlib.sha256(f"{fingerprint} by stars, strata of the labels".encode()).hexdigest()
