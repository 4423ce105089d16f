"""All edits of one word of a review, and their effect on the prediction."""

from dataclasses import dataclass

import numpy as np

from sentiment.inspection.edits import Edit, neighbors, outputs_after_edits, single_edits
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.trace import Trace
from sentiment.inspection.variants import sigmoid
from sentiment.wording import percentage_points

SMALLEST = 0.001  # change of the probability that is stated


@dataclass(frozen=True)
class WordEdits:
    """Edits of one word; arrays are (edits,)."""

    edits: list[Edit]
    similarities: np.ndarray  # of the new word; nan for edits that are not swaps
    name: str  # of the explained class
    before: float  # its probability
    after: np.ndarray

    @property
    def change(self) -> np.ndarray:
        return self.after - self.before

    @property
    def finding(self) -> str:
        """The edit with the largest effect, in one sentence."""
        largest = int(np.abs(self.change).argmax())
        if abs(self.change[largest]) < SMALLEST:
            return f"No edit of this word changes P({self.name}) by 0.1 pp or more."
        return (
            f"Largest change: {self.edits[largest].title}, P({self.name}) {self.before:.1%} → "
            f"{self.after[largest]:.1%} ({percentage_points(self.change[largest])})."
        )


def word_edits(predictor: Predictor, trace: Trace, place: int, count: int) -> WordEdits:
    """The effect of every edit of the word at `place`, with `count` neighbors for swaps."""
    words = trace.encoded.kept_tokens
    (near,) = neighbors(predictor.network, predictor.vocabulary, [words[place]], count)
    similarity = {neighbor.word: neighbor.similarity for neighbor in near}
    edits = single_edits(words, place, near)
    outputs = outputs_after_edits(
        predictor, words, [[edit] for edit in edits], trace.encoded.config
    )
    scores = predictor.network.output.score(outputs, trace.explained).numpy()
    return WordEdits(
        edits,
        np.array([similarity.get(edit.new, np.nan) for edit in edits]),
        trace.name,
        trace.probability,
        sigmoid(scores),
    )
