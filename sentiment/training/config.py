"""Training settings, and recipes: all settings of a run."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.networks.config import NetworkConfig, Precision
from sentiment.settings import MAX_SEED, Settings, require, setting
from sentiment.typed_data import build
from sentiment.wording import counted

Schedule = Literal["constant", "one-cycle"]
Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class TrainConfig(Settings):
    """Adam with gradient clipping, a moving average of the weights, and early stopping."""

    epochs: int = setting(
        3, "Epochs", "Passes over the training split.", low=1, high=1_000, common=True
    )
    batch_size: int = setting(
        32,
        "Batch size",
        "Reviews per step. Larger batches give smoother gradients and need more memory.",
        low=1,
        high=4_096,
        common=True,
    )
    learning_rate: float = setting(
        3e-3,
        "Learning rate",
        "Highest rate of the schedule. Too high: the loss jumps. Too low: it falls slowly.",
        low=1e-9,
        high=1.0,
        common=True,
    )
    initialization: str = setting(
        "random",
        "Initialization",
        "`random`; `vectors`: word vectors from co-occurrence counts of the training and "
        "unlabelled reviews; or the name of a language model or a classifier under models/, whose "
        "sizes the network must have.",
    )
    teachers: str = setting(
        "",
        "Teachers",
        "Pseudo-label unlabelled reviews with the mean logit of these models, and train on them "
        "too. Model names separated by commas; needs `unlabelled`.",
    )
    synthetic_reviews: int = setting(
        0,
        "Synthetic reviews",
        "Number of generated texts that are added to the training split: short reviews with "
        "negations and contrasts, and remarks of a few words.",
        low=0,
        high=100_000,
    )
    random_crops: float = setting(
        0.0,
        "Random crops (weight)",
        "Weight of the loss of a random short crop of each review. A larger weight improves short "
        "reviews. 0: off.",
        low=0.0,
        high=10.0,
    )
    balanced_classes: bool = setting(
        False,
        "Balanced classes",
        "Weight the loss of each review by the inverse of the share of its class, so that a rare "
        "class counts as much as a frequent one. Probabilities are then those for equally frequent "
        "classes.",
    )
    schedule: Schedule = setting(
        "one-cycle",
        "Schedule",
        "One-cycle: the learning rate rises for a tenth of the steps, then falls to 0.",
    )
    gradient_clip: float = setting(
        1.0,
        "Gradient clipping (norm)",
        "Longer gradients are scaled to this norm. Smaller values make steps more cautious.",
        low=1e-6,
        high=1e6,
    )
    ema_decay: float = setting(
        0.998,
        "Exponential moving average (decay)",
        "The model keeps a moving average of the weights. A larger decay averages over more "
        "steps. 0: off.",
        low=0.0,
        high=0.999999,
    )
    adversarial: float = setting(
        0.0,
        "Adversarial training (perturbation)",
        "Train on each batch again with word vectors moved in the direction of steepest loss, by "
        "this share of their norm, such as 0.02. Larger values regularize more; doubles the time. "
        "0: off.",
        low=0.0,
        high=1.0,
    )
    patience: int = setting(
        2,
        "Patience (epochs)",
        "Training stops after this many epochs without a lower validation loss.",
        low=1,
        high=1_000,
    )
    precision: Precision = setting(
        "auto", "Precision", "Auto: bfloat16 matrix products if the hardware supports them."
    )
    device: Device = setting("auto", "Device", "Auto: the GPU if there is one.")
    seed: int = setting(
        0, "Seed", "The same seed gives the same training.", low=0, high=MAX_SEED, common=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            bool(self.initialization.strip()),
            "initialization is empty; expected random, vectors or the name of a model.",
        )
        require(
            self.synthetic_reviews % 2 == 0,
            f"synthetic_reviews is {self.synthetic_reviews}; expected an even number (half are "
            "positive).",
        )


# An example of the article.
PINNED = (
    "I like watching action movies. And this was a DC movie, that is why I liked this movie a lot"
)
MOST_PINNED = 3
LONGEST_PINNED = 400  # characters; each is traced at every checkpoint and drawn word by word


@dataclass(frozen=True)
class Recipe:
    """All settings of a run: reviews, preparation, network, training."""

    source: str = "sample"  # "sample", "imdb", or a path
    pinned: tuple[str, ...] = (PINNED,)  # reviews traced during training, see `runs.pinned`
    table: TableConfig = field(default_factory=TableConfig)  # if the source is a table
    prepare: PrepareConfig = field(default_factory=PrepareConfig)
    sequence: SequenceConfig = field(default_factory=SequenceConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    training: TrainConfig = field(default_factory=TrainConfig)

    def __post_init__(self) -> None:
        require("\0" not in self.source, f"source is {self.source!r}; expected a path.")
        require(
            len(self.pinned) <= MOST_PINNED,
            f"{counted(len(self.pinned), 'review')} are pinned; expected at most {MOST_PINNED}.",
        )
        for text in self.pinned:
            require(
                len(text) <= LONGEST_PINNED,
                f"A pinned review has {len(text)} characters; expected at most {LONGEST_PINNED}. "
                "Shorten it to a few sentences.",
            )
            require(bool(tokenize(text)), f"The pinned review {text!r} contains no words.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"pinned": list(self.pinned)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Recipe":
        """Build from JSON. Raises TypeError that names the key, or ConfigError."""
        return build(cls, value)


def recipe_with(start: Recipe, settings: dict[str, Any]) -> Recipe:
    """A copy of `start` with some settings changed, by field name ("hidden_size": 64).

    The names in the parts of a recipe are distinct, except `seed`, which sets both. Raises
    ConfigError.
    """
    known = {name for part in start.to_json().values() if isinstance(part, dict) for name in part}
    whole = {name: settings[name] for name in {"source", "pinned"} & set(settings)}
    unknown = sorted(set(settings) - known - set(whole))
    require(
        not unknown, f"Unknown setting {', '.join(unknown)}; expected {', '.join(sorted(known))}."
    )

    def changed(part: Any) -> Any:
        names = {field.name for field in fields(part)}
        return replace(part, **{name: settings[name] for name in names & set(settings)})

    parts = ("table", "prepare", "sequence", "network", "training")
    return replace(start, **whole, **{name: changed(getattr(start, name)) for name in parts})
