"""Measure accuracy, calibration and other metrics of a model on a split or a whole corpus."""

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, get_args

from sentiment.commands.options import add_json, add_model_and_data, model_named, table_from
from sentiment.commands.progress import ProgressBars
from sentiment.corpus.review import Split
from sentiment.networks.config import Precision
from sentiment.wording import counted

if TYPE_CHECKING:
    from sentiment.corpus.classes import Classes
    from sentiment.evaluation.comparison import LengthBin
    from sentiment.evaluation.metrics import Evaluation
    from sentiment.evaluation.source import SourceEvaluation

ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_model_and_data(parser)
    parser.add_argument(
        "--precision",
        choices=get_args(Precision),
        default="float32",
        help="precision of matrix products. auto uses bfloat16 if the processor supports it, which "
        "is faster; probabilities can differ in the third digit. Default: float32",
    )
    parser.add_argument(
        "--split",
        choices=["train", "valid", "test", ALL],
        default="test",
        help="split to evaluate on; all: every labelled review, for a test file. Default: test",
    )
    add_json(parser)
    parser.epilog = (
        "The corpus is split as for the training of the model. With --split all, it is not split, "
        "and no review is dropped by its length."
    )


def run(arguments: argparse.Namespace) -> None:
    from sentiment.evaluation.comparison import accuracy_by_length
    from sentiment.evaluation.source import evaluate_split, evaluate_whole
    from sentiment.networks.model_folder import ModelInfo

    bars = ProgressBars()
    info = ModelInfo.read(model_named(arguments.model))
    table, precision = table_from(arguments), arguments.precision
    if arguments.split == ALL:
        found = evaluate_whole(info, arguments.data, table, precision=precision, progress=bars)
    else:
        split = Split[arguments.split.upper()]
        found = evaluate_split(
            info, arguments.data, split, table, precision=precision, progress=bars
        )
    bars.close()
    lengths = accuracy_by_length(found.predictions)
    if arguments.json:
        about = {"model": info.name, "split": arguments.split, **found.metrics.to_json()}
        about["by_length"] = [asdict(entry) for entry in lengths]
        about["rejected"] = found.rejected
        if arguments.split == ALL:
            about |= {"without_words": found.without_words, "in_training": found.in_training}
        print(json.dumps(about))
        return
    if found.is_new_split:
        print(
            f"{found.corpus} has no splits, so its reviews were split at random. To evaluate all: "
            f"--split {ALL}",
            file=sys.stderr,
        )
    part = "all reviews" if arguments.split == ALL else f"the {arguments.split} split"
    print(f"{info.name} on {part} of {found.corpus}: {counted(found.metrics.reviews, 'review')}")
    print("\n".join([*_remarks(found), *_lines(found.metrics, lengths, info.classes)]))


def _remarks(found: "SourceEvaluation") -> list[str]:
    lines = []
    if found.without_words:
        lines.append(f"{found.without_words:,} more have no words and are left out")
    if found.rejected:
        lines.append(
            f"{counted(found.rejected, 'row')} of {found.corpus} were rejected; "
            "`prepare` shows the reasons"
        )
    if found.in_training is not None:
        lines.append(f"{found.in_training:,} of them are in the training data of the model")
    return lines


def _lines(figures: "Evaluation", lengths: "list[LengthBin]", classes: "Classes") -> list[str]:
    from sentiment.evaluation.metrics import auc_text

    return [
        f"accuracy           {figures.accuracy:.2%} (95% interval {figures.accuracy_low:.2%} to "
        f"{figures.accuracy_high:.2%})",
        f"loss               {figures.loss:.4f}",
        f"macro-F1           {figures.macro_f1:.4f}",
        f"ROC AUC            {auc_text(figures.auc)}",
        f"calibration error  {figures.calibration_error:.2%}",
        *_order_lines(figures),
        *_class_lines(figures, classes),
        *(
            f"{entry.title + ' words':<19}{entry.accuracy:.2%} ({entry.accuracy_low:.2%} to "
            f"{entry.accuracy_high:.2%}) of {entry.reviews:,} reviews"
            for entry in lengths
        ),
    ]


def _order_lines(figures: "Evaluation") -> list[str]:
    """Metrics of ordered classes."""
    if figures.mean_absolute_error is None:
        return []
    kappa = "–" if figures.kappa is None else f"{figures.kappa:.4f}"
    return [
        f"mean abs. error    {figures.mean_absolute_error:.4f} classes",
        f"quadratic kappa    {kappa}",
    ]


def _class_lines(figures: "Evaluation", classes: "Classes") -> list[str]:
    """A line per class: precision, recall and F1, then its row of the confusion matrix."""
    wide = max(17, *map(len, classes.names))
    columns = [max(7, len(name)) for name in classes.names]
    predicted = "".join(
        f"  {name:>{width}}" for name, width in zip(classes.names, columns, strict=True)
    )
    lines = [f"{'class':<{wide}}  precision  recall      F1  predicted as:{predicted}"]
    for code, name in enumerate(classes.names):
        counts = "".join(
            f"  {count:>{width},}"
            for count, width in zip(figures.confusion[code], columns, strict=True)
        )
        lines.append(
            f"{name:<{wide}}  {figures.precision[code]:>9.4f}  {figures.recall[code]:.4f}  "
            f"{figures.f1[code]:.4f}               {counts}"
        )
    return lines
