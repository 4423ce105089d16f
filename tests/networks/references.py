"""Reference implementations of the architectures in NumPy, from the equations of the papers.

Slow, in double precision, and without code shared with the networks.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(w, x):
    hidden = cell = np.zeros(w["weight_hh_l0"].shape[1])
    steps = []
    for word in x:
        sums = w["weight_ih_l0"] @ word + w["bias_ih_l0"]
        sums = sums + w["weight_hh_l0"] @ hidden + w["bias_hh_l0"]
        i, f, g, o = np.split(sums, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        cell = f * cell + i * g
        hidden = o * np.tanh(cell)
        steps.append({"i": i, "f": f, "g": g, "o": o, "c": cell, "h": hidden})
    return steps


def gru(w, x):
    hidden = np.zeros(w["weight_hh_l0"].shape[1])
    steps = []
    for word in x:
        ir, iz, in_ = np.split(w["weight_ih_l0"] @ word + w["bias_ih_l0"], 3)
        hr, hz, hn = np.split(w["weight_hh_l0"] @ hidden + w["bias_hh_l0"], 3)
        r, z = sigmoid(ir + hr), sigmoid(iz + hz)
        n = np.tanh(in_ + r * hn)
        hidden = (1 - z) * n + z * hidden
        steps.append({"r": r, "z": z, "n": n, "h": hidden})
    return steps


def rnn(w, x):
    hidden = np.zeros(w["weight_hh_l0"].shape[1])
    steps = []
    for word in x:
        sums = w["weight_ih_l0"] @ word + w["bias_ih_l0"]
        sums = sums + w["weight_hh_l0"] @ hidden + w["bias_hh_l0"]
        hidden = np.tanh(sums)
        steps.append({"s": sums, "h": hidden})
    return steps


def indrnn(w, x):
    hidden = np.zeros(len(w["recurrent"]))
    steps = []
    for word in x:
        sums = w["input.weight"] @ word + w["input.bias"] + w["recurrent"] * hidden
        hidden = np.maximum(sums, 0)
        steps.append({"s": sums, "h": hidden})
    return steps


def layer_norm(x, weight, bias):
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-5) * weight + bias


def convolve(x, weight, bias, dilation):
    """x: (time, in), weight: (out, in, 3); words outside the review are zeros."""
    result = np.tile(bias, (len(x), 1))
    for tap in range(3):
        for step in range(len(x)):
            source = step + (tap - 1) * dilation
            if 0 <= source < len(x):
                result[step] += weight[:, :, tap] @ x[source]
    return result


CELLS = {"lstm": lstm, "bilstm": lstm, "gru": gru, "bigru": gru, "rnn": rnn, "indrnn": indrnn}


def reference_outputs(network, x):
    """One review, x: (time, embedding_dim) float64, through the encoder of `network`.

    Returns the outputs, and for each (layer, direction) every quantity by symbol.
    """
    architecture = network.config.architecture
    weights = {name: value.double().numpy() for name, value in network.encoder.state_dict().items()}
    return _resnet(weights, x) if architecture == "resnet" else _stack(architecture, weights, x)


def _part(weights, prefix):
    return {
        name.removeprefix(prefix): value
        for name, value in weights.items()
        if name.startswith(prefix)
    }


def _stack(architecture, weights, x):
    directions = ["forward", "backward"] if architecture.startswith("bi") else ["forward"]
    quantities = {}
    for layer in range(2):
        outputs = []
        for number, direction in enumerate(directions):
            w = _part(weights, f"layers.{layer}.{number}.")
            order = slice(None, None, -1) if direction == "backward" else slice(None)
            steps = CELLS[architecture](w, x[order])
            values = {
                symbol: np.stack([step[symbol] for step in steps])[order] for symbol in steps[0]
            }
            quantities[layer, direction] = values
            output = values["h"]
            if architecture == "indrnn":
                output = layer_norm(output, w["norm.weight"], w["norm.bias"])
                output = output + x if layer else output
            outputs.append(output)
        x = np.concatenate(outputs, axis=1)
    return x, quantities


def _resnet(weights, x):
    x = x @ weights["input.weight"].T + weights["input.bias"]
    quantities = {}
    for block in range(2):
        added = x
        for number in range(2):
            norm = _part(weights, f"blocks.{block}.norms.{number}.")
            w = _part(weights, f"blocks.{block}.convolutions.{number}.")
            active = np.maximum(layer_norm(added, norm["weight"], norm["bias"]), 0)
            added = convolve(active, w["weight"], w["bias"], 2**block)
        x = x + added
        quantities[block, "both"] = {"r": added, "h": x}
    return x, quantities
