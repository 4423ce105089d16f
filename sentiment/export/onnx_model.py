"""Export of a model as an ONNX graph from token ids to the probabilities of the classes.

The graph accepts any batch size and length, because it is built from operators and not traced. Its
input are token ids padded with 0 on either side, as `encoding.encode_text` makes them.
"""

from typing import Any, cast

import numpy as np
from torch import Tensor, nn

from sentiment.encoding.tokenize import TOKENIZER
from sentiment.encoding.vocabulary import FIRST_WORD, PAD, UNK, Vocabulary
from sentiment.errors import ModelError
from sentiment.export.onnx_graph import Graph, scan_of_relu
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.class_output import ClassOutput, Ordinal, Sigmoid
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.indrnn import IndRNNLayer
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.resnet import ResidualBlock, ResNetEncoder

# Rows of the weights: torch stacks them in the first order, ONNX in the second.
_GATES = {"LSTM": ("ifgo", "iofg"), "GRU": ("rzn", "zrn"), "RNN": ("h", "h")}
_LARGEST = np.float32(np.finfo(np.float32).max)


def onnx_model(info: ModelInfo, network: Network) -> bytes:
    """The serialized graph. Raises ModelError for an architecture that has no translation."""
    graph = Graph()
    ids, words, lengths = _left_aligned(graph)
    if isinstance(network, BagOfWords):
        outputs = _bag_of_words(graph, network, ids, words)
    else:
        outputs = _classifier(graph, cast(SentimentClassifier, network), ids, words, lengths)
    classes = network.output.classes
    return graph.model(
        {"ids": ("int64", ["batch", "words"])},
        {
            "probabilities": (
                _probabilities(graph, network.output, outputs),
                "float32",
                ["batch", classes],
            ),
            "outputs": (outputs, "float32", ["batch", network.output.size]),
        },
        f"{info.name}: token ids, padded with {PAD}, to the probabilities of "
        f"{', '.join(info.classes.names)}",
    )


def preprocessing(info: ModelInfo, network: Network, vocabulary: Vocabulary) -> dict[str, Any]:
    """The steps from a text to the input of the graph, and the meaning of its outputs, as JSON."""
    return {
        "model": info.name,
        "input": {"ids": "(batch, words) int64: token ids, padded with `pad` on either side"},
        "outputs": {
            "probabilities": "(batch, classes) float32, in the order of `classes`",
            "outputs": "(batch, outputs) float32, of the last layer",
        },
        "classes": list(info.classes.names),
        "ordered": info.classes.ordered,
        "class_output": type(network.output).__name__.lower(),
        "tokenizer": TOKENIZER,
        "pad": PAD,
        "unknown": UNK,
        "first_word": FIRST_WORD,
        **info.sequence.to_json(),
        "steps": [
            f"split the text into words by the rules {TOKENIZER} (sentiment/encoding)",
            "replace a word by first_word + its position in `vocabulary`, others by `unknown`",
            "keep at most sequence_length words, from the `truncation` end of the text "
            "(both: half from the beginning, half from the end)",
            "pad the rows of a batch to the same length",
        ],
        "vocabulary": vocabulary.words[FIRST_WORD:],
    }


def _left_aligned(graph: Graph) -> tuple[str, str, str]:
    """Ids with the words before the padding, the mask of words, and the lengths in words.

    (batch, words) int64, (batch, words) bool, (batch,) int64.
    """
    is_word = graph.add("Not", graph.add("Equal", "ids", PAD))
    counts = graph.add("Cast", is_word, to=7)
    lengths = graph.add("ReduceSum", counts, [1], keepdims=0)
    width = graph.add("Shape", "ids", start=1)
    one = graph.add("Squeeze", width, [0])
    positions = graph.add("Range", 0, one, 1)
    # Sort keys: the position of a word; more than any position for padding.
    keys = graph.add("Where", is_word, positions, graph.add("Add", positions, one))
    _, order = graph.add("TopK", keys, width, axis=1, largest=0, sorted=1, outputs=2)
    aligned = graph.add("GatherElements", "ids", order, axis=1)
    words = graph.add("Less", positions, graph.add("Unsqueeze", lengths, [1]))
    return aligned, words, lengths


