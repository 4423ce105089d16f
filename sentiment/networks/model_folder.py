"""A model folder: complete, checked, and nothing in it is ever executed.

    weights.safetensors   the parameters
    config.json           network and sequence settings, checksums of weights and vocabulary
    vocabulary.json       the words, most frequent first
    training.json         the training record: recipe, data fingerprint, time, versions
    metrics.json          what was measured, on which part
    predictions.npz       what it said about each test review (may be missing)
    README.md             the model card

`ModelInfo` reads the JSON alone, without torch, so that pages can list models at once.
"""

import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sentiment import atomic
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError, SentimentError
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.training_record import TrainingRecord
from sentiment.places import models_dir
from sentiment.settings import require

if TYPE_CHECKING:
    import numpy as np
    import torch

    from sentiment.networks.interfaces import Network

FORMAT = 1
LANGUAGE_MODEL_FILE = "language_model.json"  # in a folder that is none of these, but a start
DEFAULT_MODEL = "imdb-lstm"
NAMES = r"[a-z0-9][a-z0-9._-]{0,59}"  # of models people keep; safe on every file system
_REMEDY = (
    "Fetch the model again (git restore models) or train it again; other models are not affected."
)
_WEIGHTS, _VOCABULARY = "weights.safetensors", "vocabulary.json"


