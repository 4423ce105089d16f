"""Checkpoints of a run: everything needed to resume training exactly.

    checkpoints/step-00001234/
        tensors.safetensors   weights, moving average, optimizer, best weights, random state
        state.json            position, totals, best epoch, checksum of both files

A checkpoint is written atomically. The last two are kept, in case the newest is damaged.
"""

import contextlib
import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch

from sentiment import atomic
from sentiment.errors import RunError
from sentiment.listing import entries
from sentiment.stored import LARGEST_JSON, MIB, parse_json, read_bytes, reading
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup
from sentiment.training.state import FitState

KEPT = 2
FORMAT = 4
LARGEST_TENSORS = 16_384 * MIB
_REMEDY = "Delete the folder to train from the beginning."
_ALL_DAMAGED = b"-"  # instead of the description of an undamaged checkpoint
_TENSORS, _STATE = "tensors.safetensors", "state.json"


def save_checkpoint(folder: Path, state: FitState, seconds: float) -> Path:
    """Write `state` under `folder` and delete all but the last two checkpoints.

    seconds: total training time. Raises StorageError and leaves earlier checkpoints unchanged.
    """
    target = folder / f"step-{state.step:08d}"
    content = safetensors.torch.save(
        {name: value.contiguous() for name, value in state.tensors().items()}
    )
    numbers = state.numbers(seconds)
    description = {"format": FORMAT, "sha256": _checksum(numbers, content), "state": numbers}
    with atomic.new_folder(target) as fresh:
        atomic.write_bytes(fresh / _TENSORS, content)
        atomic.write_json(fresh / _STATE, description)
    for old in checkpoints(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def checkpoints(folder: Path) -> list[Path]:
    """The checkpoints in `folder`, newest first."""
    return [path for path in reversed(entries(folder)) if path.name.startswith("step-")]


def load_checkpoint(folder: Path, state: FitState, group: ProcessGroup = SINGLE_PROCESS) -> bool:
    """Load the newest undamaged checkpoint into `state`; False if there is none.

    `state` must be new and of the same recipe. All processes of a group call this; rank 0 reads
    the folder. Raises RunError if the checkpoint does not fit `state`.
    """
    newest = _newest(folder) if group.is_main else (b"", b"")
    description, content = group.broadcast(newest[0]), group.broadcast(newest[1])
    if not description:
        return False
    with reading(folder, RunError, _REMEDY):
        if description == _ALL_DAMAGED:
            raise ValueError("every checkpoint in it is damaged")
        found = parse_json(description, _Description)
        if found.format != FORMAT:
            raise ValueError(f"its newest checkpoint has format {found.format}, expected {FORMAT}")
        state.load_numbers(found.state)
        state.load_tensors(safetensors.torch.load(content), group.rank)
    return True


@dataclass(frozen=True)
class _Description:
    """The content of state.json."""

    format: int
    sha256: str  # of the state and the tensors
    state: dict[str, Any]  # see `FitState.numbers`


def _checksum(numbers: dict[str, Any], content: bytes) -> str:
    text = json.dumps(numbers, sort_keys=True)
    return hashlib.sha256(text.encode() + content).hexdigest()


def _newest(folder: Path) -> tuple[bytes, bytes]:
    """Contents of both files of the newest undamaged checkpoint; empty if there is none."""
    found = checkpoints(folder)
    for path in found:
        with contextlib.suppress(RunError), reading(path, RunError, ""):
            description = read_bytes(path / _STATE, LARGEST_JSON)
            content = read_bytes(path / _TENSORS, LARGEST_TENSORS)
            stored = parse_json(description, _Description)
            if stored.format != FORMAT or stored.sha256 == _checksum(stored.state, content):
                return description, content
    return (_ALL_DAMAGED, b"") if found else (b"", b"")
