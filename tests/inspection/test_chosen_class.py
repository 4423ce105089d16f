"""Explanations of one class of several, against NumPy."""

import io
import itertools
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from scipy.special import softmax

from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ConfigError
from sentiment.inspection import check_trace
from sentiment.inspection.attribution import attribute
from sentiment.inspection.bundle import bundle
from sentiment.inspection.edits import Edit, apply_edits, neighbors, single_edits
from sentiment.inspection.faithfulness import deletion_curve
from sentiment.inspection.flips import SWAPS, smallest_flip
from sentiment.inspection.gradients import gradient_reach
from sentiment.inspection.intervened_trace import trace_with_interventions
from sentiment.inspection.interventions import parse
from sentiment.inspection.ledger import ledger
from sentiment.inspection.padding_lab import padding_lab
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.side_by_side import side_by_side
from sentiment.inspection.trace import Trace
from sentiment.inspection.word_edits import word_edits
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
    assert trace.curve[-1] == pytest.approx(1 / (1 + np.exp(-score)), abs=1e-5)
    for end in range(1, 9):
        shorter = predictor.trace(" ".join(TEXT.split()[:end]), label=label)
        assert trace.curve[end - 1] == pytest.approx(shorter.curve[-1], abs=1e-5)
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
        assert after.curve[-1] == pytest.approx(1 / (1 + np.exp(-empty)), abs=1e-5)


@each_case
@each_label
def test_the_probabilities_of_all_classes_after_every_word(
    architecture: str, pooling: str, ordinal: bool, label: int
) -> None:
    predictor = predictor_of(architecture, pooling, ordinal)
    trace = predictor.trace(TEXT, label=label)
    assert trace.probabilities.shape == (8, 3)
    np.testing.assert_allclose(trace.probabilities.sum(axis=1), 1)
    for outputs, shown in zip(trace.outputs, trace.probabilities, strict=True):
        scores = [numpy_score(outputs, k, ordinal) for k in range(3)]
        np.testing.assert_allclose(shown, 1 / (1 + np.exp(-np.array(scores))), atol=1e-5)
    bias = predictor.network.head.bias.detach().numpy()
    before = [1 / (1 + np.exp(-numpy_score(bias, k, ordinal))) for k in range(3)]
    np.testing.assert_allclose(trace.probabilities_before, before, atol=1e-5)
    assert trace.score == pytest.approx(numpy_score(trace.outputs[-1], label, ordinal), abs=1e-5)
    assert trace.moves.sum() == pytest.approx(trace.curve[-1] - before[label], abs=1e-5)
    assert (trace.name, trace.target, trace.rest) == (CLASSES.names[label], label, "other classes")


@each_case
@each_label
def test_the_script_of_a_bundle_recomputes_probabilities_and_score(
    architecture: str, pooling: str, ordinal: bool, label: int, tmp_path: Path
) -> None:
    predictor = predictor_of(architecture, pooling, ordinal)
    info = SimpleNamespace(name="mine", network=predictor.network.config, checksums={})
    trace = predictor.trace(TEXT, label=label)
    with zipfile.ZipFile(io.BytesIO(bundle(predictor, info, trace))) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "trace"
    assert check_trace.check(folder) > 0
    for name, change in (("score", 0.01), ("probabilities", 0.01), ("probabilities_before", 0.01)):
        arrays = dict(np.load(folder / "trace.npz"))
        arrays[name] = arrays[name] + change
        (tmp_path / name).mkdir()
        np.savez(tmp_path / name / "trace.npz", **arrays)
        for other in ("weights.npz", "model.json"):
            shutil.copy(folder / other, tmp_path / name)
        with pytest.raises(AssertionError, match=name):
            check_trace.check(tmp_path / name)


