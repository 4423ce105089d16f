"""Nearest neighbors of a word by the cosine of the word vectors. Free of torch."""

from dataclasses import dataclass

import numpy as np

from sentiment.encoding.vocabulary import FIRST_WORD, Vocabulary
from sentiment.errors import ModelError
from sentiment.networks.model_files import REMEDY, WEIGHTS
from sentiment.networks.model_folder import ModelInfo
from sentiment.stored import reading, require_array

EMBEDDING = "embedding.weight"


@dataclass(frozen=True)
class WordSpace:
    """The embedding of a model, with unit-length vectors."""

    vocabulary: Vocabulary
    vectors: np.ndarray  # (words, embedding_dim) float32

    @classmethod
    def of(cls, info: ModelInfo) -> "WordSpace":
        """The word space of a model. Raises ModelError if it is damaged or has no word vectors."""
        weights = info.arrays()
        if EMBEDDING not in weights:
            raise ModelError(f"{info.name} has no word vectors. Choose a model with an embedding.")
        vocabulary = info.vocabulary()
        with reading(info.folder / WEIGHTS, ModelError, REMEDY):
            require_array(weights[EMBEDDING], shape=(len(vocabulary), None))
        vectors = weights[EMBEDDING].astype(np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return cls(vocabulary, vectors / np.maximum(lengths, 1e-12))

    def nearest(self, word: str, limit: int) -> list[tuple[str, float]]:
        """The words with the highest cosines, and these; [] for an unknown word."""
        if word not in self.vocabulary:
            return []
        own = self.vocabulary.index(word)
        cosines = self.vectors @ self.vectors[own]
        cosines[:FIRST_WORD] = -np.inf  # <pad> and <unk>
        cosines[own] = -np.inf
        limit = min(limit, len(cosines) - FIRST_WORD - 1)
        best = np.argpartition(-cosines, limit)[:limit] if limit > 0 else np.zeros(0, int)
        best = best[np.argsort(-cosines[best], kind="stable")]
        return [(self.vocabulary.words[place], float(cosines[place])) for place in best.tolist()]
