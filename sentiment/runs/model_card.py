"""The model card: what to know before trusting a model."""

from typing import Any

from sentiment.corpus.classes import Classes
from sentiment.evaluation.metrics import auc_text
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES
from sentiment.networks.training_record import SubsetAccuracy, TrainingRecord
from sentiment.training.config import Recipe


def model_card(
    name: str, recipe: Recipe, record: TrainingRecord, metrics: dict[str, Any], classes: Classes
) -> str:
    """Markdown for the README.md of a model folder; every figure comes from the arguments."""
    network = recipe.network
    lines = [
        f"# {name}",
        "",
        f"Predicts the class of an English movie review, one of {', '.join(classes.names)}, with "
        f"the probabilities of all. Architecture "
        f"`{network.architecture}`: {_architecture(network)}; {record.parameters:,} parameters.",
        "",
        "## Data",
        "",
        f"{record.corpus} (sha256 `{record.data_fingerprint}`), split `{record.split_rule}`, "
        f"vocabulary of {record.vocabulary_size:,} entries.",
        "",
        f"| split | {' | '.join(classes.names)} |",
        f"|---{'|---' * len(classes)}|",
        *(
            f"| {split} | "
            + " | ".join(f"{counts.get(name, 0):,}" for name in classes.names)
            + " |"
            for split, counts in record.splits.items()
            if split != "unlabelled"
        ),
        "",
        *_unlabelled(record),
        *_corrected(recipe, record),
        "## Results",
        "",
        "| split | reviews | accuracy (95% interval) | macro-F1 | AUC | calibration error |",
        "|---|---|---|---|---|---|",
        *(_metrics_row(split, figures) for split, figures in metrics.items()),
        "",
        *_by_class(metrics.get("test"), classes),
        *_without_duplicates(record.test_without_duplicates),
        f"Model selection{' and calibration' if record.calibrated else ''} used the validation "
        "split. The test split was used for this table only; its texts were not used in training, "
        "not even without labels.",
        "",
        "## Training",
        "",
        f"`{record.command}`"
        if record.command
        else "Launched from the app; all settings are in `training.json`.",
        "",
        f"{_passes(network)}: {record.epochs} ({record.stop_reason}); best: {record.best_epoch}. "
        f"Training took {record.seconds:.0f} s on {record.hardware}, {record.precision}, seed "
        f"{record.seed}, {record.date}.",
        "",
        *_methods(recipe, record),
        "## Limits",
        "",
        "It was trained on English movie reviews only. It reads words without punctuation, and "
        "all words outside its vocabulary look the same to it. It fails most often on irony and on "
        "sentences whose meaning depends on a single short word.",
        "",
    ]
    return "\n".join(lines)


def _unlabelled(record: TrainingRecord) -> list[str]:
    count = sum(record.splits.get("unlabelled", {}).values())
    return [f"Also {count:,} unlabelled reviews of other movies.", ""] if count else []


def _corrected(recipe: Recipe, record: TrainingRecord) -> list[str]:
    if not record.corrected:
        return []
    return [
        f"The labels of {record.corrected:,} reviews were corrected by hand (digest "
        f"`{recipe.prepare.corrections}`).",
        "",
    ]


def _without_duplicates(result: SubsetAccuracy | None) -> list[str]:
    if not result:
        return []
    return [
        f"The texts of {result.duplicates:,} test reviews are also in the official training split "
        "(they were removed from training). Accuracy on the other "
        f"{result.reviews:,}: {result.accuracy:.2%} ({result.accuracy_low:.2%} to "
        f"{result.accuracy_high:.2%}).",
        "",
    ]


def _methods(recipe: Recipe, record: TrainingRecord) -> list[str]:
    """Initialization, additional training data, regularization and calibration."""
    config = recipe.training
    lines = []
    if record.initialization != "random":
        lines.append(f"- Initialized with {record.initialization}.")
    if config.teachers:
        lines.append(f"- Pseudo-labels of the unlabelled reviews from {config.teachers}.")
    if config.synthetic_reviews:
        lines.append(f"- {config.synthetic_reviews:,} synthetic reviews added.")
    if config.balanced_classes:
        lines.append("- The loss weights the classes equally; probabilities are for equal shares.")
    if config.random_crops:
        lines.append(f"- A random crop of each review added, with weight {config.random_crops}.")
    if config.adversarial:
        lines.append(
            f"- Adversarial training: perturbations of {config.adversarial} of the word vectors' "
            "norm."
        )
    if record.calibrated:
        lines.append(
            f"- Calibration: temperature {record.temperature:.3f} and shift "
            f"{', '.join(f'{shift:+.3f}' for shift in record.shift)}, folded into the linear layer."
        )
    return [*lines, ""] if lines else []


def _passes(network: NetworkConfig) -> str:
    is_regression = ARCHITECTURES[network.architecture].encoder is None
    return "Regularization strengths tried" if is_regression else "Epochs"


def _architecture(network: NetworkConfig) -> str:
    if ARCHITECTURES[network.architecture].encoder is None:
        return "one weight per word and per pair of adjacent words"
    return (
        f"layers {network.num_layers}, units {network.hidden_size}, embedding dimension "
        f"{network.embedding_dim}, {network.pooling} pooling"
    )


def _by_class(test: dict[str, Any] | None, classes: Classes) -> list[str]:
    """Precision, recall and F1 of each class, and the errors of ordered classes."""
    if not test:
        return []
    lines = ["| class, on test | reviews | precision | recall | F1 |", "|---|---|---|---|---|"]
    for code, name in enumerate(classes.names):
        scores = " | ".join(f"{test[key][code]:.4f}" for key in ("precision", "recall", "f1"))
        lines.append(f"| {name} | {sum(test['confusion'][code]):,} | {scores} |")
    lines.append("")
    if test["mean_absolute_error"] is not None:
        kappa = "" if test["kappa"] is None else f"; quadratic kappa {test['kappa']:.4f}"
        lines += [f"Mean absolute error on test: {test['mean_absolute_error']:.4f} classes{kappa}."]
        lines += [""]
    return lines


def _metrics_row(split: str, figures: dict[str, Any]) -> str:
    interval = f"{figures['accuracy_low']:.2%} to {figures['accuracy_high']:.2%}"
    return (
        f"| {split} | {figures['reviews']:,} | {figures['accuracy']:.2%} ({interval}) "
        f"| {figures['macro_f1']:.4f} | {auc_text(figures['auc'])} "
        f"| {figures['calibration_error']:.2%} |"
    )