def _classifier(
    graph: Graph, network: SentimentClassifier, ids: str, words: str, lengths: str
) -> str:
    x = graph.add("Gather", _array(network.embedding.weight), ids)  # (batch, words, inputs)
    encoder = network.encoder
    if isinstance(encoder, RecurrentEncoder):
        encoded = _recurrent(graph, encoder, x, lengths)
    elif isinstance(encoder, ResNetEncoder):
        encoded = _residual(graph, encoder, x, words)
    else:
        raise ModelError(
            f"The architecture {network.config.architecture} has no translation to ONNX. Add one "
            "to sentiment/export/onnx_model.py."
        )
    pooled = _pooled(graph, network, encoded, words, lengths)
    return str(_linear(graph, network.head, pooled))


def _recurrent(graph: Graph, encoder: RecurrentEncoder, x: str, lengths: str) -> str:
    """(batch, words, inputs) -> (batch, words, outputs)."""
    counts = graph.add("Cast", lengths, to=6)  # int32
    x = graph.add("Transpose", x, perm=[1, 0, 2])
    for number in range(len(encoder.layers)):
        modules = [module for _, module in encoder.layer(number)]
        if isinstance(modules[0], IndRNNLayer):
            x = _indrnn(graph, modules[0], x)
        else:
            x = _gated(graph, modules, x, counts)
    return str(graph.add("Transpose", x, perm=[1, 0, 2]))


def _gated(graph: Graph, modules: list[nn.Module], x: str, counts: str) -> str:
    kind = type(modules[0]).__name__
    own, theirs = _GATES[kind]
    size = cast(nn.LSTM, modules[0]).hidden_size

    def stacked(name: str) -> np.ndarray:
        rows = [_array(getattr(module, name)).reshape(len(own), size, -1) for module in modules]
        order = [own.index(gate) for gate in theirs]
        return np.stack([row[order].reshape(len(own) * size, -1) for row in rows])

    biases = [stacked(f"bias_{side}_l0")[..., 0] for side in ("ih", "hh")]
    attributes: dict[str, Any] = {"linear_before_reset": 1} if kind == "GRU" else {}
    outputs = graph.add(
        kind,
        x,
        stacked("weight_ih_l0"),
        stacked("weight_hh_l0"),
        np.concatenate(biases, axis=1),
        counts,
        hidden_size=size,
        direction="bidirectional" if len(modules) == 2 else "forward",
        **attributes,
    )  # (words, directions, batch, units)
    turned = graph.add("Transpose", outputs, perm=[0, 2, 1, 3])
    return str(graph.add("Reshape", turned, [0, 0, len(modules) * size]))


def _indrnn(graph: Graph, layer: IndRNNLayer, x: str) -> str:
    inputs = _linear(graph, layer.input, x)
    batch = graph.add("Shape", x, start=1, end=2)
    units = len(layer.recurrent)
    start = graph.add("Expand", 0.0, graph.add("Concat", batch, [units], axis=0))
    body = scan_of_relu(_array(layer.recurrent))
    _, hidden = graph.add("Scan", start, inputs, outputs=2, body=body, num_scan_inputs=1)
    output = _norm(graph, layer.norm, hidden)
    return str(graph.add("Add", output, x)) if layer.residual else output


def _residual(graph: Graph, encoder: ResNetEncoder, x: str, words: str) -> str:
    mask = graph.add("Unsqueeze", graph.add("Cast", words, to=1), [2])
    x = _linear(graph, encoder.input, x)
    for block in encoder.blocks:
        added = x
        parts = cast(ResidualBlock, block)
        for norm, convolution in zip(parts.norms, parts.convolutions, strict=True):
            conv = cast(nn.Conv1d, convolution)
            active = graph.add("Relu", _norm(graph, cast(nn.LayerNorm, norm), added))
            channels = graph.add("Transpose", graph.add("Mul", active, mask), perm=[0, 2, 1])
            (distance,) = conv.dilation
            convolved = graph.add(
                "Conv",
                channels,
                _array(conv.weight),
                _array(cast(Tensor, conv.bias)),
                dilations=[distance],
                pads=[distance, distance],
            )
            added = graph.add("Transpose", convolved, perm=[0, 2, 1])
        x = graph.add("Add", x, added)
    return x


