"""Model folders: complete, verified, and without executable content.

    weights.safetensors   parameters
    config.json           settings of network and sequences, classes, tokenizer, checksums
    vocabulary.json       words, most frequent first
    training.json         training record: recipe, data fingerprint, time, versions
    metrics.json          metrics by split
    predictions.npz       prediction for each test review (optional)
    README.md             model card

`ModelInfo` reads the JSON files only, without torch, so that pages can list models at once.
"""

import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sentiment import atomic, stored
from sentiment.corpus.classes import Classes
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.tokenize import TOKENIZER, check_tokenizer
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError
from sentiment.listing import Listing, entries, list_items
from sentiment.networks import model_files
from sentiment.networks.build import new_network, output_for, require_shapes
from sentiment.networks.config import NetworkConfig
from sentiment.networks.figures import Figures
from sentiment.networks.training_record import TrainingRecord
from sentiment.places import models_dir, models_dirs, program, require_readable
from sentiment.settings import require

if TYPE_CHECKING:
    import numpy as np
    import torch

    from sentiment.networks.interfaces import Network

LANGUAGE_MODEL_FILE = "language_model.json"  # marks the folder of a language model
CONFIG = "config.json"  # of a complete model folder
_TRAINING, _METRICS = "training.json", "metrics.json"
REQUIRED_FILES = (CONFIG, _TRAINING, _METRICS, model_files.WEIGHTS, model_files.VOCABULARY)
DEFAULT_MODEL = "imdb-lstm"
NAME_PATTERN = r"[a-z0-9][a-z0-9._-]{0,59}"  # of installed models; valid on every file system


@dataclass(frozen=True)
class _Config:
    """The content of config.json."""

    format: int
    network: NetworkConfig
    classes: Classes
    sequence: SequenceConfig
    vocabulary_size: int
    parameters: int
    checksums: dict[str, str]
    tokenizer: str


@dataclass(frozen=True)
class ModelInfo:
    """Everything in a model folder except weights and words."""

    folder: Path
    network: NetworkConfig
    classes: Classes
    sequence: SequenceConfig
    vocabulary_size: int  # <pad> and <unk> included
    parameters: int
    checksums: model_files.Checksums
    training: TrainingRecord
    metrics: dict[str, dict[str, Any]]  # split title -> `Figures` of it
    bytes_stored: int  # size of weights and vocabulary

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def checksum(self) -> str:
        """One key of the weights, words and classes, for caches: it changes with the content."""
        files = "".join(sorted(self.checksums.values()))
        return f"{files} {self.network.ordinal} {self.classes}"

    @classmethod
    def read(cls, folder: Path) -> "ModelInfo":
        """Read the JSON files of a model folder. Raises ModelError if one is missing or invalid."""
        if not folder.is_dir():
            raise ModelError(
                f"There is no model folder {folder}. Choose one of "
                f"{', '.join(_names_of_folders()) or '(none installed)'}, "
                f"or train one with `{program()} train`."
            )
        return _read(folder, tuple(stored.version(folder / file) for file in REQUIRED_FILES))

    def load(self) -> "tuple[Network, Vocabulary]":
        """The network in evaluation mode and its vocabulary. Raises ModelError if damaged."""
        vocabulary = self.vocabulary()
        weights = model_files.read_weights(self.folder, self.checksums)
        with stored.reading(self.folder / CONFIG, ModelError, model_files.REMEDY):
            output = output_for(self.network, self.classes)
            require_shapes(self.network, len(vocabulary), output, weights)
            network = new_network(self.network, len(vocabulary), output)
            network.load_state_dict(weights)
        return network.eval(), vocabulary

    def vocabulary(self) -> Vocabulary:
        """The vocabulary. Raises ModelError if damaged."""
        return model_files.read_vocabulary(self.folder, self.checksums)

    def arrays(self) -> "dict[str, np.ndarray]":
        """Weights as they are stored, without torch. Raises ModelError if damaged."""
        return model_files.read_arrays(self.folder, self.checksums)


@lru_cache(maxsize=4096)
def _read(folder: Path, version: object) -> ModelInfo:
    """Pages list all models at every interaction, so a folder is only read again if it changed."""
    config = model_files.read_description(folder, CONFIG, _Config, versioned=True)
    check_tokenizer(config.tokenizer)
    figures = model_files.read_description(folder, _METRICS, dict[str, Figures])
    return ModelInfo(
        folder=folder,
        network=config.network,
        classes=config.classes,
        sequence=config.sequence,
        vocabulary_size=config.vocabulary_size,
        parameters=config.parameters,
        checksums=config.checksums,
        training=model_files.read_description(folder, _TRAINING, TrainingRecord),
        metrics={split: asdict(found) for split, found in figures.items()},
        bytes_stored=model_files.size_of(folder),
    )


