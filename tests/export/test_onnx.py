"""ONNX Runtime computes what torch computes, for every architecture, length and padding."""

import json

import numpy as np
import onnxruntime
import pytest
import torch

from sentiment.__main__ import main
from sentiment.encoding.padding import stack_padded
from sentiment.export.onnx_model import onnx_model, preprocessing
from sentiment.inspection.predictor import Predictor
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.class_output import class_output
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.registry import ARCHITECTURES
from tests.export.tiny import VARIANTS, WORDS, tiny_model, variant_name

LENGTHS = (1, 2, 31, 250, 1000)


def session_of(model: bytes) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])


def require_equal(session: onnxruntime.InferenceSession, network, rows: list[np.ndarray]) -> None:
    lengths = torch.tensor([len(row) for row in rows])
    with torch.inference_mode():
        batch = torch.from_numpy(stack_padded(rows, max(map(len, rows)), "after")).long()
        expected = network(batch, lengths)
        expected_probabilities = network.output.probabilities(expected.double()).numpy()
    for side in ("before", "after"):
        for more in (0, 9):
            ids = stack_padded(rows, max(map(len, rows)) + more, side).astype(np.int64)
            probabilities, outputs = session.run(["probabilities", "outputs"], {"ids": ids})
            np.testing.assert_allclose(outputs, expected.numpy(), atol=1e-5)
            np.testing.assert_allclose(probabilities, expected_probabilities, atol=1e-5)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_shipped_models(architecture):
    info = ModelInfo.read(model_folder(f"compare-{architecture}"))
    network, vocabulary = info.load()
    session = session_of(onnx_model(info, network))
    random = np.random.default_rng(0)
    rows = [np.minimum(random.zipf(1.2, length), len(vocabulary) - 1) for length in LENGTHS]
    require_equal(session, network, rows)
    for row in rows[:3]:
        require_equal(session, network, [row])


@pytest.mark.parametrize("variant", VARIANTS, ids=variant_name)
def test_layers_poolings_and_classes(variant, tmp_path):
    info = tiny_model(tmp_path / "tiny", *variant)
    network, vocabulary = info.load()
    random = np.random.default_rng(0)
    rows = [random.integers(1, len(vocabulary), length) for length in (1, 3, 40)]
    require_equal(session_of(onnx_model(info, network)), network, rows)
    about = preprocessing(info, network, vocabulary)
    assert about["classes"] == list(variant[1].names)


def test_the_folder_is_enough_to_predict(tmp_path, capsys):
    folder = tmp_path / "exported"
    assert main(["export", "compare-lstm", "--onnx", str(folder)]) == 0
    about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    predictor = Predictor.load("compare-lstm")
    text = "a wonderful film"  # without punctuation: its words are the same by every rule
    numbers = {word: about["first_word"] + place for place, word in enumerate(about["vocabulary"])}
    ids = np.array([[numbers.get(word, about["unknown"]) for word in text.split()]])
    expected = predictor.predict([text])[0]
    for file, tolerance in (("model.onnx", 1e-5), ("model-int8.onnx", 0.05)):
        session = session_of((folder / file).read_bytes())
        (probabilities,) = session.run(["probabilities"], {"ids": ids})
        assert about["classes"][probabilities.argmax()] == expected.name
        assert probabilities.max() == pytest.approx(expected.probability, abs=tolerance)
    assert about["int8"]["same_label"] > 0.95
    assert about["int8"]["bytes"] == (folder / "model-int8.onnx").stat().st_size
    assert about["int8"]["bytes"] < (folder / "model.onnx").stat().st_size / 2
    assert main(["export", "compare-lstm", "--onnx", str(folder)]) == 1
    assert "exported" in capsys.readouterr().err


@pytest.mark.parametrize("pairs", [0, 30])
def test_a_bag_of_words_of_four_classes(pairs):
    random = np.random.default_rng(0)
    network = BagOfWords(NetworkConfig("bow"), WORDS, class_output(4))
    keys = np.sort(random.choice(WORDS * WORDS, pairs, replace=False))
    weights = random.normal(size=(4, WORDS)), keys, random.normal(size=(4, pairs))
    network.set_weights(*weights, random.normal(size=4))
    info = ModelInfo.read(model_folder("compare-bow"))
    rows = [random.integers(1, WORDS, length) for length in (1, 20, 90)]
    require_equal(session_of(onnx_model(info, network)), network, rows)
