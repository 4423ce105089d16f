"""Ids by falling frequency; 0 is padding, 1 is every unknown word."""

import json
from collections import Counter

import numpy as np
import pytest

from sentiment.encoding.vocabulary import PAD, UNK, StoredWords, Vocabulary
from sentiment.errors import ConfigError, ModelError
from sentiment.typed_data import build

REVIEWS = [["good", "film", "good"], ["bad", "film", "good"], ["dull", "bad", "film", "good"]]


def vocabulary_of(reviews, **limits) -> Vocabulary:
    counter = Counter(word for tokens in reviews for word in tokens)
    return Vocabulary.from_counts(list(counter), np.array(list(counter.values())), **limits)


def test_frequent_words_come_first_and_ties_are_alphabetical():
    vocabulary = vocabulary_of(REVIEWS)
    assert vocabulary.words == ["<pad>", "<unk>", "good", "film", "bad", "dull"]
    assert vocabulary.counts == [0, 0, 4, 3, 2, 1]
    assert vocabulary_of(reversed(REVIEWS)).words == vocabulary.words


def test_limits():
    assert vocabulary_of(REVIEWS, max_words=2).words[2:] == ["good", "film"]
    assert vocabulary_of(REVIEWS, min_count=2).words[2:] == ["good", "film", "bad"]
    with pytest.raises(ConfigError, match="max_words is 0"):
        vocabulary_of(REVIEWS, max_words=0)


def test_encode_and_decode():
    vocabulary = vocabulary_of(REVIEWS, min_count=2)
    ids = vocabulary.encode(["good", "dull", "bad", "unheard"])
    assert ids.tolist() == [2, UNK, 4, UNK]
    assert ids.dtype == np.int32
    assert vocabulary.decode(ids) == ["good", "<unk>", "bad", "<unk>"]
    assert vocabulary.encode([]).shape == (0,)


def test_texts_never_contain_the_special_words():
    vocabulary = vocabulary_of(REVIEWS)
    assert vocabulary.index("<pad>") == PAD  # the tokenizer never returns this word
    assert "<pad>" not in vocabulary
    assert "<unk>" not in vocabulary


def test_saved_and_loaded_through_json():
    vocabulary = vocabulary_of([["naïve", "😀", "naïve"]])
    stored = build(StoredWords, json.loads(json.dumps(vocabulary.to_json())))
    again = Vocabulary(stored.words, stored.counts)
    assert (again.words, again.counts) == (vocabulary.words, vocabulary.counts)


def test_a_damaged_vocabulary_is_an_error():
    with pytest.raises(ModelError, match="2 words .1 distinct. and 2 counts"):
        Vocabulary(["good", "good"], [2, 1])
    with pytest.raises(ModelError, match="damaged"):
        Vocabulary(["good"], [])
