"""Saved predictions: one folder per request, continued after a stop, and what they tell."""

import csv
import time

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE, NEGATIVE_POSITIVE, Classes
from sentiment.errors import CorpusError, StorageError
from sentiment.runs import processes
from sentiment.scoring.columns import added_columns
from sentiment.scoring.labelled import LabelledPredictions, labels_in, mapping_to
from sentiment.scoring.saved import Labels, SavedPredictions, saved_listing
from sentiment.scoring.scored_file import ScoredFile
from sentiment.scoring.summary import BINS, SHOWN, Summary
from tests.items import make_model, make_predictions

ROWS = 300
DOTTED = Classes(("v1", "v1.5", "v2"))  # names of columns may have dots


@pytest.fixture
def data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SENTIMENT_MODELS", str(tmp_path / "models"))
    return tmp_path


def scored(folder, classes):
    """A file with random predictions of some classes; every tenth row has none."""
    chance = np.random.default_rng(0)
    p = chance.dirichlet(np.ones(len(classes)), ROWS)
    known = np.arange(ROWS) % 10 > 0
    truth = chance.choice([name.upper() for name in classes.names], ROWS).tolist()
    values = [
        np.arange(2, ROWS + 2),
        [classes.name(code) for code in p.argmax(1)],
        p.max(1),
        *p.T,
        p.max(1) < 0.5,
        chance.integers(1, 90, ROWS),
        np.zeros(ROWS),
        ["" if know else f"reason {n % 3}" for n, know in enumerate(known)],
    ]
    table = {"text": [f"film {n}" for n in range(ROWS)], "label": truth, "row": [""] * ROWS}
    table["label"][1:3] = [None, "other"]
    names = added_columns(list(table), classes)
    for (name, kind), column in zip(names.items(), values, strict=True):
        gone = ~known & (not name.endswith(("row", "reason")))
        table[name] = pa.array(list(column), kind, mask=gone if gone.any() else None)
    path = folder / "predictions.parquet"
    pa.parquet.write_table(pa.table(table), path, row_group_size=37)
    return ScoredFile.open(path, classes), pa.table(table).to_pandas(), known, p


@pytest.mark.parametrize("classes", [NEGATIVE_POSITIVE, NEGATIVE_NEUTRAL_POSITIVE, DOTTED])
def test_a_summary_is_that_of_the_whole_table(tmp_path, monkeypatch, classes):
    monkeypatch.setattr("sentiment.scoring.scored_file.BATCH_ROWS", 41)
    file, frame, known, p = scored(tmp_path, classes)
    summary = Summary.of(file)
    assert (summary.rows, summary.predicted, summary.unreadable) == (ROWS, 270, 30)
    counts = frame["predicted_label"].value_counts()
    assert summary.labels.tolist() == [counts[name] for name in classes.names]
    assert summary.uncertain == int((p.max(1) < 0.5)[known].sum())
    for code in classes.codes:
        expected = np.histogram(p[known, code], BINS, (0, 1))[0]
        assert summary.bins[code].tolist() == expected.tolist()
    margin = pd.Series(np.diff(np.sort(p, 1)[:, -2:]).ravel())[known].nsmallest(SHOWN)
    assert summary.closest.tolist() == margin.index.tolist()
    assert {reason: found.rows for reason, found in summary.reasons.items()} == {
        "reason 0": 10,
        "reason 1": 10,
        "reason 2": 10,
    }
    assert summary.reasons["reason 1"].first == (12, 42, 72, 102, 132)
    places = summary.closest.tolist()
    assert file.values("text", places) == [f"film {place}" for place in places]


