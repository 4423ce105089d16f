"""Timings of models and encoders: a slower network is measured as slower."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from sentiment.evaluation import model_timing
from sentiment.evaluation.encoder_speed import speed_table
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.training.config import TrainConfig


def test_a_slower_network_is_measured_as_slower(monkeypatch):
    """By a clock of its own, since a real one would also measure what else the machine does."""
    now = 0.0

    def wait(seconds):
        nonlocal now
        now += seconds

    def clock():
        wait(0.001)
        return now

    def network(architecture):
        torch.manual_seed(0)
        return new_network(NetworkConfig(architecture, embedding_dim=4, hidden_size=4), 50)

    monkeypatch.setattr(model_timing, "time", SimpleNamespace(perf_counter=clock))
    slow, quick = network("lstm"), network("lstm")
    slow.encoder.register_forward_pre_hook(lambda *_: wait(0.02))
    measured = model_timing.timings(
        {"slow": slow, "quick": quick, "bow": network("bow")}, np.arange(1, 60), 50, TrainConfig()
    )
    assert measured["slow"].milliseconds_per_review == pytest.approx(21)
    assert measured["quick"].milliseconds_per_review == pytest.approx(1)
    ratio = measured["quick"].words_per_second / measured["slow"].words_per_second
    assert ratio == pytest.approx(1 + model_timing.BATCHES * 20)
    assert measured["bow"].words_per_second is None


def test_the_speed_table_has_every_encoder_at_every_length():
    results = list(speed_table(steps=(8, 16), repeats=1, width=8))
    found = {(r.architecture, r.layers, r.steps, r.precision) for r in results}
    assert len(found) == len(results)
    assert {(r.steps, r.precision) for r in results if r.architecture == "indrnn"} == {
        (r.steps, r.precision) for r in results
    }
    assert {r.layers for r in results if r.architecture == "indrnn"} == {1, 2}
    for result in results:
        assert result.forward > 0 and result.training > 0
        assert result.batch_size * result.steps <= 32_000
