"""Recompute every gate and probability of this trace with NumPy and compare.

    python check_trace.py                  check all values of the trace
    python check_trace.py MODEL_FOLDER     also check that the weights are from this model folder

Part of an export from Sentiment Lab; it needs neither Sentiment Lab nor torch. trace.npz holds the
values that were shown, weights.npz the weights, model.json the model. Equations: Hochreiter &
Schmidhuber 1997 (LSTM, forget gate by Gers et al. 2000), Cho et al. 2014 (GRU, torch's convention),
Elman 1990 (RNN), Li et al. 2018 (IndRNN), Shi, Cao & Raschka 2021 (ordered classes, CORN).
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

TOLERANCE = 1e-4  # the network adds in float32 and in another order


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm(x, w):
    """x: (time, inputs) -> symbol -> (time, units). The rows of the weights are i, f, g, o."""
    h = c = np.zeros(w["weight_hh"].shape[1])
    steps = []
    for word in x:
        sums = w["weight_ih"] @ word + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"]
        i, f, g, o = np.split(sums, 4)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        c = f * c + i * g
        h = o * np.tanh(c)
        steps.append({"i": i, "f": f, "g": g, "o": o, "c": c, "h": h})
    return stacked(steps)


def gru(x, w):
    """The rows of the weights are r, z, n; z is the share of the state that is kept."""
    h = np.zeros(w["weight_hh"].shape[1])
    steps = []
    for word in x:
        from_word = np.split(w["weight_ih"] @ word + w["bias_ih"], 3)
        from_state = np.split(w["weight_hh"] @ h + w["bias_hh"], 3)
        r, z = sigmoid(from_word[0] + from_state[0]), sigmoid(from_word[1] + from_state[1])
        n = np.tanh(from_word[2] + r * from_state[2])
        h = (1 - z) * n + z * h
        steps.append({"r": r, "z": z, "n": n, "h": h})
    return stacked(steps)


def rnn(x, w):
    h = np.zeros(w["weight_hh"].shape[1])
    steps = []
    for word in x:
        s = w["weight_ih"] @ word + w["bias_ih"] + w["weight_hh"] @ h + w["bias_hh"]
        h = np.tanh(s)
        steps.append({"s": s, "h": h})
    return stacked(steps)


def indrnn(x, w):
    h = np.zeros(len(w["recurrent"]))
    steps = []
    for word in x:
        s = w["weight"] @ word + w["bias"] + w["recurrent"] * h
        h = np.maximum(s, 0)
        steps.append({"s": s, "h": h})
    return stacked(steps)


def output(cell, values, x, w):
    """The output of the layer, (time, units): for an IndRNN the normalized state."""
    h = values["h"]
    if cell != "indrnn":
        return h
    normed = (h - h.mean(1, keepdims=True)) / np.sqrt(h.var(1, keepdims=True) + w["norm_epsilon"])
    normed = normed * w["norm_weight"] + w["norm_bias"]
    return normed + x if w["residual"] else normed


def probabilities(outputs, kind):
    """The probabilities of the classes, (classes,), from the outputs of the network."""
    if kind == "sigmoid":  # two classes, one output
        return np.array([sigmoid(-outputs[0]), sigmoid(outputs[0])])
    if kind == "softmax":  # one output per class
        shares = np.exp(outputs - outputs.max())
        return shares / shares.sum()
    # Ordered classes: output j is the logit of "above class j" among reviews of class j or above.
    above = np.concatenate([[1], np.cumprod(sigmoid(outputs)), [0]])
    return above[:-1] - above[1:]


def stacked(steps):
    return {symbol: np.stack([step[symbol] for step in steps]) for symbol in steps[0]}


def pooled(outputs, kind, forward_units):
    """Pooling: (time, units) -> the input of the head."""
    if kind == "last":
        return np.concatenate([outputs[-1, :forward_units], outputs[0, forward_units:]])
    parts = {"max": outputs.max(0), "mean": outputs.mean(0)}
    return np.concatenate([parts[part] for part in kind.split("+")])


def check(folder):
    """Return how many numbers were compared. Raises AssertionError if any differs."""
    trace = np.load(folder / "trace.npz", allow_pickle=False)
    stored = np.load(folder / "weights.npz", allow_pickle=False)
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    cell = model["cell"]
    run = {"lstm": lstm, "gru": gru, "rnn": rnn, "indrnn": indrnn}[cell]
    x, compared = stored["word_vectors"].astype(np.float64), 0
    for number in range(model["layers"]):
        outputs = []
        for direction in model["directions"]:
            prefix = f"layer{number}_{direction}_"
            w = {
                name.removeprefix(prefix): stored[name].astype(np.float64)
                for name in stored
                if name.startswith(prefix)
            }
            turn = slice(None, None, -1 if direction == "backward" else 1)
            values = run(x[turn], w)
            outputs.append(output(cell, values, x[turn], w)[turn])
            for symbol, numbers in values.items():
                shown = trace[prefix + symbol]
                np.testing.assert_allclose(
                    shown, numbers[turn], atol=TOLERANCE, err_msg=prefix + symbol
                )
                compared += shown.size
        x = np.concatenate(outputs, axis=1)
    weight, bias = stored["head_weight"].astype(np.float64), stored["head_bias"].astype(np.float64)
    outputs = weight @ pooled(x, model["pooling"], model["units"]) + bias
    p = probabilities(outputs, model["output"])
    before = probabilities(bias, model["output"])  # the head applied to the zero state
    k = model["explained"]
    score = np.log(p[k]) - np.log(np.delete(p, k).sum())  # log p / (1 - p)
    for name, shown, found in (
        ("probabilities", trace["probabilities"][-1], p),
        ("probabilities_before", trace["probabilities_before"], before),
        ("score", trace["score"], score),
    ):
        tolerance = TOLERANCE * max(1, np.abs(found).max())
        np.testing.assert_allclose(shown, found, atol=tolerance, err_msg=name)
        compared += np.size(found)
    return compared


def check_model(folder, model_folder):
    """Check that the trace was made with the files of a model folder."""
    model = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    for name, expected in model["checksums"].items():
        found = hashlib.sha256((model_folder / name).read_bytes()).hexdigest()
        assert found == expected, f"{name} of {model_folder} differs from the file of this trace"


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    print(f"{check(here):,} numbers recomputed, all within {TOLERANCE} of the trace.")
    if len(sys.argv) > 1:
        check_model(here, Path(sys.argv[1]))
        print("The trace was made with this model folder.")
