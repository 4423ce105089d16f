"""The folder of a language model, under models/ beside the classifiers that start from it.

    language_model.json   network settings, how it was trained and what it measured, checksums
    weights.safetensors   embedding, encoder, and what predicting words needs besides
    vocabulary.json       the words, most frequent first
    resume.safetensors    while it is not finished: the optimizer's moments
    README.md             what it is

It is written after every epoch, so that an interrupted training goes on with the next one.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import safetensors
import safetensors.torch
import torch
from torch import nn

from sentiment import atomic
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import LANGUAGE_MODEL_FILE as ABOUT
from sentiment.networks.model_folder import model_folder
from sentiment.training.language_model import PretrainState

FORMAT = 1
_WEIGHTS, _VOCABULARY, _RESUME = "weights.safetensors", "vocabulary.json", "resume.safetensors"


@dataclass(frozen=True)
class Pretrained:
    """What a language model has learned of words and of reading."""

    folder: Path
    network: NetworkConfig
    vocabulary: Vocabulary
    weights: dict[str, torch.Tensor]  # float32, by the names LanguageModel gives them
    about: dict[str, Any]  # settings, corpus, perplexities, time

    @classmethod
    def load(cls, name: str | Path) -> "Pretrained":
        """A folder under models/, or a path. Raises ModelError if it is missing or damaged."""
        folder = model_folder(name)
        if not (folder / ABOUT).is_file():
            raise ModelError(
                f"There is no language model {folder}. Make one with `python -m sentiment "
                f"pretrain --output {folder}`, or start from `vectors` or `random`."
            )
        try:
            about = json.loads((folder / ABOUT).read_text("utf-8"))
            if about["format"] != FORMAT:
                raise ModelError(
                    f"{folder} has format {about['format']!r}; this version reads {FORMAT}."
                )
            contents = {file: (folder / file).read_bytes() for file in (_WEIGHTS, _VOCABULARY)}
            for file, content in contents.items():
                if hashlib.sha256(content).hexdigest() != about["checksums"][file]:
                    raise ValueError(f"{file} does not match its checksum")
            weights = safetensors.torch.load(contents[_WEIGHTS])
            return cls(
                folder=folder,
                network=NetworkConfig.from_json(about["network"]),
                vocabulary=Vocabulary.from_json(json.loads(contents[_VOCABULARY])),
                weights={name: value.float() for name, value in weights.items()},
                about=about["training"],
            )
        except (OSError, ValueError, KeyError, TypeError, safetensors.SafetensorError) as error:
            raise ModelError(
                f"The language model in {folder} is damaged: {error}. Fetch it again (git restore "
                "models) or pretrain again."
            ) from error

    def transfer_to(self, network: SentimentClassifier, vocabulary: Vocabulary, seed: int) -> str:
        """Give `network` the vectors of the words it knows, and the encoder where it fits.

        A one-directional encoder takes the forward one of two. Returns what was handed on, in
        words. Raises ModelError if the vectors have another size.
        """
        given, wanted = self.network.embedding_dim, network.config.embedding_dim
        if given != wanted:
            raise ModelError(
                f"The word vectors of {self.folder.name} have {given} numbers each and the network "
                f"has embedding_dim {wanted}. Set embedding_dim to {given}."
            )
        place = {word: index for index, word in enumerate(self.vocabulary.words)}
        shared = [word for word in vocabulary.words if word in place]
        mine = vocabulary.encode(shared)
        theirs = np.array([place[word] for word in shared])
        vectors = self.weights["embedding.weight"]
        with torch.no_grad():
            # A word it does not know starts near the unknown word, which it will be taken for.
            noise = torch.Generator().manual_seed(seed)
            weight = network.embedding.weight
            weight.copy_(vectors[1] + 0.1 * torch.randn(weight.shape, generator=noise))
            weight[mine] = vectors[theirs]
            weight[0] = 0
        own = cast(nn.Module, network.encoder).state_dict()
        encoder = {
            name.removeprefix("encoder."): value
            for name, value in self.weights.items()
            if name.removeprefix("encoder.") in own
        }
        fits = encoder.keys() == own.keys() and all(
            own[name].shape == value.shape for name, value in encoder.items()
        )
        if not fits:
            return "word vectors"
        cast(nn.Module, network.encoder).load_state_dict(encoder)
        return "word vectors and encoder"


def save_pretrained(
    folder: Path,
    state: PretrainState,
    network: NetworkConfig,
    vocabulary: Vocabulary,
    training: dict[str, Any],
    *,
    finished: bool,
) -> None:
    """Write the folder in one step; a finished one in 16 bits and without what goes on needs.

    Raises StorageError, with the folder as it was.
    """
    dtype = torch.float16 if finished else torch.float32
    weights = {
        name: value.detach().to("cpu", dtype).contiguous()
        for name, value in state.model.named_parameters()
    }
    contents = {
        _WEIGHTS: safetensors.torch.save(weights),
        _VOCABULARY: json.dumps(vocabulary.to_json(), ensure_ascii=False).encode(),
    }
    about = {
        "format": FORMAT,
        "network": network.to_json(),
        "training": training,
        "checksums": {
            file: hashlib.sha256(content).hexdigest() for file, content in contents.items()
        },
    }
    with atomic.new_folder(folder) as fresh:
        for file, content in contents.items():
            (fresh / file).write_bytes(content)
        if not finished:
            moments = {
                f"{number}.{name}": value.cpu()
                for number, values in state.optimizer.state_dict()["state"].items()
                for name, value in values.items()
            }
            (fresh / _RESUME).write_bytes(safetensors.torch.save(moments))
        atomic.write_json(fresh / ABOUT, about)
        (fresh / "README.md").write_text(_card(folder.name, network, training), encoding="utf-8")


def resume(folder: Path, state: PretrainState, training: dict[str, Any]) -> dict[str, Any] | None:
    """Bring a new `state` to where the unfinished language model in `folder` stands.

    Returns what it says of its training; None, with nothing done, if there is none or it was
    begun with other settings or reviews than `training` names.
    """
    if not (folder / _RESUME).is_file():
        return None
    begun = Pretrained.load(folder)
    same = ("settings", "data_fingerprint", "prepare", "sequence")
    if any(begun.about[key] != training[key] for key in same):
        return None
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for key, value in safetensors.torch.load((folder / _RESUME).read_bytes()).items():
        number, _, name = key.partition(".")
        moments.setdefault(int(number), {})[name] = value
    state.model.load_state_dict(begun.weights, strict=False)  # all but the buffer
    groups = state.optimizer.state_dict()["param_groups"]
    state.optimizer.load_state_dict({"state": moments, "param_groups": groups})
    state.epochs_done, state.step = begun.about["epochs_done"], begun.about["steps"]
    state.seconds = begun.about["seconds"]
    return begun.about


def _card(name: str, network: NetworkConfig, training: dict[str, Any]) -> str:
    perplexities = ", ".join(f"{value:.0f}" for value in training["perplexities"])
    return f"""# {name}

A language model in every direction its encoder reads in: a start for classifiers, not one itself.

- Encoder: {network.architecture}, {network.hidden_size} units, word vectors of
  {network.embedding_dim} numbers.
- Learned from the {training["reviews"]:,} training and unlabelled reviews of {training["corpus"]};
  none of valid or test.
- Perplexity on reviews of the validation part after each epoch: {perplexities}.
- {training["epochs_done"]} epochs in {training["seconds"]:,.0f} s on {training["hardware"]}, torch
  {training["torch"]}, {training["date"]}.

Made again by:

    {training["command"]}

A training starts from it with `--initialization {name}`.
"""
