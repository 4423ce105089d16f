"""Interventions against an independent textbook loop, and against no intervention."""

import numpy as np
import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.dataset.batches import ReviewDataset
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ConfigError
from sentiment.inspection import intervened_trace
from sentiment.inspection.intervened_trace import intervened_probabilities, trace_with_interventions
from sentiment.inspection.interventions import parse
from sentiment.inspection.predictor import Predictor
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.inference import probabilities
from sentiment.networks.registry import ARCHITECTURES
from tests.networks.references import reference_outputs, untouched

WORDS = [f"w{number}" for number in range(40)]
NETWORKS = [name for name, entry in ARCHITECTURES.items() if entry.encoder]
GATED = ["lstm", "bilstm", "gru", "bigru"]
KEEPS = {"lstm": "f", "bilstm": "f", "gru": "z", "bigru": "z"}
MEMORY = {"lstm": "c", "bilstm": "c"}  # of the others: h
EVERYTHING = {"rnn": "h*1", "indrnn": "u*1; h*1", "resnet": "r*1; h*1"}
TEXT = " ".join(np.random.default_rng(3).choice(WORDS, 23))


def predictor_of(architecture, pooling="max+mean", layers=2, units=7):
    torch.manual_seed(0)
    config = NetworkConfig(
        architecture=architecture,
        embedding_dim=6,
        hidden_size=units,
        num_layers=layers,
        pooling=pooling,
    )
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    with torch.no_grad():  # as if trained: nothing near zero that a mistake could hide behind
        network.embedding.weight[1:].normal_()
        network.head.weight.normal_()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=60), NEGATIVE_POSITIVE)


def textbook(network, ids, cut):
    """The logit of one review and every quantity of every layer, by `reference_outputs`."""
    weights = {name: value.double().numpy() for name, value in network.state_dict().items()}
    outputs, found = reference_outputs(network, weights["embedding.weight"][ids], cut)
    return head(network, weights, outputs), found


def head(network, weights, outputs):
    pooling, size = network.config.pooling, network.config.hidden_size
    if pooling == "last":
        pooled = np.concatenate([outputs[-1, :size], outputs[0, size:]])
    else:
        kinds = {"max": outputs.max(axis=0), "mean": outputs.mean(axis=0)}
        pooled = np.concatenate([kinds[kind] for kind in pooling.split("+")])
    return float(weights["head.weight"][0] @ pooled + weights["head.bias"][0])


def probability(logit):
    return 1 / (1 + np.exp(-logit))


def dataset_of(predictor, texts):
    labels = np.arange(len(texts)) % 2
    return ReviewDataset.of_texts(texts, labels, predictor.vocabulary, predictor.sequence)


@pytest.mark.parametrize("pooling", ["last", "mean", "max", "max+mean"])
@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("architecture", NETWORKS)
def test_an_intervention_without_effect_equals_the_forward_pass(architecture, layers, pooling):
    """A step-by-step pass with an intervention that has no effect."""
    predictor = predictor_of(architecture, pooling, layers)
    symbols = [quantity.symbol for quantity in predictor.network.intervention_targets]
    same = parse(
        EVERYTHING.get(architecture, "; ".join(f"{s}*1" for s in symbols)), predictor.network
    )
    trace = predictor.trace(TEXT)
    for interventions in ([], same):
        read = trace_with_interventions(predictor, trace, interventions)
        assert read.prediction.probability == pytest.approx(trace.prediction.probability, abs=1e-5)
        np.testing.assert_allclose(
            read.probabilities, trace.probabilities[read.positions], atol=1e-5
        )
        for before in trace.layers:
            after = read.layer(before)
            for symbol, values in before.values.items():
                np.testing.assert_allclose(after.values[symbol], values, atol=1e-5)
    texts = [TEXT, "w1", "w2 w3 w4 w5", TEXT + " w9"]
    dataset = dataset_of(predictor, texts)
    np.testing.assert_allclose(
        intervened_probabilities(predictor.network, dataset, same),
        probabilities(predictor.network, dataset),
        atol=1e-5,
    )


