"""Train some steps and print their losses as JSON; `torchrun` starts several of these processes."""

import json

import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.dataset.prepare import prepare
from sentiment.networks.build import new_classifier
from sentiment.runs.processes import exit_immediately
from sentiment.training import fit as loop
from sentiment.training.config import recipe_with
from sentiment.training.distributed import ProcessGroup, process_group
from sentiment.training.presets import PRESETS
from sentiment.training.state import FitState

STEPS = 12
# Settings of each training. Without dropout, which differs between processes, one and several
# processes must agree; random crops differ as well.
CASES = (
    {"adversarial": 0.0, "random_crops": 0.0},
    {"adversarial": 0.02, "random_crops": 0.0},
    {"adversarial": 0.02, "random_crops": 0.5},
)
RECIPE = recipe_with(
    PRESETS["sample"].recipe,
    {
        "dropout": 0.0,
        "embedding_dropout": 0.0,
        "word_dropout": 0.0,
        "precision": "float32",
        "batch_size": 33,  # odd, so that two shards have unequal sizes
        "architecture": "bilstm",
        "hidden_size": 16,
        "device": "cpu",
    },
)


def losses_of_cases(group: ProcessGroup) -> list[list[float]]:
    """The losses of the first STEPS steps of each of CASES."""
    loop.LOG_SECONDS = 0.0  # one event per step
    torch.set_num_threads(1)
    corpus = prepare("sample", RECIPE.prepare)
    train, valid = (
        ReviewDataset.of(corpus, split, RECIPE.sequence) for split in (Split.TRAIN, Split.VALID)
    )
    losses = []
    for case in CASES:
        torch.manual_seed(0)
        network = new_classifier(RECIPE.network, len(corpus.vocabulary))
        config = recipe_with(RECIPE, case).training
        events = loop.fit(
            FitState.new(network, config),
            training_batches(train, config.batch_size, config.seed, group.shard),
            scoring_batches(valid, share=group.shard),
            config,
            group,
        )
        losses.append([event.loss for event, _ in zip(events, range(STEPS), strict=False)])
    return losses


def main() -> None:
    with process_group() as group:
        losses = losses_of_cases(group)
        if group.is_main:
            print(json.dumps({"size": group.world_size, "losses": losses}))


if __name__ == "__main__":
    main()
    exit_immediately(0)
