"""The gradient at every word, against the chain rule by hand and against the fused kernels."""

import numpy as np
import pytest
import torch

from sentiment.inspection.gradients import GradientReach, gradient_reach, untrained
from sentiment.networks.build import new_classifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.pooling import pool
from sentiment.networks.registry import ARCHITECTURES

NETWORKS = [name for name, entry in ARCHITECTURES.items() if entry.encoder]


def network_of(architecture, pooling="max+mean", layers=2):
    torch.manual_seed(0)
    config = NetworkConfig(
        architecture=architecture,
        embedding_dim=6,
        hidden_size=5,
        num_layers=layers,
        pooling=pooling,
    )
    return new_classifier(config, vocabulary_size=30).eval()


def test_the_chain_rule_by_hand_for_a_plain_rnn():
    """d logit / d h_t = (the product of W' diag(1 - h²) of all later steps) times the head."""
    network = network_of("rnn", "last", layers=1)
    ids = torch.arange(1, 15)
    reach = gradient_reach(network, ids, 1)
    module = network.encoder.layers[0][0]
    recurrent, from_input = (
        getattr(module, name).detach().double().numpy() for name in ("weight_hh_l0", "weight_ih_l0")
    )
    with torch.no_grad():
        hidden = module(network.embedding(ids)[None])[0][0].double().numpy()
    gradient = network.head.weight.detach().double().numpy()[0]
    for step in reversed(range(14)):
        assert reach.states["h"][step] == pytest.approx(np.linalg.norm(gradient), rel=1e-4)
        through = gradient * (1 - hidden[step] ** 2)  # d logit / d pre-activation of this step
        at_input = np.linalg.norm(from_input.T @ through)
        assert reach.words[step] == pytest.approx(at_input, rel=1e-4)
        gradient = recurrent.T @ through


@pytest.mark.parametrize("readout", ["last", "pooled"])
@pytest.mark.parametrize("pooling", ["last", "max", "mean", "max+mean"])
@pytest.mark.parametrize("architecture", NETWORKS)
def test_at_the_input_it_equals_autograd_through_the_fast_kernels(architecture, pooling, readout):
    network = network_of(architecture, pooling)
    ids = torch.arange(2, 22)
    x = network.embedding(ids).detach()[None].requires_grad_()
    length = torch.tensor([20])
    used = pooling if readout == "pooled" else "last"
    pooled = pool(network.encoder(x, length), length, used, network.encoder.hidden_size)
    if readout == "last" and pooling == "max+mean":
        pooled = torch.cat([pooled, pooled], dim=1)
    network.head(pooled).sum().backward()
    expected = x.grad[0].norm(dim=1)
    np.testing.assert_allclose(gradient_reach(network, ids, 1, readout).words, expected, rtol=1e-3)


def test_finite_differences_confirm_the_gradient():
    """A check without any autograd: finite differences in double precision."""
    network = network_of("gru", "max+mean").double()
    ids = torch.arange(3, 13)
    reach = gradient_reach(network, ids, 1, "pooled")
    with torch.no_grad():
        x, length = network.embedding(ids), torch.tensor([10])

        def logit(inputs):
            outputs = network.encoder(inputs[None], length)
            return float(network.head(pool(outputs, length, "max+mean", 5)))

        for step in (0, 4, 9):
            slopes = []
            for number in range(6):
                perturbation = torch.zeros_like(x)
                perturbation[step, number] = 1e-6
                slopes.append((logit(x + perturbation) - logit(x - perturbation)) / 2e-6)
            assert np.linalg.norm(slopes) == pytest.approx(float(reach.words[step]), rel=1e-4)


def test_an_lstm_has_gradients_of_hidden_and_cell_state():
    reach = gradient_reach(network_of("lstm"), torch.arange(1, 12), 1)
    assert set(reach.states) == {"h", "c"}
    assert all(len(norms) == 11 for norms in [reach.words, *reach.states.values()])


def test_faded_after():
    norms = np.array([1e-6, 1e-4, 0.02, 0.5, 1.0])
    assert GradientReach(norms, {}).faded_after() == 3
    assert GradientReach(np.ones(5), {}).faded_after() is None


def test_an_untrained_network_has_the_same_shape_and_leaves_the_random_state():
    network = network_of("bilstm")
    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    twin = untrained(network)
    assert torch.equal(torch.rand(1), expected)
    assert twin.config == network.config
    assert {n: v.shape for n, v in twin.state_dict().items()} == {
        n: v.shape for n, v in network.state_dict().items()
    }
