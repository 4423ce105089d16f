"""Unmasked padding against textbook cells."""

import numpy as np
import pytest
import torch

from sentiment.inspection.padding_lab import padding_lab
from sentiment.networks.registry import ARCHITECTURES
from tests.inspection.test_steps import TEXT, predictor_of
from tests.networks.stepwise import lstm_steps


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_full_row_has_no_drift(architecture):
    predictor = predictor_of(architecture)
    trace = predictor.trace(f"{TEXT} {TEXT} {TEXT}")  # 27 words, 20 cells
    lab = padding_lab(predictor, trace)
    for one in lab.unmasked.values():
        assert one.probability == pytest.approx(lab.masked, abs=1e-6)
        assert one.drift.max() < 1e-5
        assert not one.padding.any()
    assert "no padding" in lab.finding


@pytest.mark.parametrize("architecture", ["rnn", "lstm", "gru", "indrnn", "bilstm"])
def test_there_is_no_drift_before_the_first_padding(architecture):
    predictor = predictor_of(architecture, layers=1)
    lab = padding_lab(predictor, predictor.trace(TEXT))
    after = lab.unmasked["after"]
    assert after.padding.sum() == 11
    if not architecture.startswith("bi"):
        assert after.drift[:9].max() < 1e-5
    assert after.drift[9:].max() > 1e-3
    assert lab.unmasked["before"].padding[:11].all()


def test_the_drift_equals_that_of_a_textbook_cell():
    predictor = predictor_of("lstm", layers=1)
    trace = predictor.trace(TEXT)
    drift = padding_lab(predictor, trace).unmasked["after"].drift
    network = predictor.network
    row = torch.zeros(20, dtype=torch.long)
    row[:9] = torch.from_numpy(trace.encoded.kept_ids)
    with torch.no_grad():
        states = lstm_steps(network.embedding(row), network.encoder.layers[0][0])["h"].numpy()
    size = np.linalg.norm(states[:9], axis=1).max()
    expected = np.linalg.norm(states[9:] - states[8], axis=1) / size
    np.testing.assert_allclose(drift[9:], expected, atol=1e-5)


def test_a_bag_of_words_ignores_padding():
    predictor = predictor_of("bow")
    lab = padding_lab(predictor, predictor.trace(TEXT))
    assert {one.probability for one in lab.unmasked.values()} == {lab.masked}
