"""Counterfactual edits of a review and the outputs of the network after them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from torch import Tensor

from sentiment.encoding.padding import kept_positions
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import FIRST_WORD, UNK, Vocabulary
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.variants import no_progress, variant_outputs
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.progress import StageProgress

Kind = Literal["delete", "negate", "swap"]
NEGATION = "not"
WORDS_AT_ONCE = 256  # compared with the whole vocabulary at once


@dataclass(frozen=True)
class Edit:
    """One change at one word."""

    kind: Kind
    place: int  # position of the word, from 0
    word: str
    new: str = ""  # the replacement, of a swap

    @property
    def title(self) -> str:
        if self.kind == "delete":
            return f"delete “{self.word}”"
        if self.kind == "negate":
            return f"put “{NEGATION}” before “{self.word}”"
        return f"swap “{self.word}” for “{self.new}”"


def apply_edits(words: Sequence[str], edits: Sequence[Edit]) -> list[str]:
    """The words after all `edits`; their places refer to `words`."""
    result = list(words)
    for edit in sorted(edits, key=lambda edit: -edit.place):
        assert words[edit.place] == edit.word, "an edit of another text"
        after = {"delete": [], "negate": [NEGATION, edit.word], "swap": [edit.new]}[edit.kind]
        result[edit.place : edit.place + 1] = after
    return result


@dataclass(frozen=True)
class Neighbor:
    """A word with a similar word vector."""

    word: str
    similarity: float  # cosine of the angle between the word vectors


def neighbors(
    network: Network, vocabulary: Vocabulary, words: Sequence[str], count: int
) -> list[list[Neighbor]]:
    """The `count` words with the most similar word vectors for each of `words`, nearest first.

    Empty for an unknown word and for a network without word vectors.
    """
    ids = vocabulary.encode(words)
    if not isinstance(network, SentimentClassifier):
        return [[] for _ in words]
    vectors = network.embedding.weight.detach().numpy(force=True)
    vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    count = max(1, min(count, len(vectors) - FIRST_WORD - 1))
    found: dict[int, list[Neighbor]] = {UNK: []}
    known = np.unique(ids[ids >= FIRST_WORD])
    for start in range(0, len(known), WORDS_AT_ONCE):
        some = known[start : start + WORDS_AT_ONCE]
        similar = vectors[some] @ vectors[FIRST_WORD:].T  # (some, words of the vocabulary)
        similar[np.arange(len(some)), some - FIRST_WORD] = -np.inf  # itself
        nearest = np.argpartition(-similar, count - 1, axis=1)[:, :count]
        for index, row, chosen in zip(some.tolist(), similar, nearest, strict=True):
            found[index] = [
                Neighbor(vocabulary.words[number + FIRST_WORD], float(row[number]))
                for number in chosen[np.argsort(-row[chosen], kind="stable")]
            ]
    return [found[index] for index in ids.tolist()]


def single_edits(
    words: Sequence[str],
    place: int,
    near: Sequence[Neighbor],
    kinds: Sequence[Kind] = ("delete", "negate", "swap"),
) -> list[Edit]:
    """All edits of one word; the only word of a review cannot be deleted."""
    word, edits = words[place], []
    if "delete" in kinds and len(words) > 1:
        edits.append(Edit("delete", place, word))
    if "negate" in kinds:
        edits.append(Edit("negate", place, word))
    if "swap" in kinds:
        edits += [Edit("swap", place, word, neighbor.word) for neighbor in near]
    return edits


def outputs_after_edits(
    predictor: Predictor,
    words: Sequence[str],
    several: Sequence[Sequence[Edit]],
    sequence: SequenceConfig,
    progress: StageProgress = no_progress,
) -> Tensor:
    """The outputs of the network after each list of edits, (len(several), outputs)."""
    variants = []
    for edits in several:
        ids = predictor.vocabulary.encode(apply_edits(words, edits))
        kept = kept_positions(len(ids), sequence.sequence_length, sequence.truncation)
        variants.append(ids[kept])
    return variant_outputs(predictor.network, variants, progress, "Trying edits")
