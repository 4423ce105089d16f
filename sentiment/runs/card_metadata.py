"""Front matter of a model card, as the Hugging Face Hub reads it.

Fields: https://huggingface.co/docs/hub/model-cards#model-card-metadata
"""

from typing import Any

import yaml

from sentiment.corpus.classes import Classes
from sentiment.corpus.sources import HUB_DATASETS
from sentiment.dataset.prepare_report import OFFICIAL
from sentiment.networks.training_record import TrainingRecord

UNKNOWN_LICENSE = "unknown"  # the Hub's word for it; whoever publishes a model says which one
MIN_ENGLISH = 0.9  # share of the checked reviews above which the language is English
_TASK = "text-classification"


def front_matter(
    name: str,
    record: TrainingRecord,
    metrics: dict[str, Any],
    classes: Classes,
    license: str = UNKNOWN_LICENSE,
) -> str:
    """The YAML with its lines of dashes. What was not measured is left out.

    metrics: split -> JSON of `Figures`.
    """
    on_hub = HUB_DATASETS.get(record.source)
    results = _results(metrics["test"], classes) if "test" in metrics else []
    # The Hub's test split is the official one.
    kind = on_hub if on_hub and record.split_rule == OFFICIAL else record.corpus
    dataset = {"name": record.corpus, "type": kind, "split": "test"}
    fields = {
        "license": license,
        "language": ["en"] if _is_english(record) else None,
        "datasets": [on_hub] if on_hub else None,
        "metrics": [result["type"] for result in results],
        "pipeline_tag": _TASK,
        "model-index": [
            {
                "name": name,
                "results": [{"task": {"type": _TASK}, "dataset": dataset, "metrics": results}],
            }
        ],
    }
    if not results:
        del fields["metrics"], fields["model-index"]
    given = {key: value for key, value in fields.items() if value is not None}
    text = yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=100)
    return f"---\n{text}---\n"


def _results(test: dict[str, Any], classes: Classes) -> list[dict[str, Any]]:
    found = [
        ("accuracy", "Accuracy", test["accuracy"]),
        ("f1", "Macro-F1", test["macro_f1"]),
        ("roc_auc", "ROC AUC", test["auc"]),
    ]
    if classes.has_distances:
        found.append(("mae", "Mean absolute error (classes)", test["mean_absolute_error"]))
    return [
        {"type": kind, "name": name, "value": round(value, 6)}
        for kind, name, value in found
        if value is not None
    ]


def _is_english(record: TrainingRecord) -> bool:
    checked = sum(texts.language_checked for texts in record.texts.values())
    others = sum(texts.other_languages for texts in record.texts.values())
    return bool(checked) and others <= (1 - MIN_ENGLISH) * checked
