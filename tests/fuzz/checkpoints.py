"""Attacks on checkpoints: the newest of two is changed; loading must succeed or raise RunError."""

import json
import shutil
from functools import cache
from pathlib import Path

import torch

from sentiment import places
from sentiment.errors import RunError
from sentiment.networks.build import new_classifier
from sentiment.networks.config import NetworkConfig
from sentiment.training.checkpoints import _checksum, load_checkpoint, save_checkpoint
from sentiment.training.config import TrainConfig
from sentiment.training.state import FitState
from tests.fuzz.choices import Choices
from tests.fuzz.mutations import mutate_folder, mutated_json

STEPS = (10, 20)


def _new_state() -> FitState:
    torch.manual_seed(0)
    config = NetworkConfig(architecture="gru", embedding_dim=4, hidden_size=3)
    return FitState.new(new_classifier(config, 12), TrainConfig())


@cache
def _healthy() -> Path:
    """Two checkpoints of a training after a few steps."""
    folder = places.data_dir() / "healthy-checkpoints"
    state = _new_state()
    for step in STEPS:
        batch = torch.randint(2, 12, (3, 5))
        state.network(batch, torch.full((3,), 5)).sum().backward()
        state.optimizer.step()
        state.averaged.update_parameters(state.network)
        state.step, state.batches_done = step, step
        best = state.averaged_network.state_dict()
        state.best_weights = {name: value.clone() for name, value in best.items()}
        save_checkpoint(folder, state, 1.0)
    return folder


def _change_state(choices: Choices, checkpoint: Path) -> None:
    """Change the numbers so that their checksum fits, as a newer program might have written."""
    path = checkpoint / "state.json"
    description = json.loads(path.read_text())
    description["state"] = mutated_json(choices, description["state"])
    tensors = (checkpoint / "tensors.safetensors").read_bytes()
    description["sha256"] = _checksum(description["state"], tensors)
    path.write_text(json.dumps(description))


def attack_checkpoints(choices: Choices, folder: Path) -> None:
    """A damaged checkpoint is refused or passed over for the one before it."""
    shutil.copytree(_healthy(), folder, dirs_exist_ok=True)
    newest = folder / f"step-{STEPS[-1]:08d}"
    consistent = choices.integer(0, 1) == 1
    if consistent:
        _change_state(choices, newest)
    else:
        mutate_folder(choices, newest)
    state = _new_state()
    try:
        found = load_checkpoint(folder, state)
    except RunError:
        return
    assert found
    if not consistent:
        assert state.step in STEPS
    assert all(torch.isfinite(value).all() for value in state.network.state_dict().values())
