"""Orders of the units of a layer in a chart."""

from typing import Literal, get_args

import numpy as np
from scipy.cluster.hierarchy import leaves_list, linkage
from scipy.spatial.distance import pdist

from sentiment.inspection.trace import Trace
from sentiment.networks.trace import LayerTrace

Order = Literal["contribution", "memory", "similarity", "number"]
ORDERS: dict[Order, str] = {
    "contribution": "by their contribution to the logit, from the largest toward the class to the "
    "largest against it",
    "memory": "by the mean share of their state that they keep, largest first",
    "similarity": "so that units with similar states in this review are neighbors",
    "number": "by their number",
}


def orders(layer: LayerTrace) -> list[Order]:
    """The orders that are defined for a layer."""
    return [order for order in get_args(Order) if order != "memory" or _kept(layer) is not None]


def ordered_units(trace: Trace, layer: LayerTrace, order: Order, count: int) -> np.ndarray:
    """`count` units of `layer` to show, from the top, (count,).

    By contribution and similarity, the units with the largest contributions; by memory, half from
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
    if order == "similarity" and count > 2:
        states = layer.values["h"][:, strongest].T.astype(np.float64)
        # Units are similar if they rise and fall together.
        states -= states.mean(axis=1, keepdims=True)
        states /= np.linalg.norm(states, axis=1, keepdims=True) + 1e-12
        tree = linkage(pdist(states), "average", optimal_ordering=count <= 64)
        return strongest[leaves_list(tree)]
    return strongest


def _kept(layer: LayerTrace) -> np.ndarray | None:
    """Mean share of its state that each unit keeps at a word, (units,)."""
    retained = layer.retained
    return None if retained is None else retained.mean(axis=0)