@each_case
@each_label
def test_a_flip_leaves_the_verdict_or_reaches_the_chosen_class(
    architecture: str, pooling: str, ordinal: bool, label: int
) -> None:
    predictor = predictor_of(architecture, pooling, ordinal)
    trace, words = predictor.trace(TEXT, label=label), TEXT.split()
    search = smallest_flip(predictor, trace)
    verdict = trace.prediction.label

    def after(edits: Sequence[Edit]) -> Prediction:
        return predictor.predict([" ".join(apply_edits(words, edits))])[0]

    if search.found:
        reached = after(search.found.edits)
        assert reached.label == search.found.label
        assert reached.label == label if label != verdict else reached.label != verdict
        assert reached.probabilities[label] == pytest.approx(search.found.probability, abs=1e-5)
        assert CLASSES.names[reached.label] in search.finding(trace)
    if search.found is None or len(search.found.edits) > 1:
        near = neighbors(predictor.network, predictor.vocabulary, words, SWAPS)
        for place in range(len(words)):
            for edit in single_edits(words, place, near[place]):
                reached = after([edit])
                assert (reached.label == verdict) if label == verdict else (reached.label != label)


@each_label
def test_deleting_words_follows_the_chosen_class(label: int) -> None:
    predictor = predictor_of("lstm", "max+mean", False)
    trace, words = predictor.trace(TEXT, label=label), TEXT.split()
    found = attribute(predictor.network, trace, "leave one out")
    curve = deletion_curve(predictor.network, trace, found)
    order = np.argsort(-found.words, kind="stable")
    for count, probability in zip(curve.removed, curve.probabilities, strict=True):
        kept = [word for place, word in enumerate(words) if place not in order[:count]]
        alone = predictor.predict([" ".join(kept)])[0]
        assert probability == pytest.approx(alone.probabilities[label], abs=1e-5)


@each_label
def test_edits_of_a_word_and_padding_state_the_chosen_class(label: int) -> None:
    predictor = predictor_of("lstm", "last", True)
    trace, words = predictor.trace(TEXT, label=label), TEXT.split()
    found = word_edits(predictor, trace, 2, count=3)
    for edit, probability in zip(found.edits, found.after, strict=True):
        alone = predictor.predict([" ".join(apply_edits(words, [edit]))])[0]
        assert probability == pytest.approx(alone.probabilities[label], abs=1e-5)
    assert CLASSES.names[label] in found.finding
    lab = padding_lab(predictor, trace)
    assert lab.masked == trace.prediction.probabilities[label]
    ids = torch.from_numpy(trace.encoded.row).long()
    outputs = predictor.network(ids[None], torch.tensor([len(ids)]))[0].detach().numpy()
    score = numpy_score(outputs, label, True)
    side = trace.encoded.config.padding
    assert lab.unmasked[side].probability == pytest.approx(1 / (1 + np.exp(-score)), abs=1e-5)


def test_models_of_different_classes_are_not_compared() -> None:
    three = predictor_of("lstm", "last", False)
    stars = Predictor(three.network, three.vocabulary, three.sequence, Classes(tuple("abc")))
    with pytest.raises(ConfigError, match="Negative, Neutral, Positive.*a, b, c"):
        side_by_side({"one": three, "two": stars}, TEXT, three.sequence)
    read = side_by_side({"one": three, "two": three}, TEXT, three.sequence, label=1)
    np.testing.assert_allclose(read.probabilities[0], three.trace(TEXT).probabilities[:, 1])
    assert not read.disagreement.any() and read.label_name == "Neutral"


def test_one_of_two_classes_explains_both() -> None:
    predictor = predictor_of("lstm", "last", False)
    config = predictor.network.config
    network = new_classifier(config, len(predictor.vocabulary), class_output(2)).eval()
    for bias, verdict in ((-5.0, 0), (5.0, 1)):
        with torch.no_grad():
            network.head.bias.fill_(bias)
        two = Predictor(network, predictor.vocabulary, predictor.sequence, NEGATIVE_POSITIVE)
        trace = two.trace(TEXT)
        assert (trace.explained, trace.target) == (1, verdict)
        assert (trace.rest, trace.name) == ("Negative", "Positive")
        assert trace.curve[-1] == trace.prediction.probabilities[1]
