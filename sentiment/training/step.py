"""Training step: forward and backward passes of a batch, and the optimizer."""

import contextlib
import math

import torch
from torch import Tensor, nn

from sentiment.dataset.batches import Batch
from sentiment.encoding.vocabulary import PAD
from sentiment.errors import RunError
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import device_of
from sentiment.networks.masking import left_align, word_mask
from sentiment.networks.precision import autocast
from sentiment.training.config import TrainConfig
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup
from sentiment.training.state import FitState, StepTotals

CROP_WORDS = (4, 48)  # shortest and longest crop


def training_step(
    state: FitState,
    batch: Batch,
    config: TrainConfig,
    learning_rate: float,
    wrapped: nn.Module | None = None,
    group: ProcessGroup = SINGLE_PROCESS,
    weights: Tensor | None = None,
) -> StepTotals:
    """Train on one batch: gradients, optimizer step, update of the moving average.

    batch: the shard of this process. wrapped: the result of `group.data_parallel(network)`.
    weights: of the classes, (classes,), on the device of the network. Returns the totals of the
    step over all shards. Raises RunError if the loss or the gradients are not finite.
    """
    network, optimizer = state.network, state.optimizer
    wrapped = wrapped or network
    for parameters in optimizer.param_groups:
        parameters["lr"] = learning_rate
    device = device_of(network)
    words, batch = batch.words, batch.to(device)
    optimizer.zero_grad()

    def forward(batch: Batch, perturbation: Tensor | None) -> tuple[Tensor, Tensor]:
        """Outputs and the sum of the losses."""
        with autocast(config.precision, device.type):
            outputs = wrapped(batch.ids, batch.lengths, perturbation).float()
        return outputs, network.output.loss(outputs, batch.labels, weights)

    # Gradients of several passes add up; only the last backward pass synchronizes the ranks.
    def local_if(more: object) -> contextlib.AbstractContextManager[None]:
        return group.no_sync(wrapped) if more else contextlib.nullcontext()

    perturbation = zero_perturbation(network, batch) if config.adversarial else None
    with local_if(config.adversarial or config.random_crops):
        outputs, loss = forward(batch, perturbation)
        correct = network.output.correct(outputs, batch.labels)
        totals = torch.tensor([len(batch), words, correct, loss.detach()], dtype=torch.float64)
        reviews, all_words, all_correct, all_loss = group.all_reduce(totals).tolist()
        # Gradients are averaged over the ranks, so that the scale includes their number.
        scale = group.world_size / reviews
        (loss * scale).backward()
    if perturbation is not None:
        with local_if(config.random_crops):
            _, adversarial_loss = forward(
                batch, adversarial_perturbation(network, batch, perturbation, config.adversarial)
            )
            (adversarial_loss * scale).backward()
    if config.random_crops:
        _, crop_loss = forward(random_crops(batch), None)
        (crop_loss * scale * config.random_crops).backward()
    norm = nn.utils.clip_grad_norm_(network.parameters(), config.gradient_clip).item()
    if not math.isfinite(all_loss) or not math.isfinite(norm):
        raise RunError(
            f"The loss became {all_loss / reviews} at step {state.step + 1} (gradient norm "
            f"{norm:.3g}). Lower learning_rate ({config.learning_rate}) or gradient_clip "
            f"({config.gradient_clip})."
        )
    optimizer.step()
    state.averaged.update_parameters(network)
    return StepTotals(1, int(reviews), int(all_words), int(all_correct), all_loss, norm)


def zero_perturbation(network: SentimentClassifier, batch: Batch) -> Tensor:
    """Zeros, (batch, time, embedding_dim); their gradient equals that of the word vectors."""
    shape = (*batch.ids.shape, network.config.embedding_dim)
    return torch.zeros(shape, device=batch.ids.device, requires_grad=True)


@torch.no_grad()
def adversarial_perturbation(
    network: SentimentClassifier, batch: Batch, perturbation: Tensor, share: float
) -> Tensor:
    """The direction of steepest loss for each review ("adversarial training", Miyato et al. 2017).

    perturbation: from `zero_perturbation`, with its gradient. The norm of the result is `share` of
    the norm of all word vectors of the review.
    """
    assert perturbation.grad is not None
    norm = network.embedding(batch.ids).flatten(1).norm(dim=1)
    gradient_norm = perturbation.grad.flatten(1).norm(dim=1)
    return perturbation.grad * (share * norm / gradient_norm.clamp(min=1e-20))[:, None, None]


def random_crops(batch: Batch) -> Batch:
    """A random crop of each review, with its label.

    The logarithms of the lengths are uniform, so that there are as many crops of 4 to 8 words as of
    24 to 48. IMDB has no short reviews, but people type them.
    """
    ids, (shortest, longest) = left_align(batch.ids), CROP_WORDS
    width = min(longest, ids.shape[1])
    logarithms = torch.rand(len(batch), device=ids.device) * math.log(longest / shortest)
    lengths = (shortest * logarithms.exp()).long().minimum(batch.lengths).clamp(max=width)
    room = batch.lengths - lengths + 1
    start = (torch.rand(len(batch), device=ids.device) * room).long()
    steps = torch.arange(width, device=ids.device)
    crops = ids.gather(1, (start[:, None] + steps).clamp(max=ids.shape[1] - 1))
    return Batch(crops.masked_fill(~word_mask(lengths, width), PAD), lengths, batch.labels)