# How it is written -> the same as a plain function of the textbook's loop.
CASES = {
    "K=1": lambda s, n, d, t, v: np.ones_like(v) if s == "K" else v,
    "K*0.5": lambda s, n, d, t, v: v * 0.5 if s == "K" else v,
    "K*3": lambda s, n, d, t, v: np.clip(v * 3, 0, 1) if s == "K" else v,
    "K[1,3-5]=1": lambda s, n, d, t, v: at_units(v, [1, 3, 4, 5], 1.0) if s == "K" else v,
    "M[2]=0": lambda s, n, d, t, v: at_units(v, [2], 0.0) if s == "M" else v,
    "M@9=0": lambda s, n, d, t, v: np.zeros_like(v) if s == "M" and t == 8 else v,
    "1.K@3-6=0": lambda s, n, d, t, v: (
        np.zeros_like(v) if s == "K" and n == 0 and 2 <= t <= 5 else v
    ),
    "2.forward.K=1; M@12=0": lambda s, n, d, t, v: (
        np.ones_like(v)
        if s == "K" and (n, d) == (1, "forward")
        else np.zeros_like(v)
        if s == "M" and t == 11
        else v
    ),
}


def at_units(values, units, value):
    changed = values.copy()
    changed[units] = value
    return changed


@pytest.mark.parametrize("written", CASES)
@pytest.mark.parametrize("architecture", GATED)
def test_every_value_equals_the_textbook_with_the_same_intervention(architecture, written):
    predictor = predictor_of(architecture)
    gate, memory = KEEPS[architecture], MEMORY.get(architecture, "h")
    names = {gate: "K", memory: "M"}
    rule = CASES[written]
    interventions = parse(written.replace("K", gate).replace("M", memory), predictor.network)

    def cut(layer, direction, word, symbol, value):
        return rule(names.get(symbol), layer, direction, word, value)

    ids = predictor.encode(TEXT).kept_ids
    logit, expected = textbook(predictor.network, ids, cut)
    read = trace_with_interventions(predictor, predictor.trace(TEXT), interventions)
    assert read.prediction.probabilities[1] == pytest.approx(probability(logit), abs=1e-5)
    for layer in read.layers:
        for symbol, values in expected[layer.layer, layer.direction].items():
            np.testing.assert_allclose(layer.values[symbol], values, atol=1e-5, err_msg=symbol)
    for place, said in zip(read.positions, read.curve, strict=True):
        sooner, _ = textbook(predictor.network, ids[: place + 1], cut)
        assert said == pytest.approx(probability(sooner), abs=1e-5)
    texts = [TEXT, "w1 w2", "w7 " * 12, TEXT + " w5 w6"]
    together = intervened_probabilities(
        predictor.network, dataset_of(predictor, texts), interventions
    )[:, 1]
    for text, said in zip(texts, together, strict=True):
        alone, _ = textbook(predictor.network, predictor.encode(text).kept_ids, cut)
        assert said == pytest.approx(probability(alone), abs=1e-5)


@pytest.mark.parametrize(
    ("architecture", "written", "rule"),
    [
        ("rnn", "h[2]=0", lambda s, t, v: at_units(v, [2], 0.0) if s == "h" else v),
        ("rnn", "h@7=0", lambda s, t, v: 0 * v if s == "h" and t == 6 else v),
        ("indrnn", "u=0", lambda s, t, v: 0 * v if s == "u" else v),
        ("indrnn", "h[1,4]=0", lambda s, t, v: at_units(v, [1, 4], 0.0) if s == "h" else v),
        ("resnet", "r=0", lambda s, t, v: 0 * v if s == "r" else v),
        ("resnet", "h[3]@5-9=2", lambda s, t, v: (
            at_units(v, [3], 2.0) if s == "h" and 4 <= t <= 8 else v
        )),
    ],
)  # fmt: skip
def test_other_architectures_equal_the_textbook(architecture, written, rule):
    predictor = predictor_of(architecture)
    ids = predictor.encode(TEXT).kept_ids
    logit, expected = textbook(predictor.network, ids, lambda n, d, t, s, v: rule(s, t, v))
    interventions = parse(written, predictor.network)
    read = trace_with_interventions(predictor, predictor.trace(TEXT), interventions)
    assert read.prediction.probabilities[1] == pytest.approx(probability(logit), abs=1e-5)
    for layer in read.layers:
        for symbol, values in layer.values.items():
            known = expected[layer.layer, layer.direction][symbol]
            np.testing.assert_allclose(values, known, atol=1e-5, err_msg=symbol)
    dataset = dataset_of(predictor, [TEXT, "w3"])
    together = intervened_probabilities(predictor.network, dataset, interventions)
    assert together[0, 1] == pytest.approx(probability(logit), abs=1e-5)