def save_model(
    folder: Path,
    network: "Network",
    vocabulary: Vocabulary,
    classes: Classes,
    sequence: SequenceConfig,
    training: TrainingRecord,
    metrics: dict[str, Any],
    card: str,
    dtype: "torch.dtype | None" = None,
    files: Mapping[str, bytes] = MappingProxyType({}),
) -> ModelInfo:
    """Write a model folder in one step.

    dtype: of the stored weights; None keeps theirs. `ModelInfo.load` converts to float32.
    files: additional files by name.
    """
    weights = {
        name: (value.to(dtype) if dtype and value.is_floating_point() else value).cpu()
        for name, value in network.state_dict().items()
    }
    contents = model_files.contents(weights, vocabulary)
    config = {
        "format": model_files.FORMAT,
        "network": network.config.to_json(),
        "classes": asdict(classes),
        "sequence": sequence.to_json(),
        "tokenizer": TOKENIZER,
        "vocabulary_size": len(vocabulary),
        "parameters": network.parameter_count(),
        "checksums": model_files.checksums_of(contents),
    }
    with atomic.new_folder(folder) as fresh:
        for file, content in {**contents, **files}.items():
            (fresh / file).write_bytes(content)
        atomic.write_json(fresh / CONFIG, config)
        atomic.write_json(fresh / _TRAINING, training.to_json())
        atomic.write_json(fresh / _METRICS, metrics)
        (fresh / "README.md").write_text(card, encoding="utf-8")
    return ModelInfo.read(folder)


def model_folder(name: str | Path) -> Path:
    """`name` itself if it is a path, else the folder of that name under models/."""
    path = Path(name)
    if path.is_dir() or len(path.parts) > 1:
        return require_readable(path)
    return next(
        (folder / path for folder in models_dirs() if (folder / path).is_dir()), models_dir() / path
    )


def model_listing() -> Listing[ModelInfo]:
    """The classifiers under models/, the default model first, and the folders that are damaged."""
    found = list_items("model", _in_models_dirs(), _read_classifier)
    found.items.sort(key=lambda info: (info.name != DEFAULT_MODEL, info.name))
    return found


def installed_models() -> list[ModelInfo]:
    """The valid models under models/, the default model first."""
    return model_listing().items


def _read_classifier(path: Path) -> ModelInfo | None:
    """The model at `path`; None for a language model, and for a file such as a user's note."""
    if (path / LANGUAGE_MODEL_FILE).exists() or path.is_file():
        return None
    return ModelInfo.read(path)


def language_models() -> list[str]:
    """Names of the language models under models/ whose description can be read."""

    def read(path: Path) -> str | None:
        if not (path / LANGUAGE_MODEL_FILE).is_file():
            return None
        read_language_model(path)
        return path.name

    return list_items("language model", _in_models_dirs(), read).items


@dataclass(frozen=True)
class LanguageModelRecord:
    """The content of language_model.json."""

    format: int
    network: NetworkConfig
    training: dict[str, Any]  # settings, corpus, perplexities, time
    checksums: dict[str, str]
    tokenizer: str


def read_language_model(name: str | Path) -> LanguageModelRecord:
    """The description of a language model. Raises ModelError if it is missing or damaged."""
    folder = model_folder(name)
    if not (folder / LANGUAGE_MODEL_FILE).is_file():
        raise ModelError(
            f"There is no model in {folder} to start from. Set initialization to the name of a "
            "language model or classifier under models/, to the folder of a run's model, to "
            f"`vectors` or `random`, or train a language model: `{program()} pretrain --output "
            f"{folder}`."
        )
    record = model_files.read_description(
        folder, LANGUAGE_MODEL_FILE, LanguageModelRecord, versioned=True
    )
    check_tokenizer(record.tokenizer)
    return record


def _names_of_folders() -> list[str]:
    """Names of the folders under models/ that contain a config.json, which is not read."""
    return [path.name for path in _in_models_dirs() if (path / CONFIG).is_file()]


def _in_models_dirs() -> list[Path]:
    """The paths under models/, for each name the first one, as in `model_folder`."""
    found: dict[str, Path] = {}
    for folder in models_dirs():
        for path in entries(folder):
            found.setdefault(path.name, path)
    return list(found.values())


def install_model(info: ModelInfo, name: str) -> Path:
    """Copy a model to models/`name`. Raises ConfigError or StorageError."""
    require(
        re.fullmatch(NAME_PATTERN, name) is not None,
        f"{name!r} is not a valid model name. Use 1 to 60 lowercase letters, digits, dots, hyphens "
        "and underscores; start with a letter or digit.",
    )
    target = models_dirs()[0] / name
    exists = any((folder / name).exists() for folder in models_dirs())
    require(not exists, f"A model named {name} exists already. Choose another name.")
    with atomic.new_folder(target) as fresh:
        shutil.copytree(info.folder, fresh, dirs_exist_ok=True)
    return target
