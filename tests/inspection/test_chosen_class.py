"""Explanations of one class of several, against NumPy."""

import itertools

import numpy as np
import pytest
import torch
from scipy.special import softmax

from sentiment.corpus.classes import Classes
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.attribution import attribute
from sentiment.inspection.gradients import gradient_reach
from sentiment.inspection.intervened_trace import trace_with_interventions
from sentiment.inspection.interventions import parse
from sentiment.inspection.ledger import ledger
from sentiment.inspection.predictor import Predictor, Trace
from sentiment.networks.build import new_classifier
from sentiment.networks.class_output import class_output
from sentiment.networks.config import NetworkConfig

CLASSES = Classes(("Negative", "Neutral", "Positive"), ordered=True)
WORDS = [f"w{number}" for number in range(12)]
TEXT = "w3 w1 w4 w1 w5 w9 w2 w6"
CASES = [
    (architecture, pooling, ordinal)
    for architecture, (pooling, ordinal) in itertools.product(
        ("lstm", "bigru"), (("max+mean", False), ("last", False), ("mean", True))
    )
]
each_case = pytest.mark.parametrize(("architecture", "pooling", "ordinal"), CASES)
each_label = pytest.mark.parametrize("label", range(3))


def predictor_of(architecture: str, pooling: str, ordinal: bool) -> Predictor:
    torch.manual_seed(0)
    config = NetworkConfig(
        architecture=architecture, embedding_dim=6, hidden_size=5, pooling=pooling
    )
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_classifier(config, len(vocabulary), class_output(3, ordinal)).eval()
    with torch.no_grad():
        network.embedding.weight.normal_()
        network.head.weight.normal_()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=50), CLASSES)


def numpy_score(outputs: np.ndarray, label: int, ordinal: bool) -> float:
    """log p / (1 - p) of a class from the outputs of the network, (outputs,)."""
    if ordinal:
        above = np.cumprod(1 / (1 + np.exp(-outputs.astype(float))))
        p = -np.diff(np.concatenate([[1.0], above, [0.0]]))[label]
    else:
        p = softmax(outputs.astype(float))[label]
    return float(np.log(p / (1 - p)))


def numpy_outputs(predictor: Predictor, trace: Trace) -> np.ndarray:
    """Outputs of the network from the states in the trace, (outputs,)."""
    network, pooled = predictor.network, []
    states = np.concatenate([layer.values["h"] for layer in trace.layers], axis=1)
    pooling = network.config.pooling
    if pooling == "last":
        pooled = [trace.layers[0].values["h"][-1], *(x.values["h"][0] for x in trace.layers[1:])]
    if "max" in pooling:
        pooled.append(states.max(axis=0))
    if "mean" in pooling:
        pooled.append(states.mean(axis=0))
    weight, bias = (parameter.detach().numpy() for parameter in network.head.parameters())
    return weight @ np.concatenate(pooled) + bias


@each_case
@each_label
def test_trace_and_ledger(architecture: str, pooling: str, ordinal: bool, label: int) -> None:
    predictor = predictor_of(architecture, pooling, ordinal)
    trace = predictor.trace(TEXT, label=label)
    outputs = numpy_outputs(predictor, trace)
    score = numpy_score(outputs, label, ordinal)
    np.testing.assert_allclose(trace.outputs[-1], outputs, atol=1e-5)
    assert trace.probabilities[-1] == pytest.approx(1 / (1 + np.exp(-score)), abs=1e-5)
    for end in range(1, 9):
        shorter = predictor.trace(" ".join(TEXT.split()[:end]), label=label)
        assert trace.probabilities[end - 1] == pytest.approx(shorter.probabilities[-1], abs=1e-5)
    books = ledger(predictor.network, trace)
    assert books.logit == pytest.approx(score, abs=1e-5)
    assert books.residual == pytest.approx(0, abs=1e-5)


@each_case
def test_the_probable_class_is_explained_unless_another_is_chosen(
    architecture: str, pooling: str, ordinal: bool
) -> None:
    predictor = predictor_of(architecture, pooling, ordinal)
    chosen = predictor.trace(TEXT).explained
    scores = [numpy_score(predictor.trace(TEXT).outputs[-1], k, ordinal) for k in range(3)]
    assert chosen == np.argmax(scores)


@each_case
@each_label
def test_attributions_of_a_class(
    architecture: str, pooling: str, ordinal: bool, label: int
) -> None:
    predictor = predictor_of(architecture, pooling, ordinal)
    trace, words = predictor.trace(TEXT, label=label), TEXT.split()
    score = numpy_score(trace.outputs[-1], label, ordinal)
    left_out = attribute(predictor.network, trace, "leave one out").words
    for place, amount in enumerate(left_out):
        rest = predictor.trace(" ".join(words[:place] + words[place + 1 :])).outputs[-1]
        assert amount == pytest.approx(score - numpy_score(rest, label, ordinal), abs=1e-5)
    vectors = predictor.network.embedding(torch.from_numpy(trace.encoded.kept_ids).long())
    x = vectors.detach().double().requires_grad_()
    double = predictor_of(architecture, pooling, ordinal).network.double()
    outputs = double.head(_pooled(double, x))
    p = double.output.probabilities(outputs)[label]
    (gradient,) = torch.autograd.grad((p / (1 - p)).log(), x)
    expected = (gradient * x).sum(dim=1).detach()
    found = attribute(predictor.network, trace, "gradient × input").words
    np.testing.assert_allclose(found, expected, atol=1e-4)
    reach = gradient_reach(predictor.network, torch.from_numpy(trace.encoded.kept_ids), label)
    assert reach.words.shape == (8,)


def _pooled(network, x):
    from sentiment.networks.pooling import pool

    outputs, _ = network.encoder.unroll(x)
    length = torch.tensor([len(x)])
    return pool(outputs[None], length, network.config.pooling, network.encoder.hidden_size)[0]


@each_label
def test_an_intervention_changes_the_chosen_class(label: int) -> None:
    for architecture in ("lstm", "bilstm"):
        predictor = predictor_of(architecture, "max+mean", False)
        trace = predictor.trace(TEXT, label=label)
        unchanged = trace_with_interventions(predictor, trace, [])
        np.testing.assert_allclose(unchanged.probabilities, trace.probabilities, atol=1e-5)
        cleared = parse("c=0", predictor.network)
        after = trace_with_interventions(predictor, trace, cleared)
        bias = predictor.network.head.bias.detach().numpy()
        empty = numpy_score(bias, label, False)
        assert after.probabilities[-1] == pytest.approx(1 / (1 + np.exp(-empty)), abs=1e-5)
