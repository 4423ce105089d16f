"""Scoring of tables: against single predictions, in every format, and after an interruption."""

import csv
import json

import pyarrow as pa
import pyarrow.parquet
import pytest

from sentiment.corpus.whole_rows import whole_table
from sentiment.errors import StorageError
from sentiment.inspection.predictor import Predictor
from sentiment.networks import threads
from sentiment.scoring import score
from sentiment.scoring.formats import FORMATS
from sentiment.scoring.score import score_table

WORDS = ("wonderful", "awful", "film", "the", "plot", "of", "a", "boring", "great", "music", "and")
TEXTS = [" ".join(WORDS[n % 3 : n % 13 + 4]) if n % 7 else "?!" for n in range(40)]


@pytest.fixture(scope="module")
def predictor():
    return Predictor.load("compare-bow")


@pytest.fixture(autouse=True)
def small_parts(monkeypatch):
    monkeypatch.setattr(score, "CHUNK_ROWS", 3)
    monkeypatch.setattr(score, "PART_ROWS", 9)


def table_in(folder):
    path = folder / "t.jsonl"
    rows = [{"label": n, "text": text, "more": [n]} for n, text in enumerate(TEXTS)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return whole_table(path)


def run(predictor, table, *outputs, model="m"):
    return score_table(predictor, model, table, predictor.sequence, outputs)


def test_each_format_has_all_rows_in_order_with_the_predictions_of_single_texts(
    predictor, tmp_path
):
    outputs = [tmp_path / f"out{suffix}" for suffix in FORMATS]
    totals = run(predictor, table_in(tmp_path), *outputs)
    assert (totals.rows, totals.unreadable) == (40, 6)
    lines = [json.loads(line) for line in outputs[2].read_text().splitlines()]
    assert lines == [json.loads(line) for line in outputs[3].read_text().splitlines()]
    assert [row["label"] for row in lines] == list(range(40))
    assert [row["predicted_row"] for row in lines] == list(range(1, 41))
    for text, row in zip(TEXTS, lines, strict=True):
        if text == "?!":
            assert row["predicted_label"] is None and row["predicted_reason"]
            continue
        (alone,) = predictor.predict([text])
        assert row["predicted_label"] == alone.name and row["predicted_words"] == alone.words
        assert row["predicted_probability_Positive"] == pytest.approx(alone.probabilities[1])
    columns = pa.parquet.read_table(outputs[1]).to_pydict()
    assert columns["predicted_label"] == [row["predicted_label"] for row in lines]
    assert columns["more"] == [f"[{n}]" for n in range(40)]
    with outputs[0].open(encoding="utf-8-sig") as file:
        written = list(csv.DictReader(file))
    assert [row["predicted_probability"] for row in written] == [
        "" if row["predicted_probability"] is None else str(row["predicted_probability"])
        for row in lines
    ]
    assert sorted(tmp_path.glob("*.parts")) == []


def test_it_continues_after_its_last_complete_part(predictor, tmp_path, monkeypatch):
    table, whole, cut = table_in(tmp_path), tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    run(predictor, table, whole)
    scored = []

    def killed(rows):
        if len(scored) == 7:
            raise KeyboardInterrupt
        scored.append(rows)

    original = score.score_rows

    def counting(predictor, rows, *rest):
        killed(rows)
        return original(predictor, rows, *rest)

    monkeypatch.setattr(threads, "worker_count", lambda: 1)
    monkeypatch.setattr(score, "score_rows", counting)
    with pytest.raises(KeyboardInterrupt):
        run(predictor, table, cut)
    assert not cut.exists()
    with pytest.raises(StorageError, match="parts"):
        run(predictor, table, cut, model="another")
    scored.clear()
    monkeypatch.setattr(
        score, "score_rows", lambda *words: scored.append(words) or original(*words)
    )
    totals = run(predictor, table, cut)
    assert cut.read_bytes() == whole.read_bytes() and totals.rows == 40
    assert len(scored) * 3 <= 40 - 9


def test_types_of_parquet_stay(predictor, tmp_path):
    written = pa.table(
        {"text": TEXTS, "n": pa.array(range(40), pa.int16()), "parts": [[n] for n in range(40)]}
    )
    pa.parquet.write_table(written, tmp_path / "t.parquet")
    run(predictor, whole_table(tmp_path / "t.parquet"), tmp_path / "out.parquet")
    found = pa.parquet.read_table(tmp_path / "out.parquet")
    assert found.select(written.column_names).equals(written)
    assert found.schema.field("probability").type == pa.float64()


def test_a_full_disk_leaves_what_is_complete(predictor, tmp_path, monkeypatch):
    table, out = table_in(tmp_path), tmp_path / "out.csv"
    write, written = score.atomic.write_bytes, []

    def full(path, content):
        if path.suffix != ".json" and len(written) == 2:
            raise StorageError("full")
        written.append(path)
        write(path, content)

    with monkeypatch.context() as patched:
        patched.setattr(score.atomic, "write_bytes", full)
        with pytest.raises(StorageError, match="full.*the same command continues"):
            run(predictor, table, out)
    assert len(list((tmp_path / "out.csv.parts").iterdir())) >= 2
    assert run(predictor, table, out).rows == 40
