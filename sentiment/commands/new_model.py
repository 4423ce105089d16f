"""Output of the commands that make a model."""

import json
import os
from pathlib import Path

from sentiment.evaluation.metrics import auc_text
from sentiment.networks.model_folder import ModelInfo
from sentiment.settings import require


def require_new(folder: Path) -> None:
    """Raise ConfigError if something is at the path of a new model, before work that takes long.

    The folder of a model is written in one step, so whatever is there would be deleted.
    """
    is_new = not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir()))
    require(is_new, f"{folder} exists already. Choose another --output, or delete it first.")


def print_model(info: ModelInfo, as_json: bool) -> None:
    """Print the metrics of a new model and its folder."""
    if as_json:
        print(json.dumps({"model": str(info.folder), "metrics": info.metrics}))
        return
    for split, figures in info.metrics.items():
        print(
            f"{split}: accuracy {figures['accuracy']:.2%} ({figures['accuracy_low']:.2%} to "
            f"{figures['accuracy_high']:.2%}), loss {figures['loss']:.4f}, "
            f"macro-F1 {figures['macro_f1']:.4f}, "
            f"AUC {auc_text(figures['auc'])}"
        )
    print(f"Model: {info.folder}")