@pytest.mark.parametrize("architecture", NETWORKS)
def test_a_unit_frozen_at_its_mean(architecture):
    """The mean over the words of the same review, also in a batch of different lengths."""
    predictor = predictor_of(architecture)
    symbol = MEMORY.get(architecture, "h")
    texts = [TEXT, "w1 w2 w3"]
    expected = []
    for text in texts:
        ids = predictor.encode(text).kept_ids
        _, plain = textbook(predictor.network, ids, untouched)

        def cut(layer, direction, word, s, value, plain=plain):
            mean = plain[layer, direction][symbol].mean(axis=0)
            return at_units(value, [1, 4], mean[[1, 4]]) if s == symbol else value

        logit, _ = textbook(predictor.network, ids, cut)
        expected.append(probability(logit))
    interventions = parse(f"{symbol}[1,4]=mean", predictor.network)
    alone = [
        trace_with_interventions(predictor, predictor.trace(text), interventions) for text in texts
    ]
    assert [read.prediction.probabilities[1] for read in alone] == pytest.approx(expected, abs=1e-5)
    together = intervened_probabilities(
        predictor.network, dataset_of(predictor, texts), interventions
    )[:, 1]
    np.testing.assert_allclose(together, expected, atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("written", ["f=1", "backward.f=1", "forward.c@9=0"])
def test_a_long_review_of_a_bidirectional_network_has_fewer_points(layers, written, monkeypatch):
    predictor = predictor_of("bilstm", layers=layers)
    trace, interventions = predictor.trace(TEXT), parse(written, predictor.network)
    full = trace_with_interventions(predictor, trace, interventions)
    assert full.positions.tolist() == list(range(23))
    monkeypatch.setattr(intervened_trace, "MAX_WORK", 6 * 23 * (7**2 + intervened_trace.OVERHEAD))
    thin = trace_with_interventions(predictor, trace, interventions)
    if layers == 1 and written == "forward.c@9=0":  # only what it reads forward has changed
        assert len(thin.positions) == 23
    else:
        assert len(thin.positions) == 6 and thin.positions[-1] == 22
    np.testing.assert_allclose(thin.probabilities, full.probabilities[thin.positions], atol=1e-5)


def test_notation_round_trip():
    network = predictor_of("bilstm").network
    written = "f=1;2.backward.c[0,2-4]@12=0;i*0.5;c[3]=mean;1.o@2-5=0.25"
    interventions = parse(written, network)
    assert ";".join(map(str, interventions)) == written
    assert parse(" ; ".join(map(str, interventions)), network) == interventions
    assert parse("f = 1\n i * .5", network) == parse("f=1;i*0.5", network)
    assert parse("c[4,2,3]=0", network) == parse("c[2-4]=0", network)
    shown = [intervention.describe(network.intervention_targets) for intervention in interventions]
    assert shown[0] == "forget gate set to 1 in all units of every layer"
    assert shown[1] == "cell state set to 0 in units 0,2-4 of layer 2, backward at word 12"


@pytest.mark.parametrize(
    ("architecture", "written", "message"),
    [
        ("lstm", "<b>f</b>", "“<b>f</b>”.*f=1"),
        ("lstm", "f=1;;z=1", "“z”.*f .forget gate"),
        ("lstm", "f=1.5", "1.5.*0 and 1"),
        ("lstm", "c=1000", "-100 and 100"),
        ("lstm", "c*2", "2.*1"),
        ("lstm", "c*mean", "mean"),
        ("lstm", "f[7]=1", "7.*0 to 6"),
        ("lstm", "f[5-3]=1", "5-3"),
        ("lstm", "3.f=1", "layer 3.*1 to 2"),
        ("lstm", "0.f=1", "layer 0"),
        ("lstm", "backward.f=1", "backward.*forward"),
        ("lstm", "c@0=0", "@0"),
        ("lstm", ";".join(["f=1"] * 21), "21 .*20"),
        ("rnn", "f=1", "“f”.*h .hidden state"),
        ("indrnn", "u=mean", "recurrent weight"),
        ("resnet", "forward.r=0", "forward.*both"),
        ("bow", "f=1", "bow"),
    ],
)
def test_invalid_interventions_are_refused(architecture, written, message):
    torch.manual_seed(0)
    config = NetworkConfig(architecture=architecture, embedding_dim=4, hidden_size=7, num_layers=2)
    with pytest.raises(ConfigError, match=message):
        parse(written, new_network(config, 10))


def test_a_bag_of_words_has_no_cell():
    config = NetworkConfig(architecture="bow")
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    bag = Predictor(
        new_network(config, len(vocabulary)), vocabulary, SequenceConfig(), NEGATIVE_POSITIVE
    )
    with pytest.raises(ConfigError):
        trace_with_interventions(bag, bag.trace(TEXT), [])
