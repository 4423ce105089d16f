"""Files that every model folder has: a JSON description, weights and vocabulary with checksums.

Classifiers (`model_folder`) and language models (`training.pretrained`) read and write them here.
"""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sentiment import stored
from sentiment.encoding.vocabulary import StoredWords, Vocabulary
from sentiment.errors import ModelError
from sentiment.typed_data import convert, shown

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

FORMAT = 1
LARGEST_WEIGHTS = 4096 * stored.MIB
WEIGHTS, VOCABULARY = "weights.safetensors", "vocabulary.json"
REMEDY = (
    "Fetch the model again (git restore models) or train it again; other models are not affected."
)
Checksums = dict[str, str]  # file name -> sha256, hex


def read_description(folder: Path, file: str, kind: Any, *, versioned: bool = False) -> Any:
    """The JSON in `file` as `kind`, see `typed_data`. Raises ModelError.

    versioned: the object has a "format", which must be FORMAT.
    """

    def checked(value: dict[str, Any]) -> Any:
        if versioned and value["format"] != FORMAT:
            raise ModelError(
                f"{folder} has format {shown(value['format'])}; this version reads format "
                f"{FORMAT}. Update Sentiment Lab or train the model again."
            )
        return convert(kind, value)

    outer = dict[str, Any] if versioned else kind
    return stored.read_json(
        folder / file, outer, ModelError, REMEDY, then=checked if versioned else None
    )


def read_vocabulary(folder: Path, checksums: Checksums) -> Vocabulary:
    """The vocabulary in `folder`. Raises ModelError if the file is missing or damaged."""
    with stored.reading(folder / VOCABULARY, ModelError, REMEDY):
        content = _verified(folder / VOCABULARY, checksums, stored.LARGEST_JSON)
        found = stored.parse_json(content, StoredWords)
        return Vocabulary(found.words, found.counts)


def read_weights(folder: Path, checksums: Checksums) -> "dict[str, Tensor]":
    """Weights by name, floating-point numbers as float32. Raises ModelError if damaged."""
    import safetensors.torch

    with stored.reading(folder / WEIGHTS, ModelError, REMEDY):
        weights = safetensors.torch.load(_verified(folder / WEIGHTS, checksums, LARGEST_WEIGHTS))
        weights = {
            name: value.float() if value.is_floating_point() else value
            for name, value in weights.items()
        }
        _require_finite({name: bool(value.isfinite().all()) for name, value in weights.items()})
    return weights


def read_arrays(folder: Path, checksums: Checksums) -> "dict[str, np.ndarray]":
    """Weights by name as they are stored, without torch. Raises ModelError if damaged."""
    import numpy as np
    import safetensors.numpy

    with stored.reading(folder / WEIGHTS, ModelError, REMEDY):
        weights = safetensors.numpy.load(_verified(folder / WEIGHTS, checksums, LARGEST_WEIGHTS))
        _require_finite({name: bool(np.isfinite(value).all()) for name, value in weights.items()})
    return weights


def contents(weights: "dict[str, Tensor]", vocabulary: Vocabulary) -> dict[str, bytes]:
    """Contents of the two files, by file name."""
    import safetensors.torch

    return {
        WEIGHTS: safetensors.torch.save({name: w.contiguous() for name, w in weights.items()}),
        VOCABULARY: json.dumps(vocabulary.to_json(), ensure_ascii=False).encode(),
    }


def checksums_of(files: dict[str, bytes]) -> Checksums:
    """files: contents by file name."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def size_of(folder: Path) -> int:
    """Size of weights and vocabulary, bytes. Raises ModelError if one of them is missing."""
    size = 0
    for file in (WEIGHTS, VOCABULARY):
        with stored.reading(folder / file, ModelError, REMEDY):
            stored.require_file(folder / file)
            size += (folder / file).stat().st_size
    return size


def _verified(path: Path, checksums: Checksums, largest: int) -> bytes:
    content = stored.read_bytes(path, largest)
    if hashlib.sha256(content).hexdigest() != checksums.get(path.name):
        raise ValueError("it does not match its checksum")
    return content


def _require_finite(finite: dict[str, bool]) -> None:
    if bad := [name for name, fine in finite.items() if not fine]:
        raise ValueError(f"the weights {', '.join(bad)} are not all finite numbers")
