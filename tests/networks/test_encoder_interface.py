"""An encoder that defines only what `Encoder` requires works in every part that shows encoders."""

import pytest
import torch
from torch import nn

from sentiment.charts import palette
from sentiment.charts.cells import Cell, cell_of
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ConfigError, ReviewError
from sentiment.evaluation.comparison_protocol import comparison_recipe
from sentiment.evaluation.encoder_speed import layer_counts
from sentiment.inspection.gradients import gradient_reach
from sentiment.inspection.interventions import parse
from sentiment.inspection.ledger import why_no_ledger
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.steps import has_steps
from sentiment.inspection.unit_order import ordered_units, orders
from sentiment.inspection.unit_statistics import half_lives, retention_in_review
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import NO_HOOKS
from sentiment.networks.interfaces import Encoder
from sentiment.networks.registry import ARCHITECTURES, Architecture
from sentiment.networks.trace import LayerTrace, Quantity

WORDS = [f"w{n}" for n in range(12)]


class LinearEncoder(Encoder):
    """One linear map per word."""

    description = "Maps every word by itself."
    equations = "h_t = W x_t"
    quantities = (Quantity("features", "h", None, "The output of the map."),)
    causal = True

    def __init__(self, config):
        super().__init__()
        self.hidden_size = self.output_size = config.hidden_size
        self.map = nn.Linear(config.embedding_dim, config.hidden_size)

    def forward(self, x, lengths, hooks=NO_HOOKS):
        return self.map(x)

    def trace(self, x, hooks=NO_HOOKS):
        outputs = self.map(x)
        return outputs, [LayerTrace(0, "both", {"h": outputs.numpy(force=True)})]

    def unroll(self, x):
        states = list(self.map(x).unbind())
        return torch.stack(states), {"h": states}


@pytest.fixture
def predictor(monkeypatch):
    entry = Architecture("Linear", "no order", f"{__name__}.LinearEncoder")
    monkeypatch.setitem(ARCHITECTURES, "linear", entry)
    torch.manual_seed(0)
    config = NetworkConfig(architecture="linear", embedding_dim=8, hidden_size=6)
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary)).eval()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=20), NEGATIVE_POSITIVE)


def test_it_predicts_and_its_gradient_is_followed(predictor):
    trace = predictor.trace(" ".join(WORDS))
    assert trace.layers[0].values["h"].shape == (12, 6)
    reach = gradient_reach(predictor.network, torch.from_numpy(trace.encoded.kept_ids).long(), 1)
    assert reach.states["h"][-1] > 0 and not reach.states["h"][:-1].any()  # no recurrence


def test_ledger_and_interventions_say_that_they_do_not_apply(predictor):
    assert why_no_ledger(predictor.network) == Encoder.no_state_update
    with pytest.raises(ConfigError, match="linear"):
        parse("h=0", predictor.network)


def test_units_are_ordered_without_a_retention_gate(predictor):
    trace = predictor.trace(" ".join(WORDS))
    layer = trace.layers[0]
    assert layer.retained is None
    assert "memory" not in orders(layer)
    for order in orders(layer):
        assert sorted(ordered_units(trace, layer, order, 6)) == list(range(6))
    assert half_lives(retention_in_review(layer)).shape == (6,)


def test_charts_and_comparison_have_defaults_for_it(predictor):
    assert not has_steps(predictor)
    assert cell_of("linear") == Cell()
    assert palette.architecture("linear", dark=False) == palette.AMBER
    assert palette.dash("linear") == "solid" and palette.stroke("linear") == [1, 0]
    assert layer_counts("linear") == [1]
    assert comparison_recipe("linear", 0).training.learning_rate == 3e-3


def test_a_trace_bundle_needs_a_cell_that_numpy_can_recompute(predictor):
    from sentiment.inspection.bundle import bundle

    class Info:
        name, network = "mine", predictor.network.config

    with pytest.raises(ReviewError, match="mine"):
        bundle(predictor, Info, predictor.trace("w1 w2"))


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_registered_cell_has_a_diagram_and_a_color(name):
    entry = ARCHITECTURES[name]
    assert (cell_of(name) != Cell()) == bool(entry.cell)
    assert palette.architecture(name, dark=True) != palette.architecture(name, dark=False)
