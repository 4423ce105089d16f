"""Export of a training as one Python file: `training_script.py` with the settings of a recipe."""

import pprint
from collections.abc import Iterator
from pathlib import Path

from sentiment.corpus.class_setting import parse_classes
from sentiment.corpus.sources import IMDB, SAMPLE
from sentiment.errors import ModelError
from sentiment.networks.registry import ARCHITECTURES
from sentiment.training.config import Recipe

TEMPLATE = Path(__file__).parent / "training_script.py"
SUPPORTED = ("lstm", "bilstm", "gru", "bigru", "rnn")
_MARK = "SETTINGS = {}\n"
_WIDTH = 99
# Settings of the same names.
_PREPARE = ("max_words", "min_count", "min_length", "max_length", "split")
_SEQUENCE = ("sequence_length", "truncation")
_NETWORK = (
    *("architecture", "embedding_dim", "hidden_size", "num_layers", "pooling"),
    *("dropout", "embedding_dropout", "word_dropout"),
)
_TRAINING = (
    *("epochs", "batch_size", "learning_rate", "schedule", "gradient_clip", "ema_decay"),
    *("patience", "seed"),
)
# Settings that the script does not support, with the value for "off".
_LEFT_OUT = {
    "initialization": "random",
    "teachers": "",
    "synthetic_reviews": 0,
    "random_crops": 0.0,
    "adversarial": 0.0,
}


def training_script(name: str, recipe: Recipe) -> str:
    """The script with the settings of `recipe`; name: of the model or run.

    Raises ModelError for an architecture that torch has no layer for.
    """
    architecture = recipe.network.architecture
    if architecture not in SUPPORTED:
        raise ModelError(
            f"{name} is a {ARCHITECTURES[architecture].title}; a script supports only layers of "
            f"torch ({', '.join(SUPPORTED)}). Export another model."
        )
    source = TEMPLATE.read_text(encoding="utf-8")
    assert source.count(_MARK) == 1
    settings = pprint.pformat(_settings(recipe), sort_dicts=False, width=_WIDTH - 4)
    body = settings[1:-1].replace("\n ", "\n    ")
    comments = "".join(f"# {line}\n" for line in _comments(name, recipe))
    return source.replace(_MARK, f"{comments}SETTINGS = {{\n    {body},\n}}\n")


def _settings(recipe: Recipe) -> dict[str, object]:
    data = {IMDB: "aclImdb_v1.tar.gz", SAMPLE: "reviews.csv"}.get(recipe.source, recipe.source)
    values: dict[str, object] = {
        "data": data,  # if none is named on the command line
        "text_column": recipe.table.text or "text",
        "label_column": recipe.table.label or "label",
        # name -> its labels; empty: each label is a class
        "classes": {
            name: list(labels) for name, labels in parse_classes(recipe.table.classes).items()
        },
    }
    for part, names in (
        (recipe.prepare, _PREPARE),
        (recipe.sequence, _SEQUENCE),
        (recipe.network, _NETWORK),
        (recipe.training, _TRAINING),
    ):
        values |= {name: getattr(part, name) for name in names}
    return values


def _comments(name: str, recipe: Recipe) -> Iterator[str]:
    yield f"The settings of {name}."
    used = [key for key, off in _LEFT_OUT.items() if getattr(recipe.training, key) != off]
    used += ["exclude"] * bool(recipe.prepare.exclude)
    used += ["corrections"] * bool(recipe.prepare.corrections)
    used += ["unlabelled"] * recipe.prepare.unlabelled
    used += ["chrono_time_scale"] * bool(recipe.network.chrono_time_scale)
    used += ["ordinal"] * recipe.network.ordinal
    if used:
        yield "It also had settings that this script does not support, so expect another accuracy:"
        yield f"{', '.join(used)}."
