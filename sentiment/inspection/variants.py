"""Scores of many variants of a review: with words removed, added or replaced."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from sentiment.encoding.padding import stack_padded
from sentiment.networks.interfaces import Network
from sentiment.progress import StageProgress

WORDS_AT_ONCE = 4_000  # in one batch


def no_progress(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


@torch.inference_mode()
def variant_outputs(
    network: Network,
    variants: Sequence[np.ndarray],
    progress: StageProgress = no_progress,
    stage: str = "Reading variants",
) -> Tensor:
    """The outputs of the network for each variant, (variants, outputs) float64; a variant is the
    ids of its words.

    The result does not depend on how the variants are batched.
    """
    lengths = np.array([len(variant) for variant in variants])
    outputs = torch.empty(len(variants), network.output.size, dtype=torch.float64)
    order = np.argsort(lengths, kind="stable")  # similar lengths together: little padding
    done = 0
    while done < len(order):
        progress(stage, done, len(order))
        count = max(1, WORDS_AT_ONCE // int(lengths[order[done]]))
        batch = order[done : done + count]
        rows = stack_padded([variants[number] for number in batch], lengths[batch].max(), "after")
        read = network(torch.from_numpy(rows).long(), torch.from_numpy(lengths[batch]))
        outputs[torch.from_numpy(batch)] = read.double().cpu()
        done += len(batch)
    return outputs


def variant_scores(
    network: Network,
    variants: Sequence[np.ndarray],
    label: int,
    progress: StageProgress = no_progress,
    stage: str = "Reading variants",
) -> np.ndarray:
    """The score of the class `label` in each variant, (variants,) float64."""
    outputs = variant_outputs(network, variants, progress, stage)
    return network.output.score(outputs, label).numpy()


def sigmoid(scores: np.ndarray | float) -> np.ndarray:
    """The probabilities of a class at these scores of it, in float64."""
    return torch.sigmoid(torch.from_numpy(np.asarray(scores, np.float64))).numpy()
