"""A model folder is complete and verified, and loading it executes nothing."""

import hashlib
import json
import pickle
import re

import numpy as np
import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ConfigError, ModelError, StorageError
from sentiment.evaluation.metrics import Evaluation
from sentiment.networks.build import new_classifier
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import (
    ModelInfo,
    install_model,
    installed_models,
    model_listing,
    save_model,
)
from tests.classes import of_both
from tests.records import training_record

VOCABULARY = Vocabulary(["good", "bad", "café"], [5, 4, 1])


def save(folder, dtype=None) -> SentimentClassifier:
    torch.manual_seed(0)
    network = new_classifier(NetworkConfig(embedding_dim=4, hidden_size=3), len(VOCABULARY))
    metrics = {
        "test": Evaluation.of(np.array([0, 1]), of_both([0.1, 0.2]), NEGATIVE_POSITIVE).to_json()
    }
    record = training_record()
    classes, sequence = NEGATIVE_POSITIVE, SequenceConfig()
    save_model(folder, network, VOCABULARY, classes, sequence, record, metrics, "# x", dtype)
    return network.eval()


def test_saved_and_loaded(tmp_path):
    network = save(tmp_path / "m")
    info = ModelInfo.read(tmp_path / "m")
    again, vocabulary = info.load()
    assert vocabulary.words == VOCABULARY.words
    assert (info.name, info.vocabulary_size) == ("m", 5)
    assert info.parameters == network.parameter_count()
    assert info.metrics["test"]["accuracy"] == 0.5
    ids, lengths = torch.tensor([[2, 3, 4]]), torch.tensor([3])
    assert torch.equal(network(ids, lengths), again(ids, lengths))


def test_a_model_of_another_tokenizer_is_refused(tmp_path):
    save(tmp_path / "m")
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    assert config["tokenizer"] == TOKENIZER
    (tmp_path / "m" / "config.json").write_text(json.dumps(config | {"tokenizer": "words-9"}))
    with pytest.raises(ModelError, match="words-9"):
        ModelInfo.read(tmp_path / "m")


def test_half_precision_is_smaller_and_close(tmp_path):
    network = save(tmp_path / "m", torch.float16)
    again, _ = ModelInfo.read(tmp_path / "m").load()
    for name, value in again.state_dict().items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, network.state_dict()[name], atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize(
    "file",
    ["weights.safetensors", "vocabulary.json", "config.json", "metrics.json", "training.json"],
)
@pytest.mark.parametrize("damage", ["missing", "truncated", "swapped"])
def test_damage_is_named_and_other_models_still_load(tmp_path, monkeypatch, file, damage):
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path))
    save(tmp_path / "intact")
    save(tmp_path / "damaged")
    path = tmp_path / "damaged" / file
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(content[: len(content) // 2])
    else:
        path.write_bytes(b"[" + content[1:])
    with pytest.raises(ModelError, match=file):
        ModelInfo.read(tmp_path / "damaged").load()
    ModelInfo.read(tmp_path / "intact").load()
    if file not in ("weights.safetensors", "vocabulary.json"):
        assert [info.name for info in installed_models()] == ["intact"]
        assert [item.name for item in model_listing().bad] == ["damaged"]


def test_a_pickle_in_place_of_the_weights_is_not_loaded(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (exec, ("raise SystemExit('unpickled')",))

    save(tmp_path / "m")
    (tmp_path / "m" / "weights.safetensors").write_bytes(pickle.dumps(Bomb()))
    config = json.loads((tmp_path / "m" / "config.json").read_text())
    content = (tmp_path / "m" / "weights.safetensors").read_bytes()
    config["checksums"]["weights.safetensors"] = hashlib.sha256(content).hexdigest()
    (tmp_path / "m" / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelError, match="weights.safetensors"):
        ModelInfo.read(tmp_path / "m").load()


def test_an_unknown_folder_lists_the_installed_models(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path))
    save(tmp_path / "mine")
    with pytest.raises(ModelError, match="mine"):
        ModelInfo.read(tmp_path / "yours")


def test_a_full_disk_leaves_the_old_model(tmp_path, monkeypatch):
    save(tmp_path / "m")
    before = {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()}

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    with pytest.raises(StorageError, match="No space left on device"):
        save(tmp_path / "m")
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in (tmp_path / "m").iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["m"]  # no partial folder is left


def test_installing_copies_a_model_and_replaces_none(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path / "models"))
    save(tmp_path / "run" / "model")
    info = ModelInfo.read(tmp_path / "run" / "model")
    install_model(info, "my-lstm")
    (installed,) = installed_models()
    assert (installed.name, installed.checksums) == ("my-lstm", info.checksums)
    installed.load()
    with pytest.raises(ConfigError, match="my-lstm"):
        install_model(info, "my-lstm")
    for name in ("", "../x", "a/b", "A", ".hidden", "x" * 61):
        with pytest.raises(ConfigError, match=re.escape(repr(name))):
            install_model(info, name)
    assert len(installed_models()) == 1
