"""Checkpoints of a run: everything needed to resume training exactly.

    checkpoints/step-00001234/
        tensors.safetensors   weights, moving average, optimizer, best weights, random state
        state.json            position, totals, best epoch, checksum of the tensors

A checkpoint is written atomically. The last two are kept, in case the newest is damaged.
"""

import hashlib
import json
import shutil
from pathlib import Path

import safetensors.torch

from sentiment import atomic
from sentiment.errors import RunError
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup
from sentiment.training.state import FitState

KEPT = 2
FORMAT = 3
_TENSORS, _STATE = "tensors.safetensors", "state.json"


def save_checkpoint(folder: Path, state: FitState, seconds: float) -> Path:
    """Write `state` under `folder` and delete all but the last two checkpoints.

    seconds: total training time. Raises StorageError and leaves earlier checkpoints unchanged.
    """
    target = folder / f"step-{state.step:08d}"
    content = safetensors.torch.save(
        {name: value.contiguous() for name, value in state.tensors().items()}
    )
    description = {
        "format": FORMAT,
        "sha256": hashlib.sha256(content).hexdigest(),
        "state": state.numbers(seconds),
    }
    with atomic.new_folder(target) as fresh:
        atomic.write_bytes(fresh / _TENSORS, content)
        atomic.write_json(fresh / _STATE, description)
    for old in checkpoints(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def checkpoints(folder: Path) -> list[Path]:
    """The complete checkpoints in `folder`, newest first."""
    return sorted((path.parent for path in folder.glob(f"step-*/{_STATE}")), reverse=True)


def load_checkpoint(folder: Path, state: FitState, group: ProcessGroup = SINGLE_PROCESS) -> bool:
    """Load the newest undamaged checkpoint into `state`; False if there is none.

    `state` must be new and of the same recipe. All processes of a group call this; rank 0 reads
    the folder. Raises RunError if the checkpoint does not fit `state`.
    """
    description, content = _newest(folder) if group.is_main else (b"", b"")
    description, content = group.broadcast(description), group.broadcast(content)
    if not description:
        return False
    try:
        value = json.loads(description)
        if value["format"] != FORMAT:
            raise ValueError(f"format {value['format']}")
        state.load_numbers(value["state"])
        state.load_tensors(safetensors.torch.load(content), group.rank)
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise RunError(
            f"The newest checkpoint in {folder} does not fit this run ({error}). It may come from "
            "another version. Delete the folder to train from the beginning."
        ) from error
    return True


def _newest(folder: Path) -> tuple[bytes, bytes]:
    """Contents of both files of the newest undamaged checkpoint; empty if there is none."""
    for path in checkpoints(folder):
        try:
            description = (path / _STATE).read_bytes()
            content = (path / _TENSORS).read_bytes()
            if hashlib.sha256(content).hexdigest() == json.loads(description).get("sha256"):
                return description, content
        except (OSError, ValueError):
            pass  # damaged; try the previous one
    return b"", b""
