"""Small forms of files that ask for much memory or time, under lowered limits."""

import bz2
import gzip
import lzma
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sentiment.corpus import limits
from sentiment.corpus.sources import open_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import facts_of, guesses_of
from sentiment.corpus.table_scan import scan_table
from sentiment.errors import CorpusError
from tests.benchmarks.attacks import ATTACKS

SMALL = {
    "expanded_bytes": 50_000,
    "expansion": 3,
    "rows": 1_000,
    "columns": 50,
    "first_row_bytes": 5_000,
    "row_bytes": 20_000,
    "line_characters": 20_000,
    "json_characters": 150_000,
    "json_memory": 1_000_000,
    "text_characters": 10_000,
    "directory_bytes": 2_000,
    "members": 50,
    "page_bytes": 50_000,
    "footer_bytes": 20_000,
    "array_values": 20_000,
    "archive_bytes": 50_000,
    "archive_texts_bytes": 50_000,
    "sheet_bytes": 400_000_000,
}
STEPS = (facts_of, guesses_of, scan_table, open_corpus)
SIZE = 100_000
# What is refused whole, and the words that name the reason.
REFUSED = {
    "csv_wide_header": "first row",
    "csv_long_name": "first row",
    "csv_tiny_rows": "1,000",
    "json_numbers": "1,000",
    "json_brackets": "nested",
    "json_list_in_object": "memory",
    "json_long_string": "no rows",
    "jsonl_empty_lines": "1,000",
    "jsonl_key_per_line": "columns",
    "gz_rows": "unpacks",
    "bz2_rows": "unpacks",
    "xz_rows": "unpacks",
    "gz_nested": "unpacks",
    "zip_bomb": "unpacks",
    "zip_directory": "lists",
    "xlsx_corners": "memory",
    "ods_repeated": "too many cells",
    "parquet_cell": "page",
    "parquet_dictionary": "page",
    "parquet_columns": "columns",
    "parquet_rows": "1,000",
    "npz_lies": "expected",
    "npz_zeros": "values",
    "tar_header": "unpacks",
    "tar_tail": "unpacks",
    "tar_reviews": "50,000",
    "text_pair": "1,000",
}


@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_file_is_read_or_refused_within_bounds(tmp_path, lower, name):
    path = ATTACKS[name](tmp_path, SIZE)
    lower(**SMALL)
    messages = []
    for step in STEPS:
        try:
            step(path)
        except CorpusError as error:
            messages.append(str(error))
    assert all(len(message) < 1_000 for message in messages)
    if name in REFUSED:
        assert any(REFUSED[name] in message for message in messages), messages


@pytest.mark.parametrize("length", [1_000, 200_000])
def test_a_long_header_is_read(tmp_path, length):
    path = tmp_path / "t.csv"
    path.write_text(f"review,{'n' * length},label\ngood film,x,pos\nbad film,y,neg\n")
    assert list(open_corpus(path).texts) == ["good film", "bad film"]


def test_a_header_of_too_many_columns_says_so(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text(f"text,label{',c' * 99_995}\ngood,1{',0' * 99_995}\n")
    with pytest.raises(CorpusError, match="99,997 columns"):
        open_corpus(path)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_several_parts_are_one_file_and_damage_is_not_skipped(tmp_path, pack):
    path = tmp_path / "t.csv.packed"
    parts = [pack(b"text,label\na good film,pos\n"), b"", pack(b"a bad film,neg\n")]
    path.write_bytes(b"".join(parts))
    assert len(open_corpus(path)) == 2
    path.write_bytes(b"\0\0\0\0".join(parts))
    assert len(open_corpus(path)) == 2
    path.write_bytes(parts[0] + b"x" + parts[2])
    with pytest.raises(CorpusError, match="damaged"):
        open_corpus(path)


def test_empty_parts_are_counted(tmp_path, lower):
    lower(members=50)
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(b"text,label\n") + gzip.compress(b"") * 100)
    with pytest.raises(CorpusError, match="50 compressed parts"):
        open_corpus(path)


