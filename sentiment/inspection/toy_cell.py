"""An LSTM of one unit with weights set by hand, on a short sentence.

Each word is one number: how much more often IMDB's positive reviews use it than negative ones.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from sentiment.analysis.word_counts import WordCounts
from sentiment.inspection.steps import Steps
from sentiment.networks.minimal_lstm import lstm_step

GATES = "ifgo"  # in torch's order of the rows
LARGEST = 1.0  # of the number of a word


class Weights(NamedTuple):
    """The weights of one gate, or of the candidate."""

    word: float
    state: float
    bias: float


_OPEN, _HALF, _CLOSED = (Weights(0, 0, bias) for bias in (4.0, 0.0, -4.0))


def _preset(forget: Weights) -> dict[str, Weights]:
    """The other gates are open, and the candidate follows the number of the word."""
    return {"f": forget, "i": _OPEN, "g": Weights(2, 0, 0), "o": _OPEN}


PRESETS = {
    "Add up all words": _preset(_OPEN),
    "Forget half at each word": _preset(_HALF),
    "Last word only": _preset(_CLOSED),
    "Erase at negative words": _preset(Weights(6, 0, 3)),
}


def word_numbers(words: Sequence[str], counts: WordCounts) -> np.ndarray:
    """The number of each word, 0 if it is rare: 1 for the last class, −1 for the others."""
    strengths = counts.log_odds.strength[-1]
    found = [strengths[counts.ranks[word]] if word in counts.ranks else 0.0 for word in words]
    return np.clip(np.round(found, 2), -LARGEST, LARGEST)


@torch.no_grad()
def toy_steps(words: Sequence[str], inputs: np.ndarray, weights: Mapping[str, Weights]) -> Steps:
    """All numbers of the unit at each word; inputs: (words,)."""
    lstm = nn.LSTM(1, 1)
    weight_ih, weight_hh, bias_ih, bias_hh = lstm.all_weights[0]
    weight_ih[:, 0] = torch.tensor([weights[gate].word for gate in GATES])
    weight_hh[:, 0] = torch.tensor([weights[gate].state for gate in GATES])
    bias_ih[:] = torch.tensor([weights[gate].bias for gate in GATES])
    bias_hh[:] = 0
    hidden = cell = torch.zeros(1)
    rows = []
    for value in inputs.tolist():
        before = {"c.before": cell, "h.before": hidden}
        terms: dict[str, float] = {}
        for gate in GATES:
            word, state = weights[gate].word * value, weights[gate].state * float(hidden)
            parts = {"word": word, "state": state, "bias": weights[gate].bias}
            parts["sum"] = sum(parts.values())
            terms |= {f"{gate}.{name}": part for name, part in parts.items()}
        found, hidden, cell = lstm_step(torch.tensor([value]).float(), hidden, cell, lstm)
        f, i, g = found["f"], found["i"], found["g"]
        derived = {
            "c.kept": f * before["c.before"],
            "c.written": i * g,
            "c.shown": torch.tanh(cell),
        }
        numbers = found | before | derived
        rows.append(terms | {name: float(number) for name, number in numbers.items()})
    names = rows[0] if rows else {}
    return Steps(
        words=list(words),
        numbers={name: np.array([row[name] for row in rows]) for name in names},
        unit=0,
        backward=False,
    )
