"""The sample corpus with three classes: reproducible, balanced, and neutral where it says so."""

import numpy as np

from sentiment.corpus.phrases.tables import phrase_tables
from sentiment.corpus.sample3 import CLASSES, sample3_corpus
from sentiment.corpus.sources import fingerprint_of, open_corpus


def test_a_seed_gives_the_same_corpus_again():
    first, again, other = sample3_corpus(300), sample3_corpus(300), sample3_corpus(300, seed=1)
    assert first.texts == again.texts and first.fingerprint == again.fingerprint
    assert first.fingerprint != other.fingerprint and first.texts != other.texts


def test_the_classes_are_ordered_and_equally_frequent():
    corpus = open_corpus("sample3")
    assert corpus.classes == CLASSES and CLASSES.ordered
    assert np.unique(corpus.labels, return_counts=True)[1].tolist() == [2_000] * 3
    assert len(set(corpus.texts)) == len(corpus) == 6_000
    assert fingerprint_of("sample3") == corpus.fingerprint != fingerprint_of("sample")


def test_only_neutral_reviews_take_no_side():
    """Sentences of the verdicts for one side do not occur in neutral reviews, and vice versa."""
    corpus, tables = sample3_corpus(1_200), phrase_tables()
    stars = {side: tables.verdicts.stars[side] for side in ("negative", "positive")}
    undecided = [text for text in (*tables.undecided.brief, *tables.undecided.stars)]
    for text, label in zip(corpus.texts, corpus.labels.tolist(), strict=True):
        name = CLASSES.name(label)
        assert name == "Neutral" or not any(part in text for part in undecided)
        for side, phrases in stars.items():
            if name.lower() != side:
                assert not any(text.endswith(part) for part in phrases if "{" not in part)
