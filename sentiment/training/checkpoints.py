"""Checkpoints of a run: all it takes to go on as if nothing had happened.

    checkpoints/step-00001234/
        tensors.safetensors   weights, moving average, optimizer, best weights, random state
        state.json            position, sums, best epoch; the checksum of the tensors

Each is written whole or not at all, and the last two are kept, so that a damaged one costs little.
The best weights so far are part of every checkpoint.
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
FORMAT = 1
_TENSORS, _STATE = "tensors.safetensors", "state.json"


def save_checkpoint(folder: Path, state: FitState, seconds: float) -> Path:
    """Write `state` under `folder` and drop what is older than the last two.

    seconds: trained so far in all. Raises StorageError, with the earlier checkpoints untouched.
    """
    target = folder / f"step-{state.step:08d}"
    content = safetensors.torch.save(
        {name: value.contiguous() for name, value in state.tensors().items()}
    )
    about = {
        "format": FORMAT,
        "sha256": hashlib.sha256(content).hexdigest(),
        "state": state.numbers(seconds),
    }
    with atomic.new_folder(target) as fresh:
        atomic.write_bytes(fresh / _TENSORS, content)
        atomic.write_json(fresh / _STATE, about)
    for old in checkpoints(folder)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return target


def checkpoints(folder: Path) -> list[Path]:
    """Those that are complete, the newest first."""
    return sorted((path.parent for path in folder.glob(f"step-*/{_STATE}")), reverse=True)


def load_checkpoint(folder: Path, state: FitState, group: ProcessGroup = SINGLE_PROCESS) -> bool:
    """Bring `state` to the newest checkpoint that is whole; False if there is none.

    `state` must be new, of the same recipe. Of a group, all call it and the leader's folder
    counts. Raises RunError if a whole checkpoint does not fit `state`.
    """
    about, content = _newest(folder) if group.is_main else (b"", b"")
    about, content = group.broadcast(about), group.broadcast(content)
    if not about:
        return False
    try:
        known = json.loads(about)
        if known["format"] != FORMAT:
            raise ValueError(f"format {known['format']}")
        state.load_numbers(known["state"])
        state.load_tensors(safetensors.torch.load(content), group.rank)
    except (ValueError, KeyError, TypeError, RuntimeError) as error:
        raise RunError(
            f"The newest checkpoint in {folder} does not fit this run ({error}); it may come from "
            "another version. Delete that folder to train from the beginning."
        ) from error
    return True


def _newest(folder: Path) -> tuple[bytes, bytes]:
    """Both files of the newest checkpoint that is whole; nothing if there is none."""
    for path in checkpoints(folder):
        try:
            about = (path / _STATE).read_bytes()
            content = (path / _TENSORS).read_bytes()
            if hashlib.sha256(content).hexdigest() == json.loads(about).get("sha256"):
                return about, content
        except (OSError, ValueError):
            pass  # damaged; the one before it is older by half a minute
    return b"", b""
