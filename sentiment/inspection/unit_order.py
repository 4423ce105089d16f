"""In which order to look at the units of a layer."""

from typing import Literal, get_args

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import pdist

from sentiment.inspection.predictor import Trace
from sentiment.networks.trace import LayerTrace

Order = Literal["push", "memory", "alike", "number"]
ORDERS: dict[Order, str] = {
    "push": "by their push on the verdict: the topmost push hardest to Positive, the lowest "
    "hardest to Negative",
    "memory": "by how long they remember: the topmost keep the largest share from word to word",
    "alike": "so that units that do alike in this review stand together",
    "number": "by their number",
}


def orders(layer: LayerTrace) -> list[Order]:
    """The orders that exist for a layer."""
    return [order for order in get_args(Order) if order != "memory" or _kept(layer) is not None]


def ordered_units(trace: Trace, layer: LayerTrace, order: Order, count: int) -> np.ndarray:
    """`count` units of `layer` to show, from the top, (count,).

    By push and alike these are the ones that push the verdict most; by memory, half of them from
    either end; by number, the first.
    """
    total = layer.values["h"].shape[1]
    count = min(count, total)
    if order == "number":
        return np.arange(count)
    kept = _kept(layer)
    if order == "memory" and kept is not None:
        longest_first = np.argsort(-kept, kind="stable")
        return np.concatenate(
            [longest_first[: count - count // 2], longest_first[total - count // 2 :]]
        )
    strongest = trace.strongest_units(layer, count)
    if order == "alike" and count > 2:
        states = layer.values["h"][:, strongest].T.astype(np.float64)
        # Units are alike if they rise and fall together.
        states -= states.mean(axis=1, keepdims=True)
        states /= np.linalg.norm(states, axis=1, keepdims=True) + 1e-12
        tree = linkage(pdist(states), "average", optimal_ordering=count <= 64)
        return strongest[leaves_list(tree)]
    return strongest


def _kept(layer: LayerTrace) -> np.ndarray | None:
    """The share of its old state that each unit keeps on average, (units,)."""
    retained = layer.retained
    return None if retained is None else retained.mean(axis=0)