def test_a_decoder_that_wants_more_memory_is_refused(tmp_path, lower):
    lower(decoder_bytes=1_000_000)
    path = tmp_path / "t.csv.xz"
    path.write_bytes(lzma.compress(b"text,label\n", preset=9))
    with pytest.raises(CorpusError, match="memory"):
        open_corpus(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_methods_of_zip_are_refused(tmp_path, method):
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("t.csv", "text,label\n")
    with pytest.raises(CorpusError, match="method"):
        open_corpus(path)


def test_a_zip_with_a_file_without_a_name_is_damaged(tmp_path):
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x", "text,label\n")
        archive.infolist()[0].filename = ""
    with pytest.raises(CorpusError, match="name"):
        open_corpus(path)


def test_a_text_that_many_rows_share_is_counted_as_often_as_it_is_read(tmp_path, lower):
    lower(expanded_bytes=100_000, expansion=1)
    path = tmp_path / "t.parquet"
    texts = pa.array([("a good film " if n % 2 else "a bad film ") * 50 for n in range(1_000)])
    labels = pa.array([n % 2 for n in range(1_000)])
    pq.write_table(pa.table({"text": texts, "label": labels}), path)
    with pytest.raises(CorpusError, match="100,000 characters"):
        open_corpus(path)


def test_rows_of_pages_of_any_size(tmp_path, lower, monkeypatch):
    texts = [f"a {'good' if n % 2 else 'bad'} film {'and more ' * (n % 50)}" for n in range(3_000)]
    table = pa.table({"text": texts, "label": [n % 2 for n in range(3_000)]})
    monkeypatch.setattr("sentiment.corpus.formats.parquet_pages._BATCH_BYTES", 10_000)
    for number, options in enumerate(
        (
            {"data_page_size": 500, "row_group_size": 700},
            {"use_dictionary": False, "column_encoding": {"text": "DELTA_BYTE_ARRAY"}},
            {"data_page_version": "2.0", "compression": "zstd"},
            {"write_statistics": True, "data_page_size": 2_000},
        )
    ):
        path = tmp_path / f"{number}.parquet"
        pq.write_table(table, path, **options)
        assert list(open_corpus(path).texts) == texts


def test_a_column_of_lists_is_refused(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": [["a"], ["b"]], "label": [1, 0]}), path)
    with pytest.raises(CorpusError, match="list"):
        open_corpus(path)


@pytest.mark.parametrize("encoding", ["zlib", "rot13", "punycode", "undefined", "hex"])
def test_what_is_no_encoding_of_text_is_refused(tmp_path, encoding):
    path = tmp_path / "t.csv"
    path.write_text("text,label\ngood,1\nbad,0\n")
    with pytest.raises(CorpusError, match=encoding):
        open_corpus(path, TableConfig(encoding=encoding))


def test_the_byte_that_does_not_fit_is_found_across_chunks(tmp_path, monkeypatch):
    monkeypatch.setattr("sentiment.corpus.text_files._CHUNK_CHARACTERS", 7)
    path = tmp_path / "t.csv"
    path.write_bytes("text,label\nén film,pos\nüäö".encode() + b"\xff,neg\n")
    with pytest.raises(CorpusError, match="line 3, byte 31 "):
        open_corpus(path, TableConfig(encoding="utf-8"))


def test_values_in_a_quoted_header_may_span_lines(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text('"text\n\n\n\n",label\ngood film,pos\nbad film,neg\n')
    corpus = open_corpus(path, TableConfig(text="1"))
    assert list(corpus.texts) == ["good film", "bad film"]


def test_a_label_that_is_a_text_is_rejected_with_its_row(tmp_path, lower):
    path = tmp_path / "t.jsonl"
    rows = ['{"text": "a", "label": 1}', '{"text": "b", "label": 0}']
    path.write_text("\n".join([*rows, f'{{"text": "c", "label": "{"x" * 300}"}}']))
    assert "300 characters" in open_corpus(path).rejected[0]


def test_every_limit_has_a_title_and_a_unit():
    rows = limits.table()
    assert len(rows) == len({title for title, _ in rows}) == len(vars(limits.LIMITS))