def _pooled(
    graph: Graph, network: SentimentClassifier, encoded: str, words: str, lengths: str
) -> str:
    mask = graph.add("Unsqueeze", words, [2])  # (batch, words, 1)
    shares = graph.add("Cast", mask, to=1)
    pooling = network.config.pooling
    if pooling == "last":
        size = network.encoder.hidden_size
        last = graph.add("Unsqueeze", graph.add("Sub", lengths, 1), [1, 2])
        index = graph.add(
            "Expand", last, graph.add("Concat", graph.add("Shape", lengths), [1, size], axis=0)
        )
        forward = graph.add("Slice", encoded, [0], [size], [2])
        ends = graph.add("GatherElements", forward, index, axis=1)
        if network.encoder.output_size == size:
            return str(graph.add("Squeeze", ends, [1]))
        first = graph.add("Slice", encoded, [0, size], [1, 2 * size], [1, 2])
        return str(graph.add("Squeeze", graph.add("Concat", ends, first, axis=2), [1]))
    parts = []
    if "max" in pooling:
        masked = graph.add("Where", mask, encoded, -_LARGEST)
        parts.append(graph.add("ReduceMax", masked, [1], keepdims=0))
    if "mean" in pooling:
        kept = graph.add("Where", mask, encoded, np.float32(0))
        total = graph.add("ReduceSum", kept, [1], keepdims=0)
        parts.append(graph.add("Div", total, graph.add("ReduceSum", shares, [1], keepdims=0)))
    return str(graph.add("Concat", *parts, axis=1))


def _bag_of_words(graph: Graph, network: BagOfWords, ids: str, words: str) -> str:
    """The bias plus the weights of each distinct known word and pair of known words."""
    known = graph.add("And", words, graph.add("Not", graph.add("Equal", ids, UNK)))
    total = graph.add(
        "Add",
        _sum_of_first(graph, ids, known, graph.add("Gather", _array(network.word_weights).T, ids)),
        _array(network.bias),
    )
    if not len(network.pair_keys):
        return str(total)
    before = graph.add("Pad", graph.add("Slice", ids, [0], [-1], [1]), [0, 1, 0, 0], UNK)
    keys = graph.add("Add", graph.add("Mul", before, network.vocabulary_size), ids)
    both = graph.add("And", known, graph.add("Not", graph.add("Equal", before, UNK)))
    rows = graph.add(
        "LabelEncoder",
        keys,
        domain="ai.onnx.ml",
        keys_int64s=network.pair_keys.tolist(),
        values_int64s=list(range(len(network.pair_keys))),
        default_int64=len(network.pair_keys),
    )
    weights = np.pad(_array(network.pair_weights).T, ((0, 1), (0, 0)))  # unknown pairs: the last
    pairs = _sum_of_first(graph, keys, both, graph.add("Gather", weights, rows))
    return str(graph.add("Add", total, pairs))


def _sum_of_first(graph: Graph, keys: str, counted: str, weights: str) -> str:
    """Sum of the weights at the first place of each distinct counted key.

    keys and counted: (batch, words), weights: (batch, words, outputs) -> (batch, outputs).
    """
    here, there = graph.add("Unsqueeze", keys, [2]), graph.add("Unsqueeze", keys, [1])
    same = graph.add("Cast", graph.add("Equal", here, there), to=1)  # (batch, words, words)
    earlier = graph.add("ReduceSum", graph.add("Trilu", same, -1, upper=0), [2], keepdims=0)
    # `counted` depends on the key alone, apart from padding, which stands after all words.
    first = graph.add("Equal", earlier, np.float32(0))
    chosen = graph.add("Unsqueeze", graph.add("And", first, counted), [2])
    kept = graph.add("Where", chosen, weights, np.float32(0))
    return str(graph.add("ReduceSum", kept, [1], keepdims=0))


def _probabilities(graph: Graph, output: ClassOutput, outputs: str) -> str:
    """As `networks.class_output`."""
    if isinstance(output, Sigmoid):
        second = graph.add("Sigmoid", outputs)
        return str(graph.add("Concat", graph.add("Sub", np.float32(1), second), second, axis=1))
    if not isinstance(output, Ordinal):
        return str(graph.add("Softmax", outputs, axis=1))
    log_above = graph.add("Neg", graph.add("Softplus", graph.add("Neg", outputs)))
    log_stops = graph.add("Neg", graph.add("Softplus", outputs))
    reached = graph.add("Pad", graph.add("CumSum", log_above, 1), [0, 1, 0, 0])
    stops = graph.add("Pad", log_stops, [0, 0, 0, 1])
    return str(graph.add("Exp", graph.add("Add", reached, stops)))


def _linear(graph: Graph, layer: nn.Linear, x: str) -> str:
    product = graph.add("MatMul", x, _array(layer.weight).T)
    return str(graph.add("Add", product, _array(layer.bias)))


def _norm(graph: Graph, norm: nn.LayerNorm, x: str) -> str:
    weight, bias = _array(norm.weight), _array(norm.bias)
    return str(graph.add("LayerNormalization", x, weight, bias, axis=-1, epsilon=norm.eps))


def _array(tensor: Tensor) -> np.ndarray:
    return tensor.detach().float().numpy(force=True)
