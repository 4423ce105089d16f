"""Interventions as hooks of the encoders: one hook per layer and direction."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sentiment.inspection.interventions import Intervention, directions_of, limits
from sentiment.inspection.trace import Trace
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.hooks import Hook, Hooks
from sentiment.networks.masking import word_mask
from sentiment.networks.trace import Direction, Quantity

Site = tuple[int, Direction]  # a layer, from 0, in one direction
Means = dict[tuple[int, Direction, str], Tensor]  # site and symbol -> (batch, hidden_size)


def hooks_for(
    network: SentimentClassifier,
    interventions: Sequence[Intervention],
    lengths: Tensor,
    steps: int,
    means: Means,
) -> Hooks:
    """The hooks that apply `interventions` to a batch of reviews, left-aligned.

    lengths: (batch,) words. steps: the width of the batch. means: see `means_of`.
    """
    return {
        site: _LayerHook(network, own, site, lengths, steps, means)
        for site in sites_of(network)
        if (own := [one for one in interventions if one.applies_to(*site)])
    }


@dataclass(frozen=True)
class _Change:
    """value -> value * factor + added, within limits, where `at` is true."""

    factor: Tensor  # (hidden_size,)
    added: Tensor  # (hidden_size,) or (batch, hidden_size)
    limits: tuple[float, float] | None
    at: Tensor | None  # (batch, time) bool, in the order of the steps; None: at every word
    steps: frozenset[int]  # at which `at` is true for any review


class _LayerHook:
    """The interventions on one layer in one direction: a `Hook`."""

    def __init__(
        self,
        network: SentimentClassifier,
        interventions: Sequence[Intervention],
        site: Site,
        lengths: Tensor,
        steps: int,
        means: Means,
    ):
        quantities = {quantity.symbol: quantity for quantity in network.intervention_targets}
        self.by_symbol: dict[str, list[_Change]] = {}
        for intervention in interventions:
            at = None
            if intervention.words:
                at = _word_mask(intervention.words, lengths, steps, backward=site[1] == "backward")
            mean = means.get((*site, intervention.symbol))
            change = _change(
                intervention, quantities[intervention.symbol], network, lengths.device, mean, at
            )
            self.by_symbol.setdefault(intervention.symbol, []).append(change)

    def __call__(self, symbol: str, value: Tensor, step: int | None) -> Tensor:
        for change in self.by_symbol.get(symbol, ()):
            if change.at is not None and step is not None and step not in change.steps:
                continue
            together = step is None and change.added.dim() == 2
            changed = value * change.factor + (change.added[:, None] if together else change.added)
            if change.limits:
                changed = changed.clamp(*change.limits)
            if change.at is not None:
                here = change.at if step is None else change.at[:, step]
                changed = torch.where(here[..., None], changed, value)
            value = changed
        return value


def _change(
    intervention: Intervention,
    quantity: Quantity,
    network: SentimentClassifier,
    device: torch.device,
    mean: Tensor | None,
    at: Tensor | None,
) -> _Change:
    chosen = torch.zeros(network.config.hidden_size, device=device)
    chosen[list(intervention.units) if intervention.units is not None else slice(None)] = 1
    if intervention.kind == "scale":
        assert intervention.value is not None
        factor, added = 1 - chosen + intervention.value * chosen, torch.zeros_like(chosen)
    else:
        target = mean if intervention.value is None else intervention.value
        assert target is not None
        factor, added = 1 - chosen, chosen * target
    steps = frozenset() if at is None else frozenset(at.any(dim=0).nonzero().flatten().tolist())
    # A set value is within its bounds; clamping would also change the other units.
    edges = limits(quantity) if intervention.kind == "scale" and intervention.value != 1 else None
    return _Change(factor, added, edges, at, steps)


def _word_mask(words: tuple[int, int], lengths: Tensor, steps: int, *, backward: bool) -> Tensor:
    """The steps at which the first to the last of `words` are processed, (batch, time) bool."""
    place = torch.arange(steps, device=lengths.device).expand(len(lengths), steps)
    if backward:
        place = lengths[:, None] - 1 - place
    return (place >= words[0]) & (place <= words[1]) & word_mask(lengths, steps)


def means_of(trace: Trace, interventions: Sequence[Intervention]) -> Means:
    """Mean of each quantity and unit over the words of the review, without interventions."""
    symbols = {intervention.symbol for intervention in interventions if intervention.value is None}
    return {
        (layer.layer, layer.direction, symbol): torch.from_numpy(
            layer.values[symbol].mean(axis=0, keepdims=True)
        )
        for layer in trace.layers
        for symbol in symbols & layer.values.keys()
    }


def means_of_batch(
    network: SentimentClassifier,
    ids: Tensor,
    lengths: Tensor,
    interventions: Sequence[Intervention],
) -> Means:
    """`means_of` for each review of a batch; a forward pass if an intervention sets a mean."""
    symbols = {intervention.symbol for intervention in interventions if intervention.value is None}
    if not symbols:
        return {}
    # Both directions begin with the words of a review, so one mask serves both.
    mask = word_mask(lengths, ids.shape[1])[..., None].float()  # (batch, time, 1)
    sums: Means = {}

    def summing_hook(site: Site) -> Hook:
        def add_values(symbol: str, value: Tensor, step: int | None) -> Tensor:
            if symbol in symbols:
                own = (value * mask).sum(1) if step is None else value * mask[:, step]
                key = (*site, symbol)
                sums[key] = sums[key] + own if key in sums else own
            return value

        return add_values

    network(ids, lengths, hooks={site: summing_hook(site) for site in sites_of(network)})
    return {key: value / lengths[:, None] for key, value in sums.items()}


def sites_of(network: SentimentClassifier) -> list[Site]:
    """Every layer in every direction it is read in."""
    layers, directions = range(network.config.num_layers), directions_of(network)
    return [(layer, direction) for layer in layers for direction in directions]
