"""Size, balance and independence of the minimal pairs."""

from collections import Counter

from sentiment.corpus.sample import synthetic_reviews
from sentiment.encoding.tokenize import tokenize
from tests.behavior.pairs import KINDS, read_pairs


def test_pairs_are_balanced_and_texts_are_distinct():
    pairs = read_pairs()
    assert len(pairs) >= 200
    assert Counter((pair.kind, pair.part) for pair in pairs) == {
        (kind, part): 30 for kind in KINDS for part in ("open", "held")
    }
    texts = [" ".join(tokenize(text)) for pair in pairs for text in (pair.positive, pair.negative)]
    assert len(set(texts)) == len(texts)
    assert all(1 <= len(text.split()) <= 50 for text in texts)


def test_no_synthetic_review_is_a_minimal_pair():
    synthetic = {
        " ".join(tokenize(text)) for seed in (0, 1) for text in synthetic_reviews(20_000, seed)[0]
    }
    for pair in read_pairs():
        for text in (pair.positive, pair.negative):
            assert " ".join(tokenize(text)) not in synthetic, text
