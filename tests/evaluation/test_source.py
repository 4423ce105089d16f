"""Evaluation of a model on reviews whose classes are not quite its own."""

import numpy as np
import pytest

from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.errors import CorpusError
from sentiment.evaluation.source import evaluate_split, evaluate_whole
from sentiment.inspection.predictor import Predictor
from sentiment.networks.config import NetworkConfig
from tests.export.tiny import tiny_model

CLASSES = Classes(("bad", "middling", "fine"), ordered=True)


def table(path, *names):
    rows = [f"w{7 * number % 40} w{number},{names[number % len(names)]}" for number in range(30)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    return [row.split(",") for row in rows]


@pytest.mark.parametrize(
    "setting", ["bad; middling; fine", "fine; bad; middling", "fine; bad"], ids=lambda s: s[:12]
)
def test_classes_are_matched_by_name(tmp_path, setting):
    model = tiny_model(tmp_path / "m", NetworkConfig("lstm", 6, 5), CLASSES)
    rows = table(tmp_path / "own.csv", *setting.split("; "))
    found = evaluate_whole(model, str(tmp_path / "own.csv"), TableConfig(classes=setting))
    predictions = Predictor.load(model.folder).predict([text for text, _ in rows])
    correct = [one.name == label for one, (_, label) in zip(predictions, rows, strict=True)]
    assert found.metrics.accuracy == pytest.approx(np.mean(correct))
    by_label = [sum(label == name for _, label in rows) for name in CLASSES.names]
    assert [sum(row) for row in found.metrics.confusion] == by_label
    assert found.metrics.reviews == 30


def test_a_class_that_the_model_does_not_know_is_refused(tmp_path):
    model = tiny_model(tmp_path / "m", NetworkConfig("lstm", 6, 5), CLASSES)
    table(tmp_path / "own.csv", "bad", "fine", "superb")
    setting = TableConfig(classes="bad; fine; superb")
    with pytest.raises(CorpusError, match=r"own.*superb.*bad, middling, fine"):
        evaluate_whole(model, str(tmp_path / "own.csv"), setting)


def test_no_review_is_dropped_by_its_length(tmp_path, monkeypatch):
    """Remarks of one word and texts of thousands, which a training leaves out by default."""
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    model = tiny_model(tmp_path / "m", NetworkConfig("lstm", 6, 5), NEGATIVE_POSITIVE)
    words = [f"w{number}" for number in range(20)]
    lines = [f"{words[n % 20]}{n},{('neg', 'pos')[n % 2]}" for n in range(40)]
    lines += [f"{' '.join(words * 100)} {n},{('neg', 'pos')[n % 2]}" for n in range(40)]
    (tmp_path / "own.csv").write_text("\n".join(["text,label", *lines]) + "\n")
    found = {
        split: evaluate_split(model, str(tmp_path / "own.csv"), split).metrics.reviews
        for split in (Split.TRAIN, Split.VALID, Split.TEST)
    }
    assert sum(found.values()) == 80
