"""Every edit of one word has the effect of the edited text."""

import numpy as np
import pytest

from sentiment.inspection.edits import apply_edits
from sentiment.inspection.word_edits import word_edits
from tests.inspection.test_ledger import predictor_of


@pytest.mark.parametrize(("architecture", "swaps"), [("gru", 3), ("bow", 0)])
def test_the_effects_are_those_of_the_edited_texts(architecture, swaps):
    predictor = predictor_of(architecture)
    words = ["w3", "w1", "w4", "w1", "w5"]
    trace = predictor.trace(" ".join(words))
    found = word_edits(predictor, trace, 2, count=3)
    assert [edit.kind for edit in found.edits] == ["delete", "negate", *["swap"] * swaps]
    assert np.isnan(found.similarities).tolist() == [True, True, *[False] * swaps]
    assert found.before == trace.probability
    texts = [" ".join(apply_edits(words, [edit])) for edit in found.edits]
    expected = [prediction.probabilities[1] for prediction in predictor.predict(texts)]
    np.testing.assert_allclose(found.after, expected, atol=1e-6)
    largest = np.abs(found.after - found.before).argmax()
    assert found.edits[largest].title in found.finding
    assert f"{found.after[largest]:.1%}" in found.finding