@dataclass(frozen=True)
class ModelInfo:
    """Everything a model folder says about itself, besides its weights and words."""

    folder: Path
    network: NetworkConfig
    sequence: SequenceConfig
    vocabulary_size: int  # <pad> and <unk> included
    parameters: int
    checksums: dict[str, str]  # file name -> sha256, hex
    training: TrainingRecord
    metrics: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def checksum(self) -> str:
        """The checksums of all files in one key, for caches: it changes with the content."""
        return "".join(sorted(self.checksums.values()))

    @property
    def bytes_stored(self) -> int:
        """The size of its weights and words on disk."""
        return sum((self.folder / file).stat().st_size for file in (_WEIGHTS, _VOCABULARY))

    @classmethod
    def read(cls, folder: Path) -> "ModelInfo":
        """Raises ModelError if a file is missing or not what it should be."""
        if not folder.is_dir():
            raise ModelError(
                f"There is no model folder {folder}. Name one of "
                f"{', '.join(info.name for info in installed_models()) or '(none installed)'}, "
                "or train one with `python -m sentiment train`."
            )

        def build(config: dict[str, Any]) -> ModelInfo:
            if config["format"] != FORMAT:
                raise ModelError(
                    f"{folder} has format {config['format']!r}; this version reads {FORMAT}. "
                    "Update Sentiment Lab or train the model again."
                )
            return cls(
                folder=folder,
                network=NetworkConfig.from_json(config["network"]),
                sequence=SequenceConfig.from_json(config["sequence"]),
                vocabulary_size=config["vocabulary_size"],
                parameters=config["parameters"],
                checksums=config["checksums"],
                training=atomic.read_json(
                    folder / "training.json", TrainingRecord.from_json, ModelError, _REMEDY
                ),
                metrics=atomic.read_json(folder / "metrics.json", dict, ModelError, _REMEDY),
            )

        return atomic.read_json(folder / "config.json", build, ModelError, _REMEDY)

    def load(self) -> "tuple[Network, Vocabulary]":
        """The network in evaluation mode and its vocabulary. Raises ModelError if damaged."""
        import safetensors
        import safetensors.torch

        try:
            vocabulary = self.vocabulary()
            network = new_network(self.network, len(vocabulary))
            weights = safetensors.torch.load(self._checked(_WEIGHTS))
            network.load_state_dict(
                {
                    name: value.float() if value.is_floating_point() else value
                    for name, value in weights.items()
                }
            )
        except (safetensors.SafetensorError, ValueError, KeyError, RuntimeError) as error:
            raise _damaged(self.folder, str(error)) from error
        return network.eval(), vocabulary

    def vocabulary(self) -> Vocabulary:
        """Its words alone. Raises ModelError if damaged."""
        try:
            return Vocabulary.from_json(json.loads(self._checked(_VOCABULARY)))
        except (ValueError, KeyError) as error:
            raise _damaged(self.folder, str(error)) from error

    def arrays(self) -> "dict[str, np.ndarray]":
        """Its weights as they are stored, without torch. Raises ModelError if damaged."""
        import safetensors.numpy

        try:
            return safetensors.numpy.load(self._checked(_WEIGHTS))
        except (safetensors.SafetensorError, ValueError, KeyError) as error:
            raise _damaged(self.folder, str(error)) from error

    def _checked(self, file: str) -> bytes:
        try:
            content = (self.folder / file).read_bytes()
        except OSError as error:
            raise _damaged(self.folder, f"{file} cannot be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != self.checksums.get(file):
            raise _damaged(self.folder, f"{file} does not match its checksum")
        return content


def save_model(
    folder: Path,
    network: "Network",
    vocabulary: Vocabulary,
    sequence: SequenceConfig,
    training: TrainingRecord,
    metrics: dict[str, Any],
    card: str,
    dtype: "torch.dtype | None" = None,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> ModelInfo:
    """Write a whole model folder in one step.

    dtype: how the weights are stored, None for as they are; they are loaded as float32.
    files: whatever else belongs into it.
    """
    import safetensors.torch

    weights = {
        name: (value.to(dtype) if dtype and value.is_floating_point() else value).contiguous().cpu()
        for name, value in network.state_dict().items()
    }
    contents = {
        _WEIGHTS: safetensors.torch.save(weights),
        _VOCABULARY: json.dumps(vocabulary.to_json(), ensure_ascii=False).encode(),
    }
    config = {
        "format": FORMAT,
        "network": network.config.to_json(),
        "sequence": sequence.to_json(),
        "vocabulary_size": len(vocabulary),
        "parameters": network.parameter_count(),
        "checksums": {
            file: hashlib.sha256(content).hexdigest() for file, content in contents.items()
        },
    }
    with atomic.new_folder(folder) as fresh:
        for file, content in {**contents, **files}.items():
            (fresh / file).write_bytes(content)
        atomic.write_json(fresh / "config.json", config)
        atomic.write_json(fresh / "training.json", training.to_json())
        atomic.write_json(fresh / "metrics.json", metrics)
        (fresh / "README.md").write_text(card, encoding="utf-8")
    return ModelInfo.read(folder)


def model_folder(name: str | Path) -> Path:
    """A path as it is, or the folder of that name under models/."""
    path = Path(name)
    return path if path.is_dir() or len(path.parts) > 1 else models_dir() / path


def installed_models() -> list[ModelInfo]:
    """The models under models/ that can be read, the default one first."""
    models = []
    for folder in sorted(models_dir().glob("*/config.json")):
        try:
            models.append(ModelInfo.read(folder.parent))
        except SentimentError:
            continue  # `broken_models` tells about these
    return sorted(models, key=lambda info: (info.name != DEFAULT_MODEL, info.name))


def language_models() -> list[str]:
    """The names of those under models/, which a training can start from."""
    return sorted(path.parent.name for path in models_dir().glob(f"*/{LANGUAGE_MODEL_FILE}"))


def broken_models() -> dict[str, str]:
    """Folder name -> what is wrong, for the folders under models/ that cannot be read."""
    broken = {}
    for folder in sorted(models_dir().glob("[!.]*")):
        if folder.is_dir() and not (folder / LANGUAGE_MODEL_FILE).exists():
            try:
                ModelInfo.read(folder)
            except SentimentError as error:
                broken[folder.name] = str(error)
    return broken


def _damaged(folder: Path, reason: str) -> ModelError:
    return ModelError(f"The model folder {folder} is damaged: {reason}. {_REMEDY}")


def install_model(info: ModelInfo, name: str) -> Path:
    """Copy a model under models/, where every page finds it. Raises ConfigError or StorageError."""
    require(
        re.fullmatch(NAMES, name) is not None,
        f"{name!r} cannot name a model: give 1 to 60 small letters, digits, dots, hyphens or "
        "underscores, beginning with a letter or digit.",
    )
    target = models_dir() / name
    require(
        not target.exists(), f"There is a model {name} already. Choose another name for this one."
    )
    with atomic.new_folder(target) as fresh:
        shutil.copytree(info.folder, fresh, dirs_exist_ok=True)
    return target
