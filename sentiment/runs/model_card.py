"""Model card: data, results, training and limits of a model, as the README.md of its folder."""

from collections import Counter
from typing import Any

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.analysis.text_checks import MIN_ENGLISH_SHARE, MIN_WORDS
from sentiment.corpus.classes import Classes, span
from sentiment.corpus.sources import origin_of
from sentiment.encoding.lengths import LengthHistogram
from sentiment.evaluation.metrics import auc_text
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES
from sentiment.networks.training_record import SplitTexts, SubsetAccuracy, TrainingRecord
from sentiment.runs.card_metadata import UNKNOWN_LICENSE, front_matter
from sentiment.training.config import Recipe
from sentiment.wording import counted, escaped, signed

_UNLABELLED = "unlabelled"  # the split of reviews without a class
_KEPT_WORDS = {"head": "the first ones", "tail": "the last ones", "both": "half from each end"}


def model_card(
    name: str,
    record: TrainingRecord,
    metrics: dict[str, Any],
    classes: Classes,
    license: str = UNKNOWN_LICENSE,
    statistics: CorpusStatistics | None = None,
    note: str = "",
) -> str:
    """Markdown for the README.md of a model folder; everything in it comes from the arguments.

    metrics: split -> JSON of `Figures`. license: an identifier of the Hugging Face Hub. statistics:
    of the corpus, for a record without lengths. note: a paragraph on the results. What else an
    earlier record lacks is left out.
    """
    recipe = Recipe.from_json(record.recipe)
    network = recipe.network
    is_regression = ARCHITECTURES[network.architecture].encoder is None
    passes = "Regularization strengths tried" if is_regression else "Epochs"
    lines = [
        front_matter(name, record, metrics, classes, license),
        f"# {_shown(name)}",
        "",
        f"Classifies a text as {_shown(span(classes))}, with a probability for each class. "
        f"Architecture `{network.architecture}`: {_architecture(network)}; "
        f"{record.parameters:,} parameters.",
        "",
        "## Corpus",
        "",
        f"{_shown(record.corpus)}: {origin_of(record.source)}. sha256 "
        f"`{record.data_fingerprint}`, split rule `{record.split_rule}`, vocabulary of "
        f"{record.vocabulary_size:,} entries.",
        "",
        *(_splits(record, recipe) if record.texts else _counts(record, recipe, statistics)),
        *_classes(record, classes),
        *_dropped(recipe, record),
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
        *((note, "") if note else ()),
        "## Training",
        "",
        f"`{record.command}`"
        if record.command
        else "Launched from the app; all settings are in `training.json`.",
        "",
        f"{passes}: {record.epochs} ({record.stop_reason}); best: {record.best_epoch}. "
        f"Training took {record.seconds:.0f} s on {record.hardware}, {record.precision}, seed "
        f"{record.seed}, {record.date}.",
        "",
        *_methods(recipe, record),
        "## Limits",
        "",
        *_limits(recipe, record, metrics.get("test"), classes),
        "",
    ]
    return "\n".join(lines)


def _shown(text: str) -> str:
    """A name in a line or a cell of Markdown."""
    return escaped(" ".join(text.split()))


def _splits(record: TrainingRecord, recipe: Recipe) -> list[str]:
    """Reviews, lengths and languages of each split."""
    return [
        f"| split | {_lengths_heading(recipe)} | not English |",
        "|---|---|---|---|---|",
        *(
            f"| {split} | {_lengths(texts.reviews, texts.short, texts.median, texts.long)} "
            f"| {texts.truncated / texts.reviews:.1%} | {_not_english(texts)} |"
            for split, texts in record.texts.items()
        ),
        "",
        f"Not English: fewer than {MIN_ENGLISH_SHARE:.0%} of the words are common English words, "
        "or most are in another script. Texts of fewer than "
        f"{MIN_WORDS} words are only checked for the script.",
        "",
    ]


def _counts(
    record: TrainingRecord, recipe: Recipe, statistics: CorpusStatistics | None
) -> list[str]:
    """Reviews of each split, without a record of their lengths and languages."""
    lines = [
        "| split | reviews |",
        "|---|---|",
        *(f"| {split} | {sum(counts.values()):,} |" for split, counts in record.splits.items()),
        "",
        "The training did not record the lengths and languages of these reviews.",
        "",
    ]
    if statistics is None or statistics.fingerprint != record.data_fingerprint:
        return lines
    lines += [
        "Lengths of all reviews of the corpus, before any were left out, in words of the tokenizer "
        f"`{statistics.tokenizer}`:",
        "",
        f"| part of the corpus | {_lengths_heading(recipe)} |",
        "|---|---|---|---|",
    ]
    for split, by_label in statistics.lengths_of_all.items():
        of_split = LengthHistogram.merged(by_label.values())
        cut = of_split.sequence_effect(recipe.sequence.sequence_length).truncated_reviews
        lengths = _lengths(of_split.reviews, *map(of_split.percentile, (5, 50, 95)))
        lines.append(f"| {split} | {lengths} | {cut / of_split.reviews:.1%} |")
    return [*lines, ""]


