"""Reference implementations of the architectures in NumPy, from the equations of the papers.

Slow, in double precision, and without code shared with the networks. One word at a time; `cut` may
replace every value by another, as an intervention does.
"""

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(w, x, state, cut):
    h, c = state
    sums = w["weight_ih_l0"] @ x + w["bias_ih_l0"] + w["weight_hh_l0"] @ h + w["bias_hh_l0"]
    i, f, g, o = np.split(sums, 4)
    i, f = cut("i", sigmoid(i)), cut("f", sigmoid(f))
    g, o = cut("g", np.tanh(g)), cut("o", sigmoid(o))
    c = cut("c", f * c + i * g)
    h = cut("h", o * np.tanh(c))
    return {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}, (h, c)


def gru(w, x, state, cut):
    h, _ = state
    ir, iz, in_ = np.split(w["weight_ih_l0"] @ x + w["bias_ih_l0"], 3)
    hr, hz, hn = np.split(w["weight_hh_l0"] @ h + w["bias_hh_l0"], 3)
    r, z = cut("r", sigmoid(ir + hr)), cut("z", sigmoid(iz + hz))
    n = cut("n", np.tanh(in_ + r * hn))
    h = cut("h", (1 - z) * n + z * h)
    return {"r": r, "z": z, "n": n, "h": h}, (h, h)


def rnn(w, x, state, cut):
    h, _ = state
    s = w["weight_ih_l0"] @ x + w["bias_ih_l0"] + w["weight_hh_l0"] @ h + w["bias_hh_l0"]
    h = cut("h", np.tanh(s))
    return {"s": s, "h": h}, (h, h)


def indrnn(w, x, state, cut):
    h, _ = state
    s = w["input.weight"] @ x + w["input.bias"] + cut("u", w["recurrent"]) * h
    h = cut("h", np.maximum(s, 0))
    return {"s": s, "h": h}, (h, h)


CELLS = {"lstm": lstm, "gru": gru, "rnn": rnn, "indrnn": indrnn}


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


def untouched(layer, direction, word, symbol, value):
    return value


def reference_outputs(network, x, cut=untouched):
    """One review, x: (time, embedding_dim) float64, through the encoder of `network`.

    cut(layer, direction, word, symbol, value) returns the value to go on with; words are counted
    from 0 in the order of the text. Returns the outputs, and for each (layer, direction) every
    quantity by symbol.
    """
    weights = {name: value.double().numpy() for name, value in network.encoder.state_dict().items()}
    through = _resnet if network.config.architecture == "resnet" else _stack
    return through(network.config, weights, x, cut)


def _part(weights, prefix):
    return {
        name.removeprefix(prefix): value
        for name, value in weights.items()
        if name.startswith(prefix)
    }


def _stack(config, weights, x, cut):
    directions = ["forward", "backward"] if config.architecture.startswith("bi") else ["forward"]
    cell = CELLS[config.architecture.removeprefix("bi")]
    quantities = {}
    for layer in range(config.num_layers):
        outputs = []
        for number, direction in enumerate(directions):
            w = _part(weights, f"layers.{layer}.{number}.")
            order = range(len(x)) if direction == "forward" else range(len(x) - 1, -1, -1)
            state = (np.zeros(config.hidden_size),) * 2
            steps = [None] * len(x)
            for t in order:
                at = lambda symbol, value: cut(layer, direction, t, symbol, value)  # noqa: B023,E731
                steps[t], state = cell(w, x[t], state, at)
            values = {symbol: np.stack([step[symbol] for step in steps]) for symbol in steps[0]}
            quantities[layer, direction] = values
            output = values["h"]
            if config.architecture == "indrnn":
                output = layer_norm(output, w["norm.weight"], w["norm.bias"])
                output = output + x if layer else output
            outputs.append(output)
        x = np.concatenate(outputs, axis=1)
    return x, quantities


def _resnet(config, weights, x, cut):
    x = x @ weights["input.weight"].T + weights["input.bias"]
    quantities = {}
    for block in range(config.num_layers):
        added = x
        for number in range(2):
            norm = _part(weights, f"blocks.{block}.norms.{number}.")
            w = _part(weights, f"blocks.{block}.convolutions.{number}.")
            active = np.maximum(layer_norm(added, norm["weight"], norm["bias"]), 0)
            added = convolve(active, w["weight"], w["bias"], 2**block)
        added = np.stack([cut(block, "both", t, "r", row) for t, row in enumerate(added)])
        x = np.stack([cut(block, "both", t, "h", row) for t, row in enumerate(x + added)])
        quantities[block, "both"] = {"r": added, "h": x}
    return x, quantities
