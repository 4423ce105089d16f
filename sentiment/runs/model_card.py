"""The model card: what a person should know before trusting a model."""

from typing import Any

from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES


def model_card(
    name: str, network: NetworkConfig, training: dict[str, Any], metrics: dict[str, Any]
) -> str:
    """Markdown for the README.md of a model folder; every figure comes from the arguments."""
    recipe = training["recipe"]
    lines = [
        f"# {name}",
        "",
        "It reads a movie review and gives the probability that it is positive. Architecture "
        f"`{network.architecture}`: {_built(network)}; {training['parameters']:,} parameters.",
        "",
        "## Data",
        "",
        f"{training['corpus']} (sha256 `{training['data_fingerprint']}`), "
        f"split `{training['split_rule']}`, vocabulary of {training['vocabulary_size']:,}.",
        "",
        "| part | negative | positive |",
        "|---|---|---|",
        *(
            f"| {part} | {counts.get('Negative', 0):,} | {counts.get('Positive', 0):,} |"
            for part, counts in training["parts"].items()
            if part != "unlabelled"
        ),
        "",
        *_unlabelled(training["parts"]),
        "## Figures",
        "",
        "| part | reviews | accuracy (95 % interval) | F1 | AUC | calibration error |",
        "|---|---|---|---|---|---|",
        *(_row(part, figures) for part, figures in metrics.items()),
        "",
        *_without_copies(training.get("test_without_copies")),
        "When to stop and how to scale the logits were decided on the valid part; the test part "
        "decided nothing and nobody trained on it, its texts without labels included.",
        "",
        "## Training",
        "",
        f"`{training['command']}`"
        if training["command"]
        else "Launched from the app; all settings are in `training.json`.",
        "",
        f"{_passes(network)} {training['epochs']} ({training['end']}), the best one kept: "
        f"{training['best_epoch']}. {training['seconds']:.0f} s of training on "
        f"{training['hardware']}, {training['precision']}, seed {recipe['training']['seed']}, "
        f"{training['date']}.",
        "",
        *_material(recipe, training),
        "## Limits",
        "",
        "It knows English movie reviews and nothing else. It reads words, not punctuation, and "
        "words outside its vocabulary are all the same to it. Irony, and sentences whose meaning "
        "turns on a single small word, are where it fails most.",
        "",
    ]
    return "\n".join(lines)


def _unlabelled(parts: dict[str, dict[str, int]]) -> list[str]:
    count = sum(parts.get("unlabelled", {}).values())
    return [f"And {count:,} reviews without labels, of other films.", ""] if count else []


def _without_copies(figures: dict[str, Any] | None) -> list[str]:
    if not figures:
        return []
    return [
        f"Without the {figures['copies']:,} test reviews whose very text stands in the official "
        f"training split too (they were taken out of training): accuracy "
        f"{figures['accuracy']:.2%} ({figures['accuracy_low']:.2%} to "
        f"{figures['accuracy_high']:.2%}) of {figures['reviews']:,}.",
        "",
    ]


def _material(recipe: dict[str, Any], training: dict[str, Any]) -> list[str]:
    """What it began with and was trained on besides the labelled reviews."""
    settings = recipe["training"]
    lines = []
    if training.get("began_with", "nothing") != "nothing":
        lines.append(f"- It began with {training['began_with']}.")
    if settings.get("teachers"):
        lines.append(f"- Unlabelled reviews were labelled by {settings['teachers']}.")
    if settings.get("synthetic_reviews"):
        lines.append(
            f"- {settings['synthetic_reviews']:,} composed remarks were trained on besides."
        )
    if settings.get("random_crops"):
        lines.append(
            "- A random crop of each review was read as well, with weight "
            f"{settings['random_crops']}."
        )
    if settings.get("adversarial"):
        lines.append(f"- Adversarial steps of {settings['adversarial']} of the word vectors.")
    if training.get("temperature", 1.0) != 1.0:
        shift = f" and shift {training['shift']:+.3f}" if "shift" in training else ""
        lines.append(f"- Temperature {training['temperature']:.3f}{shift}, in the linear layer.")
    return [*lines, ""] if lines else []


def _passes(network: NetworkConfig) -> str:
    fitted = ARCHITECTURES[network.architecture].encoder is None
    return "Strengths of the regression tried:" if fitted else "Epochs:"


def _built(network: NetworkConfig) -> str:
    if ARCHITECTURES[network.architecture].encoder is None:
        return "one weight for each word and for each pair of neighbors"
    return (
        f"layers {network.num_layers}, units {network.hidden_size}, word vectors of "
        f"{network.embedding_dim} numbers, {network.pooling} pooling"
    )


def _row(part: str, figures: dict[str, Any]) -> str:
    return (
        f"| {part} | {figures['reviews']:,} | {figures['accuracy']:.2%} "
        f"({figures['accuracy_low']:.2%} to {figures['accuracy_high']:.2%}) | {figures['f1']:.4f} "
        f"| {figures['auc']:.4f} | {figures['calibration_error']:.2%} |"
    )
