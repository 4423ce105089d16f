"""Verifiable export of a trace: its values, the weights, and a script that recomputes them."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from torch import nn

from sentiment import atomic
from sentiment.errors import ReviewError
from sentiment.inspection import check_trace
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.steps import has_steps
from sentiment.inspection.trace import Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.indrnn import IndRNNLayer
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.registry import ARCHITECTURES

ABOUT = """A trace of one review, made by Sentiment Lab.

trace.npz       gates and states of every layer, probabilities, token ids
weights.npz     the weights of the network and the word vectors of the review
model.json      the model, with the checksums of its folder
check_trace.py  recomputes every gate and probability from weights.npz: python check_trace.py

The script needs only Python and NumPy.
"""


def bundle(predictor: Predictor, info: ModelInfo, trace: Trace) -> bytes:
    """A ZIP file with trace, weights, checksums and `check_trace.py`.

    Raises ReviewError for a network without a recurrent cell, which the script cannot recompute.
    """
    cell = ARCHITECTURES[info.network.architecture].cell
    if not has_steps(predictor) or not cell:
        raise ReviewError(
            f"{info.name} has no recurrent cell that the script could recompute. Export the arrays "
            "(NPZ) instead."
        )
    network = cast(SentimentClassifier, predictor.network)
    encoder = cast(RecurrentEncoder, network.encoder)
    about = {
        "model": info.name,
        "cell": cell,
        "layers": len(encoder.layers),
        "directions": list(encoder.directions),
        "units": encoder.hidden_size,
        "pooling": network.config.pooling,
        "output": network.output.name,
        "classes": list(trace.classes.names),
        "explained": trace.explained,
        "checksums": info.checksums,
    }
    files = {
        "README.txt": ABOUT.encode(),
        "trace.npz": trace.npz(),
        "weights.npz": atomic.npz(_weights(network, encoder, trace)),
        "model.json": json.dumps(about, indent=2).encode(),
        "check_trace.py": Path(check_trace.__file__).read_bytes(),
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(f"trace/{name}", content)
    return packed.getvalue()


@torch.inference_mode()
def _weights(
    network: SentimentClassifier, encoder: RecurrentEncoder, trace: Trace
) -> dict[str, np.ndarray]:
    ids = torch.from_numpy(trace.encoded.kept_ids).long()
    named: dict[str, Any] = {
        "word_vectors": network.embedding(ids),
        "head_weight": network.head.weight,
        "head_bias": network.head.bias,
    }
    for number in range(len(encoder.layers)):
        for direction, module in encoder.layer(number):
            for name, weight in _of_module(module).items():
                named[f"layer{number}_{direction}_{name}"] = weight
    return {
        name: weight.float().numpy(force=True) if isinstance(weight, torch.Tensor) else weight
        for name, weight in named.items()
    }


def _of_module(module: nn.Module) -> dict[str, Any]:
    if isinstance(module, IndRNNLayer):
        return {
            "weight": module.input.weight,
            "bias": module.input.bias,
            "recurrent": module.recurrent,
            "norm_weight": module.norm.weight,
            "norm_bias": module.norm.bias,
            "norm_epsilon": np.array(module.norm.eps),
            "residual": np.array(module.residual),
        }
    names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    return dict(zip(names, cast(nn.LSTM, module).all_weights[0], strict=True))
