"""The settings of a training, and recipes: all settings of a run together."""

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.networks.config import NetworkConfig, Precision
from sentiment.settings import MAX_SEED, Settings, require, setting

Schedule = Literal["constant", "one-cycle"]
Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True)
class TrainConfig(Settings):
    """Adam with gradient clipping, a moving average of the weights, and early stopping."""

    epochs: int = setting(
        3, "Epochs", "Passes over the training reviews.", low=1, high=1_000, common=True
    )
    batch_size: int = setting(
        32, "Batch size", "Reviews behind one step.", low=1, high=4_096, common=True
    )
    learning_rate: float = setting(
        3e-3,
        "Learning rate",
        "Size of a step, the largest of the schedule. Too high and the loss jumps, too low and it "
        "crawls.",
        low=1e-9,
        high=1.0,
        common=True,
    )
    initialization: str = setting(
        "random",
        "Start from",
        "`random` numbers; `vectors`, counted in seconds from which words stand near which in the "
        "training and the unlabelled reviews; or the name of a language model under models/.",
    )
    teachers: str = setting(
        "",
        "Teachers",
        "Models whose opinion, on average, labels the unlabelled reviews, which are then trained "
        "on too. Names, with commas between; needs `unlabelled`.",
    )
    synthetic_reviews: int = setting(
        0,
        "Composed remarks",
        "Short composed remarks that deny, concede and turn around, trained on besides.",
        low=0,
        high=100_000,
    )
    random_crops: float = setting(
        0.0,
        "Excerpts",
        "Weight of a short piece of each review, read besides the whole: for reviews as people "
        "type them. 0 for none.",
        low=0.0,
        high=10.0,
    )
    schedule: Schedule = setting(
        "one-cycle",
        "Schedule",
        "One-cycle: the learning rate rises for a tenth of the steps, then falls to nothing.",
    )
    gradient_clip: float = setting(
        1.0,
        "Gradient clip",
        "Largest norm of all gradients together; longer ones are cut to it.",
        low=1e-6,
        high=1e6,
    )
    ema_decay: float = setting(
        0.998,
        "Moving average",
        "Decay of the moving average of the weights, which is what is kept; 0 for none.",
        low=0.0,
        high=0.999999,
    )
    adversarial: float = setting(
        0.0,
        "Adversarial steps",
        "Each batch is read once more with its word vectors moved where the loss rises fastest, by "
        "this share of their length (0.02, say). Regularizes well and doubles the time; 0 for "
        "none.",
        low=0.0,
        high=1.0,
    )
    patience: int = setting(
        2,
        "Patience (epochs)",
        "Epochs without a lower validation loss before stopping.",
        low=1,
        high=1_000,
    )
    precision: Precision = setting(
        "auto", "Precision", "Auto: bfloat16 matrix products where the processor has them."
    )
    device: Device = setting("auto", "Device", "Auto: a GPU where there is one.")
    seed: int = setting(
        0, "Seed", "The same seed gives the same training.", low=0, high=MAX_SEED, common=True
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            bool(self.initialization.strip()),
            "initialization is empty; say random, vectors or a name.",
        )
        require(
            self.synthetic_reviews % 2 == 0,
            f"synthetic_reviews is {self.synthetic_reviews}, expected an even number: half of them "
            "are positive.",
        )


# The article's sentence of praise.
PINNED = (
    "I like watching action movies. And this was a DC movie, that is why I liked this movie a lot"
)
MOST_PINNED = 3
LONGEST_PINNED = 400  # characters: each is traced at every checkpoint and drawn word by word


@dataclass(frozen=True)
class Recipe:
    """All settings of a run: which reviews, how they are prepared, which network, how trained."""

    source: str = "sample"  # "sample", "imdb", or a path
    pinned: tuple[str, ...] = (PINNED,)  # reviews followed through training, see `pinned.py`
    table: TableConfig = field(default_factory=TableConfig)  # of a table
    prepare: PrepareConfig = field(default_factory=PrepareConfig)
    sequence: SequenceConfig = field(default_factory=SequenceConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    training: TrainConfig = field(default_factory=TrainConfig)

    def __post_init__(self) -> None:
        require(
            len(self.pinned) <= MOST_PINNED,
            f"{len(self.pinned)} reviews are pinned; at most {MOST_PINNED} are followed.",
        )
        for text in self.pinned:
            require(
                len(text) <= LONGEST_PINNED,
                f"A pinned review has {len(text)} characters; at most {LONGEST_PINNED}. It is "
                "traced again and again while training, so a few sentences are enough.",
            )
            require(bool(tokenize(text)), f"The pinned review {text!r} has no words in it.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"pinned": list(self.pinned)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "Recipe":
        return cls(
            source=value["source"],
            pinned=tuple(value.get("pinned", ())),
            table=TableConfig.from_json(value.get("table", {})),
            prepare=PrepareConfig.from_json(value["prepare"]),
            sequence=SequenceConfig.from_json(value["sequence"]),
            network=NetworkConfig.from_json(value["network"]),
            training=TrainConfig.from_json(value["training"]),
        )


def recipe_with(start: Recipe, settings: dict[str, Any]) -> Recipe:
    """`start` with some settings changed, given by their bare names ("hidden_size": 64).

    No two of a recipe's parts share a name, but for `seed`, which sets both. Raises ConfigError.
    """
    known = {name for part in start.to_json().values() if isinstance(part, dict) for name in part}
    whole = {name: settings[name] for name in {"source", "pinned"} & set(settings)}
    unknown = sorted(set(settings) - known - set(whole))
    require(not unknown, f"Unknown setting {', '.join(unknown)}; known are {sorted(known)}.")

    def changed(part: Any) -> Any:
        names = {field.name for field in fields(part)}
        return replace(part, **{name: settings[name] for name in names & set(settings)})

    return replace(
        start,
        **whole,
        table=changed(start.table),
        prepare=changed(start.prepare),
        sequence=changed(start.sequence),
        network=changed(start.network),
        training=changed(start.training),
    )
