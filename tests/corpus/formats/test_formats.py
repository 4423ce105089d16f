"""Every format of tables but delimited text, with small files as other programs write them."""

import bz2
import gzip
import io
import json
import lzma
import zipfile

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sentiment.corpus import text_files
from sentiment.corpus.classes import NEGATIVE, POSITIVE
from sentiment.corpus.containers import SUFFIXES
from sentiment.corpus.formats import json_records
from sentiment.corpus.formats.registry import FORMATS
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import facts_of, guesses_of
from sentiment.corpus.table_scan import scan_table
from sentiment.corpus.tables import read_table
from sentiment.errors import CorpusError
from tests.corpus.formats.spreadsheets import protected, xlsx

ROWS = [("a good film", 1), ('a "dull" film, café', 0), ("fine\nand more", 1)]
TEXTS, LABELS = [text for text, _ in ROWS], [label for _, label in ROWS]
RECORDS = [{"text": text, "label": label} for text, label in ROWS]
FRAME = pd.DataFrame(RECORDS)


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


def read(path, **options):
    return read_table(path, TableConfig(**options))


def assert_read(path, **options):
    corpus = read(path, **options)
    assert list(corpus.texts) == TEXTS
    assert corpus.labels.tolist() == LABELS
    assert corpus.rejected == ()


