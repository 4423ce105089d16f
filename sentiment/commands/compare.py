"""Compare the architectures: accuracy, calibration, speed, size.

With `--train`, first train the models of the comparison.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.commands.options import add_json
from sentiment.commands.progress import ProgressBars
from sentiment.evaluation.comparison import COMPARED_PREFIX, seed_figures, table_row
from sentiment.evaluation.metrics import auc_text
from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.shipped_tables import COMPARISON_TABLE, read_comparison
from sentiment.networks.model_folder import CONFIG, ModelInfo, installed_models
from sentiment.networks.registry import ARCHITECTURES
from sentiment.places import data_dir, models_dir


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--train",
        action="store_true",
        help="first train every architecture with every seed. Takes hours; after an interruption, "
        "the same command trains only the missing models",
    )
    parser.add_argument(
        "--time",
        action="store_true",
        help="also measure training and inference speed. Run nothing else on the machine meanwhile",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        choices=ARCHITECTURES,
        default=list(ARCHITECTURES),
        help="the architectures to train. Default: all",
    )
    parser.add_argument(
        "--seeds",
        nargs="+",
        type=int,
        metavar="N",
        help="the seeds to train with. Default: those of the comparison protocol",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    if arguments.train:
        train_all(arguments.only, arguments.seeds)
    if arguments.time:
        time_all()
    rows = [table_row(info) for info in installed_models()]
    if arguments.json:
        print(json.dumps({"models": rows, "seeds": seed_figures()}))
        return
    print(
        f"{'model':<16}{'test accuracy':>15}{'(95% CI)':>17}{'macro-F1':>10}"
        f"{'AUC':>8}{'ECE':>7}{'encoder':>10}"
        f"{'training':>10}{'ms/review':>11}{'size':>9}"
    )
    for row in rows:
        print(
            f"{row['model']:<16}{row['accuracy']:>15.2%}"
            f"{row['accuracy_low']:>10.2%}–{row['accuracy_high']:.2%}"
            f"{_or_dash(row['macro_f1'], '.4f'):>10}{auc_text(row['auc']):>8}"
            f"{row['calibration_error']:>7.2%}{_or_dash(row['encoder_parameters'], ',.0f'):>10}"
            f"{_or_dash(row['train_seconds'], ',.0f'):>8} s"
            f"{_or_dash(row['milliseconds_per_review'], '.2f'):>11}{row['bytes'] / 1e6:>6.1f} MB"
        )


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)


def train_all(names: list[str], seeds: list[int] | None) -> None:
    """Train the missing models, install those of the first seed, write the table of all seeds."""
    from sentiment.evaluation.comparison_protocol import SEEDS

    for seed in seeds or SEEDS:
        for name in names:
            folder = _trained(name, seed)
            if folder is None:
                folder = _folder(name, seed)
                _train_one(name, seed, folder)
            installed = models_dir() / f"{COMPARED_PREFIX}{name}"
            if seed == SEEDS[0] and folder != installed:
                with atomic.new_folder(installed) as fresh:
                    shutil.copytree(folder, fresh, dirs_exist_ok=True)
    _write_table()


def _folder(name: str, seed: int) -> Path:
    return data_dir() / "comparison" / f"{name}-{seed}"


def _trained(name: str, seed: int) -> Path | None:
    """The folder of a trained model of the comparison: in the data, or the installed one if it has
    the same recipe."""
    from sentiment.evaluation.comparison_protocol import comparison_recipe
    from sentiment.training.config import Recipe

    if (_folder(name, seed) / CONFIG).is_file():
        return _folder(name, seed)
    installed = models_dir() / f"{COMPARED_PREFIX}{name}"
    if not (installed / CONFIG).is_file():
        return None
    info = ModelInfo.read(installed)
    stored = Recipe.from_json(info.training.recipe)
    return installed if stored == comparison_recipe(name, seed) else None


def time_all() -> None:
    """Measure the speed of the models alternately and write it into the table."""
    from sentiment.evaluation.comparison_protocol import SEEDS, comparison_recipe
    from sentiment.evaluation.model_timing import timings

    models = {
        info.network.architecture: info
        for info in installed_models()
        if info.name.startswith(COMPARED_PREFIX)
    }
    predictions = {name: TestPredictions.load(info.folder) for name, info in models.items()}
    lengths = next(found.lengths for found in predictions.values() if found is not None)
    measured = timings(
        {name: info.load()[0] for name, info in models.items()},
        lengths,
        min(info.vocabulary_size for info in models.values()),
        comparison_recipe("lstm", SEEDS[0]).training,
    )
    table = read_comparison()
    table["timings"] = {
        name: timing.to_json()
        | {"train_seconds": _train_seconds(models[name], timing.words_per_second, lengths.mean())}
        for name, timing in measured.items()
    }
    atomic.write_json(COMPARISON_TABLE, table, indent=1)


def _train_seconds(info: ModelInfo, words_per_second: float | None, mean_length: float) -> float:
    """Seconds of training at this speed without validation; the recorded time if speed is None."""
    if words_per_second is None:
        return info.training.seconds
    reviews = sum(info.training.splits["train"].values())
    return float(info.training.epochs * reviews * mean_length / words_per_second)


def _train_one(name: str, seed: int, folder: Path) -> None:
    import torch

    from sentiment.evaluation.comparison_protocol import comparison_recipe
    from sentiment.runs.launch import create_run
    from sentiment.runs.trainer import train

    bars = ProgressBars()
    print(f"{name}, seed {seed}", file=sys.stderr)
    train(
        create_run(comparison_recipe(name, seed)),
        output=folder,
        name=f"{COMPARED_PREFIX}{name}",
        command=f"python -m sentiment compare --train --only {name} --seeds {seed}",
        weights_dtype=torch.float16,
        listener=bars.show_status,
        on_event=bars.show_event,
    )
    bars.close()


def _write_table() -> None:
    """Write the metrics of every model of the comparison that is trained."""
    from sentiment.evaluation.comparison_protocol import SEEDS

    table: dict[str, list[dict[str, Any]]] = {}
    for name in ARCHITECTURES:
        for seed in SEEDS:
            folder = _trained(name, seed)
            if folder is None:
                continue
            info = ModelInfo.read(folder)
            row = table_row(info) | {
                "seed": info.training.seed,
                "valid_accuracy": info.metrics["valid"]["accuracy"],
            }
            del row["model"]
            table.setdefault(name, []).append(row)
    atomic.write_json(COMPARISON_TABLE, {**read_comparison(), "architectures": table}, indent=1)
