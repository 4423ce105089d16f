"""The memory ledger sums to the logit and equals the definition in two nested loops."""

import numpy as np
import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.ledger import ledger, why_no_ledger
from sentiment.inspection.ledger_summary import word_amounts
from sentiment.inspection.predictor import Predictor
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES

WORDS = [f"w{n}" for n in range(20)]
TEXT = " ".join(WORDS[n % 20] for n in (3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3, 2, 3, 8, 4))
SPLIT = ["lstm", "bilstm", "gru", "bigru", "indrnn"]
POOLINGS = ["last", "mean", "max", "max+mean"]


def predictor_of(architecture, pooling="max+mean", layers=2):
    torch.manual_seed(3)
    config = NetworkConfig(
        architecture=architecture,
        embedding_dim=8,
        hidden_size=6,
        num_layers=layers,
        pooling=pooling,
    )
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    if isinstance(network, BagOfWords):
        keys = np.array([len(vocabulary) * 5 + 3, len(vocabulary) * 6 + 3])
        weights = np.linspace(-1, 1, len(vocabulary))
        network.set_weights(weights[None], keys, np.array([[0.5, -2.0]]), np.array([0.1]))
    else:
        with torch.no_grad():  # far from the small values of a fresh network
            network.embedding.weight.mul_(20)
            for parameter in network.head.parameters():
                parameter.normal_()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=30), NEGATIVE_POSITIVE)


def in_order(direction, steps):
    """Word positions in the order in which a direction reads them."""
    return list(range(steps))[:: -1 if direction == "backward" else 1]


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("architecture", SPLIT)
def test_remaining_amounts_sum_to_the_state_and_contributions_to_the_logit(architecture, pooling):
    predictor = predictor_of(architecture, pooling)
    trace = predictor.trace(TEXT)
    split = ledger(predictor.network, trace)
    for layer_ledger, layer in zip(split.layers, trace.layers, strict=True):
        end = 0 if layer.direction == "backward" else -1
        state = layer.values[layer_ledger.symbol][end]
        np.testing.assert_allclose(layer_ledger.remaining.sum(axis=0), state, rtol=1e-5, atol=1e-5)
        np.testing.assert_array_equal(layer_ledger.final, state.astype(float))
        assert (layer_ledger.contributions is None) == (layer.layer == 0)
    probability = predictor.predict([TEXT])[0].probabilities[1]
    logit = np.log(probability / (1 - probability))
    assert split.logit == pytest.approx(logit, abs=1e-4)
    assert split.bias + split.outside_memory + split.contributions.sum() == pytest.approx(
        logit, abs=1e-4
    )
    assert abs(split.residual) < 1e-4
    if architecture != "indrnn":  # nothing goes around the memory of an LSTM or a GRU
        assert split.outside_memory == 0


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("architecture", ["lstm", "bilstm", "gru", "bigru"])
def test_the_ledger_equals_two_nested_loops(architecture, pooling):
    predictor = predictor_of(architecture, pooling)
    trace = predictor.trace(TEXT)
    split = ledger(predictor.network, trace)
    steps, units = 20, 6
    weights = predictor.network.head.weight.detach().numpy()[0]
    kinds = {"last": ["last"], "max+mean": ["max", "mean"]}.get(pooling, [pooling])
    directions = [layer.direction for layer in trace.layers if layer.layer == 1]
    expected = np.zeros(steps)
    for layer, layer_ledger in zip(trace.layers, split.layers, strict=True):
        values, order = layer.values, in_order(layer.direction, steps)
        lstm = "c" in values
        keep = values["f"] if lstm else values["z"]
        write = values["i"] * values["g"] if lstm else (1 - values["z"]) * values["n"]
        state = values["c"] if lstm else values["h"]
        np.testing.assert_allclose(layer_ledger.written, write, rtol=1e-5, atol=1e-7)
        for place, word in enumerate(order):  # every word ...
            part = write[word].astype(float)
            for later in range(place, steps):  # ... and every step from it on
                at = order[later]
                if later > place:
                    part = part * keep[at]
                if layer.layer == 0:
                    continue
                for unit in range(units):
                    column = directions.index(layer.direction) * units + unit
                    squash = values["h"][at, unit] / state[at, unit]
                    for number, kind in enumerate(kinds):
                        weight = weights[number * units * len(directions) + column]
                        highest = int(np.argmax(values["h"][:, unit]))
                        counts = {
                            "last": later == steps - 1,
                            "mean": 1 / steps,
                            "max": at == highest,
                        }[kind]
                        expected[word] += weight * counts * squash * part[unit]
            np.testing.assert_allclose(layer_ledger.remaining[word], part, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(split.contributions, expected, rtol=1e-3, atol=1e-4)


def test_outside_the_memory_of_a_single_indrnn_layer_is_only_the_norm_bias():
    predictor = predictor_of("indrnn", "last", layers=1)
    network = predictor.network
    split = ledger(network, predictor.trace(TEXT))
    layer = network.encoder.layers[0][0]
    around = float((network.head.weight[0] * layer.norm.bias).sum().detach())
    assert split.outside_memory == pytest.approx(around, abs=1e-5)


def test_a_bag_of_words_keeps_what_it_writes():
    predictor = predictor_of("bow")
    trace = predictor.trace(TEXT)
    split = ledger(predictor.network, trace)
    (layer_ledger,) = split.layers
    np.testing.assert_array_equal(layer_ledger.written, layer_ledger.remaining)
    assert split.bias + split.contributions.sum() == pytest.approx(split.logit, abs=1e-5)
    weights, pairs = np.linspace(-1, 1, len(predictor.vocabulary)), {(5, 3): 0.5, (6, 3): -2.0}
    seen, before = set(), None
    for place, word in enumerate(trace.encoded.kept_ids.tolist()):
        expected = 0.0
        for key, weight in ((word, weights[word]), ((before, word), pairs.get((before, word), 0))):
            expected += 0 if key in seen else weight
            seen.add(key)
        before = word
        assert split.contributions[place] == pytest.approx(expected, abs=1e-6)
    assert {(5, 3), (6, 3)} & seen  # so that a pair was there to be counted


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_a_network_without_ledger_has_a_reason(architecture):
    reason = why_no_ledger(predictor_of(architecture).network)
    assert (reason is None) == (architecture in [*SPLIT, "bow"])


def test_a_single_word_writes_everything():
    predictor = predictor_of("bilstm", "last")
    split = ledger(predictor.network, predictor.trace("w3"))
    assert split.contributions.shape == (1,)
    assert split.bias + split.contributions[0] == pytest.approx(split.logit, abs=1e-5)
    assert word_amounts(split.layers[0], np.arange(6)).share_remaining == pytest.approx(1)
    assert split.layers[0].recent_words == 1


def test_recent_words_with_constant_gates():
    """With every gate at one half, the last word wrote just over half of what remains."""
    predictor = predictor_of("gru", "last", layers=1)
    module = predictor.network.encoder.layers[0][0]
    with torch.no_grad():
        for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
            getattr(module, name)[6:12] = 0  # update gate: one half everywhere
            getattr(module, name)[12:] = 0
        module.bias_ih_l0[12:] = 1  # candidate: always the same
    (layer_ledger,) = ledger(predictor.network, predictor.trace(TEXT)).layers
    np.testing.assert_allclose(layer_ledger.half_lives, 1, rtol=1e-6)
    assert layer_ledger.recent_words == 1
    amounts = word_amounts(layer_ledger, np.arange(6))
    assert amounts.share_remaining == pytest.approx(2 / 20, rel=1e-3)
