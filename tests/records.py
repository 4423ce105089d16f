"""A training record for tests."""

from typing import Any

from sentiment.networks.training_record import TrainingRecord
from sentiment.training.presets import PRESETS


def training_record(**changes: Any) -> TrainingRecord:
    values: dict[str, Any] = {
        "recipe": PRESETS["sample"].recipe.to_json(),
        "command": "python -m sentiment train",
        "corpus": "sample",
        "data_fingerprint": "0" * 64,
        "split_rule": "8:1:1",
        "splits": {"train": {"Negative": 40, "Positive": 40}},
        "dropped": {},
        "vocabulary_size": 5,
        "parameters": 100,
        "encoder_parameters": 50,
        "initialization": "random",
        "epochs": 2,
        "best_epoch": 1,
        "stop_reason": "all 2 epochs done",
        "seconds": 3.0,
        "words_per_second": 1_000.0,
        "seed": 0,
        "hardware": "x86_64 CPU, threads: 1",
        "precision": "float32",
        "torch": "2.13.0",
        "date": "2026-11-25",
    }
    return TrainingRecord(**{**values, **changes})
