"""Average of the weights of several models ("model soup", Wortsman et al. 2022).

Trainings that began with similar weights can be averaged: the average is often more accurate than
each of them, and as fast as one. The average of unrelated trainings is useless.
"""

from collections.abc import Sequence
from dataclasses import replace

from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepare import prepare
from sentiment.errors import ConfigError
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress
from sentiment.runs.finalize import Output, measure_and_save
from sentiment.settings import require
from sentiment.training.config import Recipe
from sentiment.training.starting_model import split_settings


def average(
    models: Sequence[ModelInfo],
    source: str,
    table: TableConfig | None,
    output: Output,
    progress: StageProgress,
) -> ModelInfo:
    """Average the weights, calibrate and evaluate the result on `source`, and save its folder.

    models: one that occurs k times has k times the weight.
    source: the corpus of the models' trainings, from which their validation split is taken again.
    The record is that of the last model, with the time of all trainings. Raises ConfigError unless
    the models have the same sizes, words, classes, sequences and reviews.
    """
    network = average_network(models)
    last = models[-1].training
    recipe = Recipe.from_json(last.recipe)
    corpus = prepare(source, recipe.prepare, table, progress=progress)
    require(
        corpus.fingerprint == last.data_fingerprint,
        f"The reviews of {corpus.name} are not those of the training of {models[-1].name}, "
        f"{last.corpus}. Give the source of that training as data.",
    )
    splits = (Split.TRAIN, Split.VALID, Split.TEST)
    datasets = {split: ReviewDataset.of(corpus, split, recipe.sequence) for split in splits}
    record = replace(
        last,
        command=output.command,
        averaged=[model.name for model in models],
        seconds=sum({one.folder: one.training.seconds for one in models}.values()),
    )
    return measure_and_save(network, corpus, recipe, datasets, record, output, progress)


def average_network(models: Sequence[ModelInfo]) -> Network:
    """A network whose weights are the mean of those of `models`. Raises ConfigError if they differ
    in anything but the weights, ModelError if one is damaged."""
    different = len({model.folder for model in models})
    require(different > 1, f"Found {different} model; expected at least two to average.")
    network, vocabulary = models[0].load()
    weights = {name: value.double() for name, value in network.state_dict().items()}
    for model in models[1:]:
        other, words = model.load()
        for part, found, expected in (
            ("network settings", model.network, models[0].network),
            ("splits", *(split_settings(one.training.prepare) for one in (model, models[0]))),
            ("words", words.words, vocabulary.words),
            ("classes", model.classes, models[0].classes),
            ("sequence settings", model.sequence, models[0].sequence),
            ("reviews", model.training.data_fingerprint, models[0].training.data_fingerprint),
        ):
            if found != expected:
                raise ConfigError(
                    f"{models[0].name} and {model.name} differ in their {part}. Choose models that "
                    "differ only in their weights."
                )
        for name, value in other.state_dict().items():
            weights[name] += value
    network.load_state_dict(
        {name: (total / len(models)).float() for name, total in weights.items()}
    )
    return network
