"""Gradient norms per word: over how many words the gradient of the logit vanishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor

from sentiment.encoding.settings import SequenceConfig
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.variants import no_progress
from sentiment.networks.build import new_classifier
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.pooling import POOLED_WIDTH, pool
from sentiment.progress import StageProgress

Readout = Literal["last", "pooled"]
FADED = 0.01  # share of the largest norm below which a gradient counts as vanished


@dataclass(frozen=True)
class GradientReach:
    """Norms of the gradient of the logit per word, in reading order."""

    words: np.ndarray  # (time,) with respect to each word vector
    states: dict[str, np.ndarray]  # symbol -> (time,) with respect to the state after each word

    def faded_after(self) -> int | None:
        """Distance from the last word, in words, beyond which the gradient with respect to the
        input stays below FADED of its maximum; None if it never does."""
        reached = np.flatnonzero(self.words >= FADED * self.words.max())
        return None if reached[0] == 0 else len(self.words) - int(reached[0])


def gradient_reach(
    network: SentimentClassifier, ids: Tensor, label: int, readout: Readout = "last"
) -> GradientReach:
    """Norms of d score / d input and d score / d state for one review, ids (time,) unpadded.

    The score is that of the class `label`.
    readout "pooled" is the network's own score: with max or mean pooling every word has a short
    path to it. "last" applies the head to the last state only (of a backward direction: the one
    at the first word), so that a gradient passes through every step in between; this shows the
    vanishing gradient. The states are those of the lowest layer, which has the longest path.
    """
    x = network.embedding(ids).detach().requires_grad_()
    outputs, states = network.encoder.unroll(x)
    length, size = torch.tensor([len(ids)]), network.encoder.hidden_size
    if readout == "pooled":
        pooled = pool(outputs[None], length, network.config.pooling, size)
    else:
        last = pool(outputs[None], length, "last", size)
        pooled = last.repeat(1, POOLED_WIDTH[network.config.pooling])
    score = network.output.score(network.head(pooled)[0], label)
    inputs = [x, *(state for steps in states.values() for state in steps)]
    gradients = torch.autograd.grad(score, inputs, materialize_grads=True)
    norms = iter(gradients[1:])
    return GradientReach(
        words=gradients[0].norm(dim=1).numpy(),
        states={
            symbol: np.array([float(next(norms).norm()) for _ in steps])
            for symbol, steps in states.items()
        },
    )


def untrained(network: SentimentClassifier) -> SentimentClassifier:
    """A newly initialized network with the same settings, from seed 0."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        fresh = new_classifier(network.config, network.embedding.num_embeddings, network.output)
    return fresh.eval()


@dataclass(frozen=True)
class Reaches:
    """Gradient norms of several models for one review, trained and untrained."""

    words: list[str]
    names: list[str]
    trained: list[GradientReach]  # one per name
    untrained: list[GradientReach]

    def summary(self, reaches: list[GradientReach]) -> str:
        """In one sentence, over how many words the gradient of each of `reaches` vanishes."""
        parts = []
        for name, reach in zip(self.names, reaches, strict=True):
            faded = reach.faded_after()
            parts.append(f"{name} {'all words' if faded is None else faded}")
        return (
            f"Words before the end with at least {FADED:.0%} of the largest gradient: "
            f"{', '.join(parts)}."
        )


def reaches(
    predictors: Mapping[str, Predictor],
    text: str,
    sequence: SequenceConfig,
    readout: Readout,
    progress: StageProgress = no_progress,
) -> Reaches:
    """Gradient norms of every model for `text`. Raises ReviewError for a text without words."""
    encoded = {name: predictor.encode(text, sequence) for name, predictor in predictors.items()}
    trained, fresh = [], []
    words: list[str] = []
    for done, (name, predictor) in enumerate(predictors.items()):
        progress("Gradients, models", done, len(predictors))
        network = predictor.network
        assert isinstance(network, SentimentClassifier), "a bag of words has no word vectors"
        words = encoded[name].kept_tokens
        ids = torch.from_numpy(encoded[name].kept_ids).long()
        with torch.inference_mode():
            outputs = network(ids[None], torch.tensor([len(ids)]))[0]
        label = network.output.explained(outputs)
        trained.append(gradient_reach(network, ids, label, readout))
        fresh.append(gradient_reach(untrained(network), ids, label, readout))
    return Reaches(words, list(predictors), trained, fresh)
