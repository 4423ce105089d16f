"""Animation of the gates, word by word."""

from collections.abc import Sequence

import numpy as np

from sentiment.charts.words import MARGIN_LEFT, MARGIN_RIGHT
from sentiment.networks.trace import Quantity
from sentiment.web.components import DIGITS, component

_FILM = component("gate_film", "gates")


def gate_film(
    words: Sequence[str],
    gates: Sequence[Quantity],
    values: np.ndarray,
    *,
    chosen: int | None,
    key: str,
) -> None:
    """Bars of `values`, (gates, words) from 0 to 1, on the axis of `charts.words`.

    A cursor plays from the first word to the last, unless a word is `chosen` or the reader prefers
    reduced motion.
    """
    _FILM(
        key=key,
        data={
            "title": "The gates at each word",
            "words": list(words),
            "gates": [
                {
                    "name": gate.name,
                    "title": gate.meaning,
                    "values": np.round(row, DIGITS).tolist(),
                }
                for gate, row in zip(gates, values, strict=True)
            ],
            "chosen": chosen,
            "left": MARGIN_LEFT,
            "right": MARGIN_RIGHT,
        },
    )
