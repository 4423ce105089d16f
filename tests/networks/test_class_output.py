"""Probabilities, scores and losses of classes, against NumPy, scipy and scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax
from sklearn.metrics import log_loss

from sentiment.networks.class_output import ClassOutput, class_output

KINDS = [(2, False), (3, False), (5, False), (3, True), (8, True)]
each_kind = pytest.mark.parametrize(("classes", "ordinal"), KINDS)


def random_outputs(output: ClassOutput, rows: int = 40) -> torch.Tensor:
    generator = torch.Generator().manual_seed(output.size)
    return 3 * torch.randn(rows, output.size, generator=generator, dtype=torch.float64)


def reference(outputs: np.ndarray, classes: int, ordinal: bool) -> np.ndarray:
    """Probabilities, (rows, classes)."""
    if classes == 2:
        return np.concatenate([expit(-outputs), expit(outputs)], axis=1)
    if not ordinal:
        return softmax(outputs, axis=1)
    above = np.cumprod(expit(outputs), axis=1)  # P(class > j)
    edges = np.concatenate([np.ones((len(outputs), 1)), above, np.zeros((len(outputs), 1))], axis=1)
    return -np.diff(edges, axis=1)


@each_kind
def test_probabilities_and_scores(classes: int, ordinal: bool) -> None:
    output = class_output(classes, ordinal)
    outputs = random_outputs(output)
    expected = reference(outputs.numpy(), classes, ordinal)
    np.testing.assert_allclose(output.probabilities(outputs), expected, atol=1e-12)
    np.testing.assert_allclose(output.log_probabilities(outputs), np.log(expected), rtol=1e-9)
    for label in range(classes):
        p = expected[:, label]
        np.testing.assert_allclose(output.score(outputs, label), np.log(p / (1 - p)), rtol=1e-7)


@each_kind
def test_loss_is_the_cross_entropy_of_codes_and_of_shares(classes: int, ordinal: bool) -> None:
    output = class_output(classes, ordinal)
    outputs = random_outputs(output)
    p = reference(outputs.numpy(), classes, ordinal)
    codes = np.arange(len(p)) % classes
    expected = log_loss(codes, p, normalize=False, labels=range(classes))
    assert float(output.loss(outputs, torch.tensor(codes))) == pytest.approx(expected, rel=1e-6)
    shares = np.random.default_rng(0).dirichlet(np.ones(classes), len(p))
    soft = torch.tensor(shares[:, 1] if classes == 2 else shares)
    expected = -(shares * np.log(p)).sum()
    assert float(output.loss(outputs, soft)) == pytest.approx(expected, rel=1e-6)
    hits = int((p.argmax(axis=1) == codes).sum())
    assert int(output.correct(outputs, torch.tensor(codes))) == hits


@each_kind
def test_the_linear_score_is_exact_where_it_was_made(classes: int, ordinal: bool) -> None:
    output = class_output(classes, ordinal)
    for outputs in random_outputs(output, 5):
        for label in range(classes):
            coefficients, constant = output.linear_score(outputs, label)
            score = float(output.score(outputs, label))
            assert float(coefficients @ outputs + constant) == pytest.approx(score, abs=1e-12)
            step = 1e-6 * torch.eye(output.size, dtype=torch.float64)
            slopes = output.score(outputs + step, label) - output.score(outputs - step, label)
            np.testing.assert_allclose(coefficients, slopes / 2e-6, atol=1e-6)


def test_extreme_outputs_stay_finite() -> None:
    for classes, ordinal in KINDS:
        output = class_output(classes, ordinal)
        outputs = torch.tensor([[500.0] * output.size, [-500.0] * output.size])
        assert output.log_probabilities(outputs).isfinite().all()
        assert output.score(outputs, 0).isfinite().all()
