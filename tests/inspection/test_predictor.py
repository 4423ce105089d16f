"""Predictions and traces of typed text, and errors for invalid text."""

import io

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.encode_text import encode_text
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ReviewError
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.prediction import Prediction, prediction_of
from sentiment.inspection.predictor import Predictor
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import model_folder
from sentiment.networks.registry import ARCHITECTURES

WORDS = ["good", "bad", "film", "not", "a"]


@pytest.fixture(scope="module", params=list(ARCHITECTURES))
def predictor(request):
    torch.manual_seed(0)
    config = NetworkConfig(architecture=request.param, embedding_dim=8, hidden_size=6, num_layers=2)
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    if isinstance(network, BagOfWords):
        network.set_weights(
            np.arange(-3.0, 4.0)[None], np.array([16, 37]), np.array([[0.5, -2.0]]), np.array([0.1])
        )
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=10), NEGATIVE_POSITIVE)


def test_predictions_are_in_order_and_independent_of_the_batch(predictor):
    texts = ["good film", "a bad film, not good", "film " * 30, "NOT good!"]
    together = predictor.predict(texts)
    for text, prediction in zip(texts, together, strict=True):
        alone = predictor.predict([text])[0]
        assert prediction.probability == pytest.approx(alone.probability, abs=1e-6)
    assert together[2].truncated == 20


@pytest.mark.parametrize("padding", ["before", "after"])
@pytest.mark.parametrize("length", [5, 10, 250])
def test_padding_does_not_change_the_prediction(predictor, padding, length):
    sequence = SequenceConfig(sequence_length=length, padding=padding)
    usual = predictor.predict(["a bad film not good"])[0]
    padded = predictor.predict(["a bad film not good"], sequence)[0]
    assert padded.probability == pytest.approx(usual.probability, abs=1e-6)


def test_the_trace_ends_at_the_prediction(predictor):
    text = "a film, not good: strange"
    trace = predictor.trace(text)
    assert trace.curve[-1] == pytest.approx(predictor.predict([text])[0].probabilities[1])
    assert trace.encoded.kept_tokens == ["a", "film", "not", "good", "strange"]
    assert trace.prediction.unknown == 1
    directions = len({layer.direction for layer in trace.layers})
    for layer in trace.layers:
        for quantity in trace.quantities:
            values = layer.values[quantity.symbol]
            assert values.shape == (5, len(trace.contributions) // directions)
            if quantity.bounds and quantity.symbol != "c":
                assert quantity.bounds[0] <= values.min() <= values.max() <= quantity.bounds[1]


def test_moves_start_before_any_word_and_add_up(predictor):
    trace = predictor.trace("a film, not good: strange")
    weights = predictor.network.state_dict()
    bias = float(weights.get("head.bias", weights.get("bias")))
    assert trace.curve_before == pytest.approx(1 / (1 + np.exp(-bias)), abs=1e-6)
    change = trace.probability - trace.curve_before
    assert trace.moves.sum() == pytest.approx(change, abs=1e-6)
    assert trace.moves[0] == pytest.approx(trace.curve[0] - trace.curve_before, abs=1e-6)
    with np.load(io.BytesIO(trace.npz()), allow_pickle=False) as arrays:
        assert float(arrays["probabilities_before"][1]) == trace.curve_before
    assert trace.to_json()["probabilities_before"][1] == trace.curve_before


def test_the_first_word_of_the_article_changes_little():
    (example,) = [one for one in EXAMPLES if one.title == "Disappointed"]
    trace = Predictor.load("imdb-lstm").trace(example.text)
    weights = load_file(model_folder("imdb-lstm") / "weights.safetensors")
    before = 1 / (1 + np.exp(-weights["head.bias"].astype(np.float64)))
    assert trace.curve_before == pytest.approx(float(before[0]), abs=1e-6)
    assert trace.curve_before == pytest.approx(0.3848, abs=5e-4)
    assert trace.encoded.kept_tokens[0] == "i"
    assert 100 * trace.moves[0] == pytest.approx(9.0, abs=0.1)


def test_strongest_units_are_ordered_by_their_contribution(predictor):
    trace = predictor.trace("good film")
    last = trace.layers[-1]
    start = 6 if last.direction == "backward" else 0
    own = trace.contributions[start : start + 6]
    assert np.all(np.diff(own[trace.strongest_units(last, len(own))]) <= 0)
    strongest = np.abs(own).argmax()
    assert strongest in trace.strongest_units(last, 1)


def test_saving_a_trace(predictor, tmp_path):
    trace = predictor.trace("good film")
    trace.save(tmp_path / "trace.npz")
    with np.load(tmp_path / "trace.npz", allow_pickle=False) as arrays:
        assert arrays["tokens"].tolist() == ["good", "film"]
        first = trace.layers[0]
        stored = arrays[f"layer0_{first.direction}_h"]
        np.testing.assert_array_equal(stored, first.values["h"])
        assert arrays["row"].shape == (10,)


@pytest.mark.parametrize("text", ["", "   ", "?!…", "<br />"])
def test_text_without_words_is_refused(predictor, text):
    with pytest.raises(ReviewError):
        predictor.predict([text])


def test_one_word_and_only_unknown_words(predictor):
    assert predictor.predict(["good"])[0].words == 1
    unknown = predictor.predict(["zxqv brrr"])[0]
    assert unknown.uncertain
    assert len(unknown.notes) == 1


def test_a_hundred_thousand_words_are_read_and_a_million_characters_refused(predictor):
    prediction = predictor.predict(["good film " * 50_000])[0]
    assert (prediction.words, prediction.truncated) == (10, 99_990)
    with pytest.raises(ReviewError, match="1,000,001"):
        predictor.predict(["x" * 1_000_001])


@pytest.mark.parametrize(
    ("words", "unknown", "truncated", "uncertain"),
    [
        (19, 12, 0, True),
        (19, 2, 0, False),
        (3, 1, 0, True),
        (100, 0, 100, False),
        (100, 0, 101, True),
    ],
)
def test_unknown_and_unread_words_make_a_prediction_uncertain(words, unknown, truncated, uncertain):
    prediction = Prediction(0, (1.0, 0.0), NEGATIVE_POSITIVE, words, unknown, truncated)
    assert prediction.uncertain == uncertain
    assert len(prediction.notes) == bool(unknown or truncated)


@pytest.mark.parametrize(
    ("probability", "label", "uncertain"),
    [
        (0.99, "Positive", False),
        (0.5, "Positive", True),
        (0.41, "Negative", True),
        (0.1, "Negative", False),
    ],
)
def test_near_one_half_is_uncertain(probability, label, uncertain):
    encoded = encode_text("good film", Vocabulary(WORDS, [1] * 5), SequenceConfig())
    prediction = prediction_of(encoded, (1 - probability, probability), NEGATIVE_POSITIVE)
    assert (prediction.name, prediction.uncertain) == (label, uncertain)
    assert prediction.probability == max(probability, 1 - probability)
