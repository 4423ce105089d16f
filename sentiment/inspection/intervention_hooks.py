"""Interventions as the encoders take them: a change for every layer and direction they concern."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from sentiment.inspection.interventions import Intervention, directions_of, limits
from sentiment.inspection.predictor import Trace
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
    """`interventions` on a batch of reviews, words first, as the encoder takes them.

    lengths: (batch,) words. steps: the width of the batch. means: what "mean" stands for.
    """
    return {
        site: _Cuts(network, own, site, lengths, steps, means)
        for site in sites_of(network)
        if (
            own := [
                intervention for intervention in interventions if intervention.applies_to(*site)
            ]
        )
    }


@dataclass(frozen=True)
class _Cut:
    """value -> value * factor + added, within limits, where `at` is true."""

    factor: Tensor  # (hidden_size,)
    added: Tensor  # (hidden_size,) or (batch, hidden_size)
    limits: tuple[float, float] | None
    at: Tensor | None  # (batch, time) bool, in the order of reading; None: at every word
    steps: frozenset[int]  # at which `at` is true for any review


class _Cuts:
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
        self.by_symbol: dict[str, list[_Cut]] = {}
        for intervention in interventions:
            at = None
            if intervention.words:
                at = _at(intervention.words, lengths, steps, backward=site[1] == "backward")
            mean = means.get((*site, intervention.symbol))
            cut = _cut(
                intervention, quantities[intervention.symbol], network, lengths.device, mean, at
            )
            self.by_symbol.setdefault(intervention.symbol, []).append(cut)

    def __call__(self, symbol: str, value: Tensor, step: int | None) -> Tensor:
        for cut in self.by_symbol.get(symbol, ()):
            if cut.at is not None and step is not None and step not in cut.steps:
                continue
            together = step is None and cut.added.dim() == 2
            changed = value * cut.factor + (cut.added[:, None] if together else cut.added)
            if cut.limits:
                changed = changed.clamp(*cut.limits)
            if cut.at is not None:
                here = cut.at if step is None else cut.at[:, step]
                changed = torch.where(here[..., None], changed, value)
            value = changed
        return value


def _cut(
    intervention: Intervention,
    quantity: Quantity,
    network: SentimentClassifier,
    device: torch.device,
    mean: Tensor | None,
    at: Tensor | None,
) -> _Cut:
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
    # What is set is within its limits already; to clamp the others as well would be a change.
    edges = limits(quantity) if intervention.kind == "scale" and intervention.value != 1 else None
    return _Cut(factor, added, edges, at, steps)


def _at(words: tuple[int, int], lengths: Tensor, steps: int, *, backward: bool) -> Tensor:
    """Where the words from the first to the last are read, (batch, time), in reading order."""
    place = torch.arange(steps, device=lengths.device).expand(len(lengths), steps)
    if backward:
        place = lengths[:, None] - 1 - place
    return (place >= words[0]) & (place <= words[1]) & word_mask(lengths, steps)


def means_of(trace: Trace, interventions: Sequence[Intervention]) -> Means:
    """What "mean" stands for: that of each unit over the words of the review, not operated on."""
    wanted = {intervention.symbol for intervention in interventions if intervention.value is None}
    return {
        (layer.layer, layer.direction, symbol): torch.from_numpy(
            layer.values[symbol].mean(axis=0, keepdims=True)
        )
        for layer in trace.layers
        for symbol in wanted & layer.values.keys()
    }


def means_of_batch(
    network: SentimentClassifier,
    ids: Tensor,
    lengths: Tensor,
    interventions: Sequence[Intervention],
) -> Means:
    """The same for each review of a batch, which is read once more for it if need be."""
    wanted = {intervention.symbol for intervention in interventions if intervention.value is None}
    if not wanted:
        return {}
    # Either direction begins with a review's own words, so one mask serves both.
    mask = word_mask(lengths, ids.shape[1])[..., None].float()  # (batch, time, 1)
    sums: Means = {}

    def watching(site: Site) -> Hook:
        def watch(symbol: str, value: Tensor, step: int | None) -> Tensor:
            if symbol in wanted:
                own = (value * mask).sum(1) if step is None else value * mask[:, step]
                key = (*site, symbol)
                sums[key] = sums[key] + own if key in sums else own
            return value

        return watch

    network(ids, lengths, hooks={site: watching(site) for site in sites_of(network)})
    return {key: value / lengths[:, None] for key, value in sums.items()}


def sites_of(network: SentimentClassifier) -> list[Site]:
    """Every layer in every direction it is read in."""
    layers, directions = range(network.config.num_layers), directions_of(network)
    return [(layer, direction) for layer in layers for direction in directions]
