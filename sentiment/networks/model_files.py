"""Files that every model folder has: a JSON description, weights and vocabulary with checksums.

Classifiers (`model_folder`) and language models (`training.pretrained`) read and write them here.
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sentiment import atomic
from sentiment.encoding.tokenize import EARLIER
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

FORMAT = 1
WEIGHTS, VOCABULARY = "weights.safetensors", "vocabulary.json"
REMEDY = (
    "Fetch the model again (git restore models) or train it again; other models are not affected."
)
Value = TypeVar("Value")
Checksums = dict[str, str]  # file name -> sha256, hex


def read_description(
    folder: Path, file: str, build: Callable[[dict[str, Any]], Value], *, versioned: bool = False
) -> Value:
    """The result of `build` for the JSON object in `file`. Raises ModelError.

    versioned: the object has a "format", which must be FORMAT.
    """

    def checked(value: dict[str, Any]) -> Value:
        if versioned and value["format"] != FORMAT:
            raise ModelError(
                f"{folder} has format {value['format']!r}; this version reads format {FORMAT}. "
                "Update Sentiment Lab or train the model again."
            )
        return build(value)

    return atomic.read_json(folder / file, checked, ModelError, REMEDY)


def tokenizer_of(description: dict[str, Any]) -> str:
    """Name of the rule by which a model reads; earlier versions named none."""
    return str(description.get("tokenizer", EARLIER))


def read_vocabulary(folder: Path, checksums: Checksums, tokenizer: str) -> Vocabulary:
    """Raises ModelError if the file is damaged."""
    with _damage_reported(folder):
        words = json.loads(_read(folder, VOCABULARY, checksums))
        return Vocabulary.from_json(words, tokenizer)


def read_weights(folder: Path, checksums: Checksums) -> "dict[str, Tensor]":
    """Weights by name, floating-point numbers as float32. Raises ModelError if damaged."""
    import safetensors.torch

    with _damage_reported(folder):
        weights = safetensors.torch.load(_read(folder, WEIGHTS, checksums))
    return {
        name: value.float() if value.is_floating_point() else value
        for name, value in weights.items()
    }


def read_arrays(folder: Path, checksums: Checksums) -> "dict[str, np.ndarray]":
    """Weights by name as they are stored, without torch. Raises ModelError if damaged."""
    import safetensors.numpy

    with _damage_reported(folder):
        return safetensors.numpy.load(_read(folder, WEIGHTS, checksums))


def contents(weights: "dict[str, Tensor]", vocabulary: Vocabulary) -> dict[str, bytes]:
    """Contents of the two files, by file name."""
    import safetensors.torch

    return {
        WEIGHTS: safetensors.torch.save({name: w.contiguous() for name, w in weights.items()}),
        VOCABULARY: json.dumps(vocabulary.to_json(), ensure_ascii=False).encode(),
    }


def checksums_of(files: dict[str, bytes]) -> Checksums:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def damaged(folder: Path, reason: object) -> ModelError:
    return ModelError(f"The model folder {folder} is damaged: {reason}. {REMEDY}")


def _read(folder: Path, file: str, checksums: Checksums) -> bytes:
    try:
        content = (folder / file).read_bytes()
    except OSError as error:
        raise damaged(folder, f"{file} cannot be read: {error.strerror}") from error
    if hashlib.sha256(content).hexdigest() != checksums.get(file):
        raise damaged(folder, f"{file} does not match its checksum")
    return content


@contextlib.contextmanager
def _damage_reported(folder: Path) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        yield
    except (SafetensorError, ValueError, LookupError, TypeError) as error:
        raise damaged(folder, error) from error
