"""Model folders: complete, verified, and without executable content.

    weights.safetensors   parameters
    config.json           network and sequence settings, tokenizer, checksums of weights and words
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
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sentiment import atomic
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError, SentimentError
from sentiment.networks import model_files
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.training_record import TrainingRecord
from sentiment.places import models_dir, models_dirs, require_readable
from sentiment.settings import require

if TYPE_CHECKING:
    import numpy as np
    import torch

    from sentiment.networks.interfaces import Network

LANGUAGE_MODEL_FILE = "language_model.json"  # marks the folder of a language model
CONFIG = "config.json"  # of a complete model folder
DEFAULT_MODEL = "imdb-lstm"
NAME_PATTERN = r"[a-z0-9][a-z0-9._-]{0,59}"  # of installed models; valid on every file system


@dataclass(frozen=True)
class ModelInfo:
    """Everything in a model folder except weights and words."""

    folder: Path
    network: NetworkConfig
    sequence: SequenceConfig
    tokenizer: str  # name of the rule by which it reads
    vocabulary_size: int  # <pad> and <unk> included
    parameters: int
    checksums: model_files.Checksums
    training: TrainingRecord
    metrics: dict[str, Any]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def checksum(self) -> str:
        """One key of all checksums, for caches: it changes with the content."""
        return "".join(sorted(self.checksums.values()))

    @property
    def bytes_stored(self) -> int:
        """Size of weights and vocabulary on disk."""
        return sum((self.folder / file).stat().st_size for file in self.checksums)

    @classmethod
    def read(cls, folder: Path) -> "ModelInfo":
        """Raises ModelError if a file is missing or invalid."""
        if not folder.is_dir():
            raise ModelError(
                f"There is no model folder {folder}. Choose one of "
                f"{', '.join(info.name for info in installed_models()) or '(none installed)'}, "
                "or train one with `python -m sentiment train`."
            )

        def build(config: dict[str, Any]) -> ModelInfo:
            return cls(
                folder=folder,
                network=NetworkConfig.from_json(config["network"]),
                sequence=SequenceConfig.from_json(config["sequence"]),
                tokenizer=model_files.tokenizer_of(config),
                vocabulary_size=config["vocabulary_size"],
                parameters=config["parameters"],
                checksums=config["checksums"],
                training=model_files.read_description(
                    folder, "training.json", TrainingRecord.from_json
                ),
                metrics=model_files.read_description(folder, "metrics.json", dict),
            )

        return model_files.read_description(folder, CONFIG, build, versioned=True)

    def load(self) -> "tuple[Network, Vocabulary]":
        """The network in evaluation mode and its vocabulary. Raises ModelError if damaged."""
        vocabulary = self.vocabulary()
        network = new_network(self.network, len(vocabulary))
        try:
            network.load_state_dict(model_files.read_weights(self.folder, self.checksums))
        except RuntimeError as error:
            raise model_files.damaged(self.folder, error) from error
        return network.eval(), vocabulary

    def vocabulary(self) -> Vocabulary:
        """Raises ModelError if damaged."""
        return model_files.read_vocabulary(self.folder, self.checksums, self.tokenizer)

    def arrays(self) -> "dict[str, np.ndarray]":
        """Weights as they are stored, without torch. Raises ModelError if damaged."""
        return model_files.read_arrays(self.folder, self.checksums)


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
        "sequence": sequence.to_json(),
        "tokenizer": vocabulary.tokenizer,
        "vocabulary_size": len(vocabulary),
        "parameters": network.parameter_count(),
        "checksums": model_files.checksums_of(contents),
    }
    with atomic.new_folder(folder) as fresh:
        for file, content in {**contents, **files}.items():
            (fresh / file).write_bytes(content)
        atomic.write_json(fresh / CONFIG, config)
        atomic.write_json(fresh / "training.json", training.to_json())
        atomic.write_json(fresh / "metrics.json", metrics)
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


def installed_models() -> list[ModelInfo]:
    """The valid models under models/, the default model first."""
    models = []
    for folder in _in_models_dirs("*/config.json"):
        try:
            models.append(ModelInfo.read(folder.parent))
        except SentimentError:
            continue  # see `broken_models`
    return sorted(models, key=lambda info: (info.name != DEFAULT_MODEL, info.name))


def language_models() -> list[str]:
    """Names of the language models under models/."""
    return sorted(path.parent.name for path in _in_models_dirs(f"*/{LANGUAGE_MODEL_FILE}"))


def language_model_tokenizer(name: str | Path) -> str:
    """Name of the rule by which a language model reads. Raises ModelError if it is missing."""
    folder = model_folder(name)
    if not (folder / LANGUAGE_MODEL_FILE).is_file():
        raise ModelError(
            f"There is no language model in {folder}. Train one with `python -m sentiment "
            f"pretrain --output {folder}`, or set initialization to `vectors` or `random`."
        )
    return model_files.read_description(
        folder, LANGUAGE_MODEL_FILE, model_files.tokenizer_of, versioned=True
    )


def broken_models() -> dict[str, str]:
    """Folder name -> error message, for the invalid folders under models/."""
    broken = {}
    for folder in _in_models_dirs("[!.]*"):
        if folder.is_dir() and not (folder / LANGUAGE_MODEL_FILE).exists():
            try:
                ModelInfo.read(folder)
            except SentimentError as error:
                broken[folder.name] = str(error)
    return broken


def _in_models_dirs(pattern: str) -> list[Path]:
    return [path for folder in models_dirs() for path in sorted(folder.glob(pattern))]


def install_model(info: ModelInfo, name: str) -> Path:
    """Copy a model to models/`name`. Raises ConfigError or StorageError."""
    require(
        re.fullmatch(NAME_PATTERN, name) is not None,
        f"{name!r} is not a valid model name. Use 1 to 60 lowercase letters, digits, dots, hyphens "
        "and underscores; start with a letter or digit.",
    )
    target = models_dirs()[-1] / name
    exists = any((folder / name).exists() for folder in models_dirs())
    require(not exists, f"A model named {name} exists already. Choose another name.")
    with atomic.new_folder(target) as fresh:
        shutil.copytree(info.folder, fresh, dirs_exist_ok=True)
    return target