@pytest.mark.parametrize("classes", [NEGATIVE_POSITIVE, NEGATIVE_NEUTRAL_POSITIVE, DOTTED])
def test_the_metrics_are_those_of_scikit_learn(tmp_path, classes):
    file, frame, known, _ = scored(tmp_path, classes)
    counts = labels_in(file, "label")
    assert counts == frame["label"].value_counts().to_dict()
    mapping = mapping_to(classes, counts, "label")
    of_class = {label: classes.name(code) for label, code in mapping.codes.items()}
    assert of_class == {name.upper(): name for name in classes.names}
    assert "other" in mapping.doubt
    found = LabelledPredictions.of(file, "label", of_class)
    used = known & frame["label"].isin(of_class).to_numpy()
    truth = frame["label"][used].map(of_class)
    predicted = frame["predicted_label"][used]
    assert found.predictions.rows.tolist() == np.flatnonzero(used).tolist()
    assert found.left_out == int((~used).sum())
    assert found.metrics.accuracy == pytest.approx(accuracy_score(truth, predicted))
    assert found.metrics.macro_f1 == pytest.approx(f1_score(truth, predicted, average="macro"))
    expected = confusion_matrix(truth, predicted, labels=classes.names)
    assert found.metrics.confusion == expected.tolist()


@pytest.mark.parametrize(
    ("classes", "labels", "expected"),
    [
        (NEGATIVE_POSITIVE, {"pos": 5, "neg": 5}, {"pos": 1, "neg": 0}),
        (NEGATIVE_POSITIVE, {"1": 5, "0": 5}, {"1": 1, "0": 0}),
        (NEGATIVE_POSITIVE, {"Positive": 9}, {"Positive": 1}),
        (NEGATIVE_POSITIVE, {"bad": 5, "neutral": 5, "good": 5}, {"bad": 0, "good": 1}),
        (NEGATIVE_NEUTRAL_POSITIVE, {"bad": 5, "good": 5}, {"bad": 0, "good": 2}),
        (DOTTED, {"V2": 5, "v1": 5}, {"V2": 2, "v1": 0}),
        (DOTTED, {"bad": 5, "good": 5}, {}),
    ],
)
def test_labels_get_the_classes_of_the_model(classes, labels, expected):
    mapping = mapping_to(classes, labels, "label")
    assert dict(mapping.codes) == expected
    assert bool(mapping.doubt) == (len(expected) < len(labels))


def test_a_column_that_identifies_the_rows_has_no_labels(tmp_path):
    file = scored(tmp_path, NEGATIVE_POSITIVE)[0]
    for column in ("text", "predicted_row"):
        with pytest.raises(CorpusError, match="identifies the rows"):
            labels_in(file, column)
    with pytest.raises(CorpusError, match="is empty"):
        labels_in(file, "row")
    with pytest.raises(CorpusError, match="No row"):
        LabelledPredictions.of(file, "label", {"nothing": "Positive"})


def test_a_file_with_predictions_of_other_classes_is_refused(tmp_path):
    file = scored(tmp_path, NEGATIVE_POSITIVE)[0]
    with pytest.raises(StorageError, match="last columns"):
        ScoredFile.open(file.path, NEGATIVE_NEUTRAL_POSITIVE)


def test_a_job_writes_what_the_command_writes_and_is_not_repeated(data):
    model = make_model(data / "models" / "small")
    saved = make_predictions(model)
    expected = saved.csv.read_bytes(), pa.parquet.read_table(saved.parquet)
    request = saved.request()
    saved.confirm(Labels("label", {"pos": "Positive"}))
    assert SavedPredictions.of(request) == saved  # and nothing is lost
    assert saved.labels() == Labels("label", {"pos": "Positive"})
    saved.launch()
    assert saved.job.status().state == "none"  # there is nothing to do
    saved.csv.unlink()  # as if it was killed between the two
    saved.launch()
    deadline = time.monotonic() + 120
    process = saved.job._process()
    while processes.alive(process.pid, process.started) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert saved.job.status().state == "done", saved.job.status()
    assert (saved.csv.read_bytes(), pa.parquet.read_table(saved.parquet)) == expected
    with saved.csv.open(encoding="utf-8-sig") as file:
        assert len(list(csv.DictReader(file))) == 11
    assert [one.id for one in saved_listing().items] == [saved.id]
    saved.delete()
    assert saved_listing().items == [] and not saved.job.folder.exists()


def test_each_setting_has_a_folder_of_its_own(data):
    saved = make_predictions(make_model(data / "models" / "small"))
    other = make_predictions(make_model(data / "models" / "gru", "gru"))
    assert {one.id for one in saved_listing().items} == {saved.id, other.id}