def zipped(**files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def refused(path, *names, **options):
    with pytest.raises(CorpusError) as raised:
        read(path, **options)
    message = str(raised.value)
    assert str(path) in message and len(message) < 600
    for name in names:
        assert name in message
    return message


# --- Containers


CSV = FRAME.to_csv(index=False)
PACKED = {
    "gz": gzip.compress(CSV.encode()),
    "bz2": bz2.compress(CSV.encode()),
    "xz": lzma.compress(CSV.encode()),
    "zip": zipped(**{"reviews.csv": CSV, "__MACOSX/._reviews.csv": "x", "README.md": "read me"}),
    "gz in zip": zipped(**{"reviews.csv.gz": gzip.compress(CSV.encode())}),
}


@pytest.mark.parametrize("kind", PACKED)
@pytest.mark.parametrize("suffix", [True, False])
def test_compressed_tables(write, kind, suffix):
    ending = {"gz in zip": "zip"}.get(kind, kind)
    assert f".{ending}" in SUFFIXES
    assert_read(write(f"t.csv.{ending}" if suffix else "t.csv", PACKED[kind]))


@pytest.mark.parametrize("kind", ["gz", "xz", "zip"])
def test_a_compressed_file_that_is_cut_off(write, kind):
    message = refused(write(f"t.csv.{kind}", PACKED[kind][:-10]))
    assert "damaged" in message or "incomplete" in message


def test_a_bz2_that_is_cut_off(write):
    refused(write("t.csv.bz2", PACKED["bz2"][:-10]), "damaged")


@pytest.mark.parametrize("inner", ["parquet", "xlsx"])
def test_documents_in_a_container(write, inner):
    content = FRAME.to_parquet() if inner == "parquet" else xlsx([["text", "label"], *ROWS])
    assert_read(write(f"t.{inner}.gz", gzip.compress(content)))
    assert_read(write("t.zip", zipped(**{f"t.{inner}": content})))


def test_a_zip_with_several_tables_or_none(write):
    files = {f"part{n}.csv": CSV for n in range(3)}
    refused(write("t.zip", zipped(**files)), "3 files", "part1.csv")
    refused(write("t.zip", zipped()))


def test_a_decompression_bomb(write, lower):
    lower(file_bytes=100_000)
    for content in (gzip.compress(b"a" * 200_000), zipped(**{"a.csv": b"a" * 200_000})):
        refused(write("t.csv.gz", content), "100,000 bytes")


# --- JSON


JSON = {
    "lines": "\n".join(map(json.dumps, RECORDS)),
    "lines in CR": "\r".join(map(json.dumps, RECORDS)),
    "array": json.dumps(RECORDS),
    "indented array": json.dumps(RECORDS, indent=2, ensure_ascii=False),
    "objects after one another": "\n".join(json.dumps(record, indent=1) for record in RECORDS),
    "object with one list": json.dumps({"version": 1, "name": "x", "data": RECORDS}),
    "columns": FRAME.to_json(),
    "lists": json.dumps(FRAME.to_dict("list")),
    "split": FRAME.to_json(orient="split"),
    "index": FRAME.to_json(orient="index"),
    "table": FRAME.to_json(orient="table"),
    "arrays": json.dumps([["text", "label"], *ROWS]),
    "arrays per line": "\n".join(map(json.dumps, ROWS)),
}


@pytest.mark.parametrize("layout", JSON)
@pytest.mark.parametrize("name", ["t.json", "t.jsonl", "t.txt"])
def test_json_in_any_layout_under_any_suffix(write, layout, name):
    assert_read(write(name, JSON[layout]))


def test_json_with_a_list_per_split(write):
    path = write("t.json", json.dumps({"train": RECORDS[:2], "test": RECORDS[2:]}))
    assert read(path).splits.tolist() == [Split.TRAIN, Split.TRAIN, Split.TEST]


def test_json_of_several_lists_is_refused(write):
    refused(write("t.json", json.dumps({"a": RECORDS, "b": RECORDS})), "'a'", "'b'")


def test_a_long_array_is_read_in_chunks(write, monkeypatch):
    monkeypatch.setattr(json_records, "_CHUNK", 64)
    records = [{"text": f"film {n} " + "x" * (n % 90), "label": n % 2} for n in range(300)]
    corpus = read(write("t.json", json.dumps(records)))
    assert list(corpus.texts) == [record["text"] for record in records]


@pytest.mark.parametrize("content", ["[" * 100_000, '{"a":' * 100_000, '{"text": ' + "[" * 100_000])
@pytest.mark.parametrize("suffix", [".json", ".jsonl"])
def test_deep_nesting_ends_in_one_sentence(write, content, suffix):
    refused(write(f"t{suffix}", content))


def test_a_huge_line_costs_itself_alone(write, lower, monkeypatch):
    lower(line_characters=1_000)
    monkeypatch.setattr(text_files, "_CHUNK_CHARACTERS", 100)
    huge = {"text": "x" * 5_000, "label": 1}
    lines = map(json.dumps, [*RECORDS, huge, RECORDS[0]])
    corpus = read(write("t.jsonl", "\n".join(lines)))
    assert list(corpus.names) == ["line 1", "line 2", "line 3", "line 5"]
    assert [line.split(":")[0] for line in corpus.rejected] == ["line 4"]


@pytest.mark.parametrize("cut", [1, 2])
def test_an_array_without_its_end_is_refused(write, cut):
    refused(write("t.json", json.dumps(RECORDS)[:-cut]), "not complete")


def test_json_that_is_cut_off(write):
    refused(write("t.json", json.dumps(RECORDS)[:-20]), "after 2 records")
    refused(write("t.json", json.dumps({"data": RECORDS}, indent=1)[:-20]))


# --- Parquet


def hugging_face(names, labels):
    features = {"text": {"dtype": "string"}, "label": {"names": names, "_type": "ClassLabel"}}
    metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    table = pa.table({"text": [f"film {n}" for n in labels], "label": labels})
    return table.replace_schema_metadata(metadata)


def test_class_names_of_hugging_face_are_the_labels(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(hugging_face(["pos", "neg"], [0, 1, 1]), path)
    assert read(path).labels.tolist() == [POSITIVE, NEGATIVE, NEGATIVE]
    assert scan_table(path).labels == {"pos": 1, "neg": 2}
    pq.write_table(hugging_face(["neg", "pos"], [0, 1, -1]), path)
    corpus = read(path)
    assert corpus.labels.tolist() == [NEGATIVE, POSITIVE]
    assert [line.split(":")[0] for line in corpus.rejected] == ["row 3"]  # -1: no label


def test_parquet_under_another_name(write):
    assert_read(write("t.csv", FRAME.to_parquet()))


# --- Spreadsheets


def test_a_spreadsheet(write):
    path = write("t.xlsx", xlsx([["text", "label"], *ROWS]))
    assert_read(path)
    assert list(read(path).names) == ["row 2", "row 3", "row 4"]
    assert guesses_of(path) == []
    assert_read(write("renamed.csv", path.read_bytes()))


def test_a_spreadsheet_without_a_header_and_with_empty_rows(write):
    path = write("t.xlsx", xlsx([[], ["good film", "pos"], [], ["bad film", "neg"]]))
    assert list(facts_of(path).columns) == ["column 1", "column 2"]
    assert list(read(path).names) == ["row 2", "row 4"]
    assert [guess.field for guess in guesses_of(path)] == ["header"]


def test_another_sheet(write):
    notes = [["notes", "on"], ["this", "file"]]
    path = write("t.xlsx", xlsx(notes, [["text", "label"], *ROWS]))
    (guess,) = [guess for guess in guesses_of(path) if guess.field == "sheet"]
    assert list(guess.options) == ["Sheet1", "Sheet2"] and guess.value == "Sheet1"
    assert_read(path, sheet="Sheet2")
    refused(path, "'Sheet9'", "'Sheet2'", sheet="Sheet9")


def test_spreadsheets_that_cannot_be_read(write, monkeypatch):
    good = xlsx([["text", "label"], *ROWS])
    refused(write("t.xlsx", good[:-300]), "damaged")
    refused(write("t.xlsx", protected()), "password")
    refused(write("t.csv", protected()), "password")
    refused(write("t.xlsx", xlsx([])), "no sheet")
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    refused(write("t.xlsx", good), "python-calamine")


# --- Lines


LINES = {
    "fastText": "__label__1 a good film\n__label__0 a dull film\n\n__label__1 fine\n",
    "fastText, commas": "__label__1 , a good film\n__label__0 , a dull film\n__label__1 , fine\n",
    "label first": "1 a good film\n0 a dull film\n1 fine\n0 bad\n",
    "words first": "pos a good film\nneg a dull film\npos fine\nNEG bad\n",
    "tab-separated": "a good film\t1\na dull film\t0\nfine\t1\n",
    "at sign": "a good film@positive\na dull film@negative\nfine@positive\nbad, he said@negative\n",
    "trees": "(1 (1 a) (1 (1 good) (1 film)))\n(0 (0 a) (0 (0 dull) (0 film)))\n(1 fine)\n",
}


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("name", ["t.txt", "t"])
def test_a_review_per_line(write, kind, name):
    corpus = read(write(name, LINES[kind]))
    assert list(corpus.texts[:3]) == ["a good film", "a dull film", "fine"]
    assert corpus.labels.tolist()[:3] == [1, 0, 1]
    assert corpus.rejected == ()


def test_lines_that_are_not_alike_are_rejected_by_number(write):
    lines = ["__label__pos good", "__label__neg bad"] * 30
    lines[5], lines[8] = "no label", "__label__pos __label__neg both"
    corpus = read(write("t.txt", "\n".join(lines)))
    assert [line.split(":")[0] for line in corpus.rejected] == ["line 6", "line 9"]
    trees = ["(1 (1 good) (1 -LRB-))", "(0 bad)"] * 30
    trees[3] = "(1 (1 open"
    corpus = read(write("t.txt", "\n".join(trees)))
    assert corpus.texts[0] == "good (" and corpus.rejected[0].startswith("line 4:")


def test_lines_without_labels_are_refused(write):
    prose = "I liked it, really.\nThe end; a bore, alas.\nWell | then.\nNo comment, no.\n" * 20
    for name in ("t.txt", "reviews"):
        refused(write(name, prose), "without labels", "I liked it")


# --- imdb.npz


def npz(**arrays):
    content = io.BytesIO()
    np.savez(content, **arrays)
    return content.getvalue()


def imdb(objects=False):
    ids = np.array([[1, 4, 5, 0], [1, 6, 5, 2]])
    if objects:
        ids = np.array([[1, 4], [1, 6, 5]], dtype=object)
    return npz(x_train=ids, y_train=np.array([1, 0]), x_test=ids, y_test=np.array([0, 1]))


def test_keras_ids_with_their_index(write):
    path = write("imdb.npz", imdb())
    write("imdb_word_index.json", json.dumps({"good": 1, "film": 2, "bad": 3}))
    corpus = read(path)
    assert list(corpus.texts) == ["good film", "bad film"] * 2
    assert corpus.labels.tolist() == [1, 0, 0, 1]
    assert corpus.official


def test_keras_ids_that_are_no_text(write):
    path = write("imdb.npz", imdb())
    refused(path, "imdb_word_index.json")
    write("imdb_word_index.json", "[1]")
    with pytest.raises(CorpusError, match="imdb_word_index.json"):
        read(path)
    refused(write("imdb.npz", imdb(objects=True)), "objects")
    refused(write("imdb.npz", npz(a=np.zeros(3))), "x_train")


# --- What is not a table


NO_TABLES = {
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "image": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "photo": b"\xff\xd8\xff\xe0\0\x10JFIF",
    "web page": b"\n<!DOCTYPE html>\n<html><body>Not found</body></html>",
    "XML": b'<?xml version="1.0"?><reviews/>',
    "7z": b"7z\xbc\xaf\x27\x1c\0\4",
    "SQLite": b"SQLite format 3\0",
    "Python": b"\x80\x04\x95\x10\0\0\0",
    "Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n",
    "tar": b"a.txt".ljust(257, b"\0") + b"ustar\0" + b"\0" * 500,
}


@pytest.mark.parametrize("kind", NO_TABLES)
@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_other_files_are_named(write, kind, suffix):
    named = {"photo": "image", "tar": ".tar", "7z": "7z archive"}.get(kind, kind)
    refused(write(f"t{suffix}", NO_TABLES[kind]), named)
    refused(write(f"t{suffix}.gz", gzip.compress(NO_TABLES[kind])), named)


def test_texts_that_begin_like_such_files_are_tables(write):
    for start in ("MZ", "ORC", "RIFF"):
        assert len(read(write("t.csv", f"{start},text,label\n1,good,1\n2,bad,0\n"))) == 2


def test_every_format_has_an_example_and_suffixes():
    for format in FORMATS:
        assert format.title and format.example and format.guessed and format.asked
        assert all(suffix.startswith(".") for suffix in format.suffixes)
