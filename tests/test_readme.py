"""The README's example of an architecture, run as it stands there."""

import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.inspection.gradients import gradient_reach
from sentiment.networks import registry
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.registry import ARCHITECTURES, Architecture
from sentiment.runs.launch import create_run
from sentiment.runs.trainer import train
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def leaky(monkeypatch):
    """The example's file as a module, and its line as an entry of the registry."""
    section = README.split("## Add your own architecture")[1].split("\n## ")[0]
    code, line = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    module = types.ModuleType("sentiment.networks.leaky")
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    entries = eval(f"{{{line}}}", {"Architecture": Architecture})
    assert list(entries) == ["leaky"]
    monkeypatch.setitem(ARCHITECTURES, "leaky", entries["leaky"])
    assert registry.ARCHITECTURES is ARCHITECTURES


def test_the_readmes_architecture_is_traced_and_followed_back(leaky):
    torch.manual_seed(0)
    config = NetworkConfig(architecture="leaky", embedding_dim=8, hidden_size=6, num_layers=2)
    network = new_network(config, 40).eval()
    ids = torch.arange(1, 21)
    logits, _, traces = network.trace(ids)
    with torch.no_grad():
        assert float(logits[-1]) == pytest.approx(
            float(network(ids[None], torch.tensor([20]))[0]), abs=1e-5
        )
        padded = torch.cat([torch.zeros(7, dtype=torch.long), ids])[None]
        assert float(network(padded, torch.tensor([20]))[0]) == pytest.approx(
            float(logits[-1]), abs=1e-5
        )
    assert [trace.values["h"].shape for trace in traces] == [(20, 6), (20, 6)]
    reach = gradient_reach(network, ids)
    assert np.all(reach.words > 0) and np.all(reach.states["h"] > 0)


def test_the_readmes_architecture_trains_and_its_model_can_be_read(leaky, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    recipe = recipe_with(
        PRESETS["sample"].recipe, {"architecture": "leaky", "epochs": 2, "hidden_size": 16}
    )
    info = train(create_run(recipe))
    assert info.network.architecture == "leaky"
    assert info.metrics["test"]["accuracy"] > 0.75
    network, vocabulary = ModelInfo.read(info.folder).load()
    dataset = ReviewDataset.of_texts(["a film"], np.array([1]), vocabulary, info.sequence)
    batch = dataset.collate([dataset[0]])
    assert network(batch.ids, batch.lengths).shape == (1,)
    assert Split.TEST.title in info.metrics
