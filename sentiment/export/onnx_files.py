"""Folder of an ONNX export: the model, its variant with 8-bit weights, and a description.

model.onnx        float32; equal to torch within rounding
model-int8.onnx   8-bit weights, a quarter of the size; needs ONNX Runtime
model.json        preprocessing, classes, vocabulary, and the error of int8
"""

import logging
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnxruntime.quantization import QuantType, quantize_dynamic

from sentiment import atomic
from sentiment.encoding.padding import stack_padded
from sentiment.encoding.vocabulary import FIRST_WORD, Vocabulary
from sentiment.export.onnx_model import onnx_model, preprocessing
from sentiment.networks.model_folder import ModelInfo

TEXTS, MOST_WORDS = 200, 200  # of the comparison of int8 with float32


def write_onnx(info: ModelInfo, folder: Path) -> dict[str, Any]:
    """Write the folder; returns its description. Raises ModelError or StorageError."""
    network, vocabulary = info.load()
    model = onnx_model(info, network)
    small = _quantized(model)
    about = preprocessing(info, network, vocabulary)
    about["int8"] = {"bytes": len(small)} | _difference(model, small, vocabulary)
    with atomic.new_folder(folder) as fresh:
        (fresh / "model.onnx").write_bytes(model)
        (fresh / "model-int8.onnx").write_bytes(small)
        atomic.write_json(fresh / "model.json", about)
    return about


def _quantized(model: bytes) -> bytes:
    """The same graph with 8-bit weights where ONNX Runtime has an operator for them."""
    logging.getLogger().addFilter(_quiet)  # it advises preprocessing that this graph does not need
    try:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "model.onnx"
            quantize_dynamic(onnx.load_from_string(model), target, weight_type=QuantType.QInt8)
            return target.read_bytes()
    finally:
        logging.getLogger().removeFilter(_quiet)


def _quiet(record: logging.LogRecord) -> bool:
    return "pre-processing" not in record.getMessage()


def _difference(model: bytes, small: bytes, vocabulary: Vocabulary) -> dict[str, Any]:
    """The error of int8 on random texts with the word frequencies of the training texts."""
    random = np.random.default_rng(0)
    shares = np.array(vocabulary.counts[FIRST_WORD:], np.float64)
    lengths = random.integers(1, MOST_WORDS, TEXTS, endpoint=True)
    words = [
        FIRST_WORD + random.choice(len(shares), length, p=shares / shares.sum())
        for length in lengths.tolist()
    ]
    ids = stack_padded(words, MOST_WORDS, "after").astype(np.int64)
    exact, rounded = (
        onnxruntime.InferenceSession(one).run(["probabilities"], {"ids": ids})[0]
        for one in (model, small)
    )
    return {
        "compared_on": f"{TEXTS} random texts of 1 to {MOST_WORDS} words",
        "same_label": float((exact.argmax(axis=1) == rounded.argmax(axis=1)).mean()),
        "largest_difference": float(np.abs(exact - rounded).max()),
        "mean_difference": float(np.abs(exact - rounded).mean()),
    }