def _lengths_heading(recipe: Recipe) -> str:
    longer = f"longer than {counted(recipe.sequence.sequence_length, 'word')}"
    return f"reviews | words, median (5% to 95%) | {longer}"


def _lengths(reviews: int, short: int, median: int, long: int) -> str:
    return f"{reviews:,} | {median:,} ({short:,} to {long:,})"


def _not_english(texts: SplitTexts) -> str:
    if not texts.language_checked:
        return "none long enough to tell"
    return f"{texts.other_languages / texts.language_checked:.1%} of {texts.language_checked:,}"


def _classes(record: TrainingRecord, classes: Classes) -> list[str]:
    """The number of reviews of each class in each split."""
    splits = [split for split in record.splits if split != _UNLABELLED]
    first, last = _shown(classes.names[0]), _shown(classes.names[-1])
    order = [f"The classes are ordered, from {first} to {last}.", ""]
    return [
        *(order if classes.has_distances else []),
        f"| class | {' | '.join(splits)} |",
        f"|---{'|---' * len(splits)}|",
        *(
            f"| {_shown(name)} | "
            + " | ".join(f"{record.splits[split].get(name, 0):,}" for split in splits)
            + " |"
            for name in classes.names
        ),
        "",
    ]


def _dropped(recipe: Recipe, record: TrainingRecord) -> list[str]:
    """What preparation left out or changed."""
    lines = []
    if record.dropped:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in record.dropped.items())
        lines.append(f"Left out: {reasons}.")
    if record.corrected:
        lines.append(
            f"Labels corrected by hand: {record.corrected:,} (digest "
            f"`{recipe.prepare.corrections}`)."
        )
    return [" ".join(lines), ""] if lines else []


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
    if record.averaged:
        names = [
            f"{name} ({times} times)" if times > 1 else name
            for name, times in Counter(record.averaged).items()
        ]
        lines.append(
            f"- The weights are the mean of those of {', '.join(names)}. The time is "
            "that of all their trainings; the other lines are about the last."
        )
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
            f"{', '.join(signed(shift, '.3f') for shift in record.shift)}, folded into the "
            "linear layer."
        )
    return [*lines, ""] if lines else []


def _limits(
    recipe: Recipe, record: TrainingRecord, test: dict[str, Any] | None, classes: Classes
) -> list[str]:
    """Limits of the model that follow from its corpus and its results."""
    lines = ["- It was measured on texts of this corpus only; on others, its accuracy is unknown."]
    unknown = record.diagnostics.unknown_share.get("test") if record.diagnostics else None
    share = "" if unknown is None else f" ({unknown:.1%} of the words of the test split)"
    lines.append(
        "- It reads words without punctuation. All words outside of its vocabulary look the same "
        f"to it{share}."
    )
    length = recipe.sequence.sequence_length
    lines.append(
        f"- Of a longer text it reads {counted(length, 'word')}: "
        f"{_KEPT_WORDS[recipe.sequence.truncation]}."
    )
    if test and len(classes.shown) > 1:
        weakest = min(classes.codes, key=lambda code: test["f1"][code])
        lines.append(
            f"- It is weakest for the class {_shown(classes.names[weakest])}: F1 "
            f"{test['f1'][weakest]:.2f} on test."
        )
    return lines


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
        lines.append(f"| {_shown(name)} | {sum(test['confusion'][code]):,} | {scores} |")
    lines.append("")
    if classes.has_distances:
        kappa = "" if test["kappa"] is None else f"; quadratic kappa {test['kappa']:.4f}"
        error = f"{test['mean_absolute_error']:.4f} classes"
        lines += [f"Mean absolute error on test: {error}{kappa}.", ""]
    return lines


def _metrics_row(split: str, figures: dict[str, Any]) -> str:
    interval = f"{figures['accuracy_low']:.2%} to {figures['accuracy_high']:.2%}"
    return (
        f"| {split} | {figures['reviews']:,} | {figures['accuracy']:.2%} ({interval}) "
        f"| {figures['macro_f1']:.4f} | {auc_text(figures['auc'])} "
        f"| {figures['calibration_error']:.2%} |"
    )
