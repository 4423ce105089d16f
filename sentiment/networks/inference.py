"""Inference: probabilities for many reviews, and the time for one."""

import statistics
import time
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from sentiment.dataset.batches import Batch, ByLength, ReviewDataset
from sentiment.encoding.buckets import similar_lengths
from sentiment.encoding.padding import stack_padded
from sentiment.networks.config import Precision
from sentiment.networks.interfaces import Network, device_of
from sentiment.networks.packed import can_pack, packed_outputs
from sentiment.networks.precision import autocast, uses_bfloat16
from sentiment.progress import Progress

REVIEWS_AT_ONCE = 128  # padded
TIMED_REVIEWS = 60
PACKED_AT_ONCE, FEWEST_PACKED = 256, 24  # of fewer, padding costs less than single steps do


def probabilities(
    network: Network,
    dataset: ReviewDataset,
    progress: Progress | None = None,
    precision: Precision = "float32",
) -> np.ndarray:
    """Probabilities of the classes for each review of `dataset`, in its order, (N, K) float64.

    The arguments are those of `outputs_of`.
    """
    outputs = outputs_of(network, dataset, progress, precision)
    return network.output.probabilities(outputs.double()).numpy()


@torch.inference_mode()
def outputs_of_reviews(network: Network, reviews: Sequence[np.ndarray]) -> Tensor:
    """Outputs of the network for each review, in order, (N, output.size) float32.

    reviews: token ids, at least one each. Reviews of similar length are computed together.
    """
    result = torch.zeros(len(reviews), network.output.size)
    lengths = [len(review) for review in reviews]
    if can_pack(network) and len(reviews) >= FEWEST_PACKED:
        order = sorted(range(len(reviews)), key=lengths.__getitem__)
        for part in np.array_split(order, -(-len(order) // PACKED_AT_ONCE)):
            result[part] = packed_outputs(network, [reviews[number] for number in part])
        return result
    device = device_of(network)
    for batch in similar_lengths(lengths, REVIEWS_AT_ONCE):
        ids = stack_padded([reviews[number] for number in batch], lengths[batch[-1]], "after")
        counts = torch.tensor([lengths[number] for number in batch], device=device)
        result[batch] = network(torch.from_numpy(ids).long().to(device), counts).cpu()
    return result


@torch.inference_mode()
def outputs_of(
    network: Network,
    dataset: ReviewDataset,
    progress: Progress | None = None,
    precision: Precision = "float32",
) -> Tensor:
    """Outputs of the network for each review of `dataset`, in its order, (N, output.size).

    precision: of the matrix products; bfloat16 is faster and may change the third digit.
    """
    network.eval()
    result = torch.zeros(len(dataset), network.output.size)
    device = device_of(network)
    for rows, batch in batches_by_length(dataset, device, progress):
        if can_pack(network) and not uses_bfloat16(precision, device.type):
            reviews = zip(batch.ids.numpy(), batch.lengths.tolist(), strict=True)
            result[rows] = packed_outputs(network, [ids[:length] for ids, length in reviews])
            continue
        with autocast(precision, device.type):
            result[rows] = network(batch.ids, batch.lengths).float().cpu()
    return result


def batches_by_length(
    dataset: ReviewDataset, device: torch.device, progress: Progress | None = None
) -> Iterator[tuple[list[int], Batch]]:
    """Numbers of the items of each batch, and the batch on `device`; the shortest reviews first.

    progress: called with reviews, after each batch.
    """
    order = ByLength(dataset.lengths, REVIEWS_AT_ONCE)
    loader = DataLoader(dataset, batch_sampler=order, collate_fn=dataset.collate)
    done = 0
    for batch, items in zip(loader, order, strict=True):
        yield items, batch.to(device)
        done += len(batch)
        if progress:
            progress(done, len(dataset))


@torch.inference_mode()
def seconds_per_review(network: Network, dataset: ReviewDataset) -> float:
    """Median time for a batch of one review, in seconds."""
    network.eval()
    times = []
    for item in np.linspace(0, len(dataset) - 1, min(TIMED_REVIEWS, len(dataset))).astype(int):
        batch = dataset.collate([dataset[int(item)]])
        started = time.perf_counter()
        network(batch.ids, batch.lengths)
        times.append(time.perf_counter() - started)
    return statistics.median(times)
