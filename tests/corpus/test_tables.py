"""Tables and text files: reading, rejected rows, and errors."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sentiment.corpus import table_rows
from sentiment.corpus.classes import NEGATIVE, POSITIVE, Classes
from sentiment.corpus.containers import suffix_of
from sentiment.corpus.formats import quoting
from sentiment.corpus.label_values import LABEL_PAIRS
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.tables import read_table
from sentiment.errors import CorpusError
from tests.corpus.conftest import gzipped

AWKWARD = 'He said "no", twice;\nand left.\x85Then\u2028came back,\tçà 映画'


def read(path, **options):
    return read_table(path, TableConfig(**options))


def read_pair(reviews, labels, **options):
    return read_table(Path(f"{reviews},{labels}"), TableConfig(**options))


def write(path, content):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def csv_file(tmp_path, *rows, header="review,sentiment"):
    return write(tmp_path / "reviews.csv", "\n".join([header, *rows]) + "\n")


def labels_csv(tmp_path, *labels):
    rows = [f"text {number},{label}" for number, label in enumerate(labels)]
    return csv_file(tmp_path, *rows)


def jsonl(*records):
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def awkward_content(suffix):
    if suffix == ".jsonl":
        return jsonl({"text": AWKWARD, "label": 1}, {"text": "dull", "label": 0}).encode()
    comma = "\t" if suffix == ".tsv" else ","
    quoted = '"' + AWKWARD.replace('"', '""') + '"'
    return f"text{comma}label\r\n{quoted}{comma}1\r\ndull{comma}0\r\n".encode()


# --- The formats


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl"])
@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf"], ids=["plain", "bom"])
@pytest.mark.parametrize("gz", ["", ".gz"])
def test_text_tables_keep_every_character(tmp_path, suffix, prefix, gz):
    content = prefix + awkward_content(suffix)
    path = write(tmp_path / f"t{suffix}{gz}", gzip.compress(content) if gz else content)
    corpus = read(path)
    assert list(corpus.texts) == [AWKWARD, "dull"]
    assert corpus.labels.tolist() == [POSITIVE, NEGATIVE]
    assert corpus.splits.tolist() == [Split.TRAIN, Split.TRAIN]
    assert not corpus.official and corpus.rejected == () and corpus.name == path.name
    assert list(corpus.names) == (
        ["line 1", "line 2"] if suffix == ".jsonl" else ["row 2", "row 3"]
    )


@pytest.mark.parametrize(
    "labels",
    [
        pa.array([1, 0], pa.int64()),
        pa.array([1.0, 0.0]),
        pa.array([True, False]),
        pa.array(["pos", "neg"]),
        pa.array(["pos", "neg"]).dictionary_encode(),
    ],
    ids=str,
)
def test_parquet_labels_of_any_type(tmp_path, labels):
    table = pa.table({"text": pa.array([AWKWARD, "dull"], pa.large_string()), "label": labels})
    pq.write_table(table, tmp_path / "t.parquet")
    corpus = read(tmp_path / "t.parquet")
    assert list(corpus.texts) == [AWKWARD, "dull"]
    assert corpus.labels.tolist() == [POSITIVE, NEGATIVE]
    assert list(corpus.names) == ["row 1", "row 2"]


def test_semicolons_of_a_spreadsheet(tmp_path):
    path = csv_file(tmp_path, "fine, really;pos", "dull;neg", header="review;sentiment")
    assert list(read(path).texts) == ["fine, really", "dull"]


def test_another_encoding_on_request(tmp_path):
    for encoding in ("latin-1", "utf-16"):
        path = write(tmp_path / "t.csv", "text,label\ncafé,1\ndull,0\n".encode(encoding))
        assert read(path, encoding=encoding).texts[0] == "café"
        path = write(
            tmp_path / "t.jsonl",
            jsonl({"text": "café", "y": 1}, {"text": "b", "y": 0}).encode(encoding),
        )
        assert read(path, encoding=encoding).texts[0] == "café"


def test_labels_of_json_may_be_numbers_words_or_truth_values(tmp_path):
    path = write(
        tmp_path / "t.ndjson",
        jsonl({"text": "a", "label": 1}, {"text": "b", "label": "0"}, {"text": "c", "label": 1.0}),
    )
    assert read(path).labels.tolist() == [POSITIVE, NEGATIVE, POSITIVE]


def test_many_rows_over_several_blocks(tmp_path, lower, monkeypatch):
    lower(row_bytes=100)
    monkeypatch.setattr(quoting, "_CHUNK_BYTES", 150)
    rows = [f'"text, {n}\nmore",{n % 2}' if n % 7 else "short" for n in range(500)]
    corpus = read(csv_file(tmp_path, *rows))
    assert len(corpus) == sum(bool(n % 7) for n in range(500))
    for text, label, name in zip(corpus.texts, corpus.labels, corpus.names, strict=True):
        number = int(text.split()[1])
        assert label == number % 2
        assert name == f"row {number + 2}"
    assert corpus.rejected[:2] == ("row 2: 1 columns, expected 2", "row 9: 1 columns, expected 2")


# --- Columns


@pytest.mark.parametrize(
    "header", ["review,sentiment", "TEXT,Label", " Comment , CLASS ", "sentence,polarity"]
)
def test_column_names_are_guessed(tmp_path, header):
    path = csv_file(tmp_path, "good one,1", "bad one,0", header=header)
    assert list(read(path).texts) == ["good one", "bad one"]


def test_column_names_can_be_given(tmp_path):
    path = csv_file(tmp_path, "x,a,1,0", "y,b,0,1", header="text,what,label,Verdict")
    corpus = read(path, text="what", label="verdict")
    assert list(corpus.texts) == ["a", "b"]
    assert corpus.labels.tolist() == [NEGATIVE, POSITIVE]


def test_a_missing_column_lists_the_columns(tmp_path):
    path = csv_file(tmp_path, "a,1", header="words,mood")
    with pytest.raises(CorpusError, match=r"no text column.*'words', 'mood'.*Text column"):
        read(path)
    with pytest.raises(CorpusError, match=r"no label column.*'words', 'mood'"):
        read(path, text="words")
    with pytest.raises(CorpusError, match="'prose'.*'words', 'mood'"):
        read(path, text="prose")


def test_a_duplicate_column_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="column 'text' twice"):
        read(csv_file(tmp_path, "a,b,1", header="text,text,label"))


# --- Labels


@pytest.mark.parametrize(("positive", "negative"), LABEL_PAIRS)
def test_known_label_pairs(tmp_path, positive, negative):
    path = labels_csv(tmp_path, positive, negative.upper(), f" {positive.title()} ")
    assert read(path).labels.tolist() == [POSITIVE, NEGATIVE, POSITIVE]


def test_numbers_may_have_a_decimal_point(tmp_path):
    assert read(labels_csv(tmp_path, "1.0", "0.0", "1")).labels.tolist() == [1, 0, 1]


def test_unknown_labels_require_classes(tmp_path):
    path = labels_csv(tmp_path, "thumbs up", "thumbs down", "thumbs up")
    with pytest.raises(CorpusError, match=r"'thumbs up' \(2\), 'thumbs down' \(1\).*Classes"):
        read(path)
    assert read(path, classes="Bad=thumbs down; Good=Thumbs Up").labels.tolist() == [1, 0, 1]
    assert read(path, classes="thumbs up; thumbs down").labels.tolist() == [0, 1, 0]
    with pytest.raises(CorpusError, match="'up'.*Classes.*'thumbs up'"):
        read(path, classes="thumbs down; up")


def test_three_classes_with_blanks_cases_and_a_rare_value(tmp_path):
    labels = ["negative", "Neutral ", "POSITIVE", "", " neutral", "n/a", "unclear", "positive"]
    path = labels_csv(tmp_path, *labels)
    with pytest.raises(CorpusError, match="unclear"):
        read(path)
    corpus = read(path, classes="negative; neutral; positive")
    assert corpus.labels.tolist() == [0, 1, 2, 1, 2]
    assert corpus.classes == Classes(("negative", "neutral", "positive"), ordered=True)
    assert len(corpus.rejected) == 3 and any("'unclear'" in line for line in corpus.rejected)
    assert "unclear" in corpus.label_sentence


def test_five_classes(tmp_path):
    path = labels_csv(tmp_path, *range(1, 6), 3)
    corpus = read(path, classes="1;2;3;4;5")
    assert corpus.labels.tolist() == [0, 1, 2, 3, 4, 2] and corpus.classes.ordered


def test_labels_that_need_a_decision_are_errors_with_counts(tmp_path):
    with pytest.raises(CorpusError, match=r"'pos' \(2\)"):
        read(labels_csv(tmp_path, "pos", "POS"))
    with pytest.raises(CorpusError, match=r"'1' \(2\), '2' \(1\), '3' \(1\)"):
        read(labels_csv(tmp_path, 1, 2, 3, 1))
    with pytest.raises(CorpusError, match=r"'0' \(2\).* and 15 more"):
        read(labels_csv(tmp_path, *range(25), *range(25)))
    with pytest.raises(CorpusError, match=r"identifies the rows.*Label column"):
        read(labels_csv(tmp_path, *range(60)))


def test_sure_ratings_are_used_in_whatever_order_they_come(tmp_path):
    path = csv_file(
        tmp_path,
        *(f"film {n} of {stars},{stars}" for stars in (1, 2, 3, 4, 5) for n in range(40)),
        header="text,stars",
    )
    corpus = read(path, label="stars")
    assert [int((corpus.labels == label).sum()) for label in (NEGATIVE, POSITIVE)] == [80, 80]
    assert sum("'3'" in line for line in corpus.rejected) == 40


def test_truth_values_are_alike_in_every_format(tmp_path):
    texts, values = ["a film", "dull", "fine"], [True, False, True]
    paths = [
        write(tmp_path / "t.csv", "text,label\na film,True\ndull,FALSE\nfine,1\n"),
        write(
            tmp_path / "t.jsonl",
            jsonl(*({"text": t, "label": v} for t, v in zip(texts, values, strict=True))),
        ),
        tmp_path / "t.parquet",
    ]
    pq.write_table(pa.table({"text": texts, "label": values}), paths[2])
    for path in paths:
        assert read(path).labels.tolist() == [1, 0, 1]


# --- Rows that cannot be used


def test_rejected_rows_have_numbers_and_reasons(tmp_path):
    rows = ("fine,pos", ",neg", "no label,", "dull,neg", '"   ",pos', "a,b,c", "alone", "", "x,nan")
    corpus = read(csv_file(tmp_path, *rows))
    assert list(corpus.texts) == ["fine", "dull"]
    assert list(corpus.names) == ["row 2", "row 5"]
    assert corpus.rejected == (
        "row 3: the text is empty",
        "row 4: the label is missing",
        "row 6: the text is empty",
        "row 7: 3 columns, expected 2",
        "row 8: 1 columns, expected 2",
        "row 9: the label is missing",  # the empty line before it is not a row
    )


def test_rejected_lines_of_json(tmp_path):
    lines = [
        '{"text": "fine", "label": 1}',
        '{"text": "cut off',
        "[1, 2]",
        "",
        '{"text": 17, "label": 0}',
        '{"text": "no label"}',
        '{"text": "half \\ud83d", "label": 0}',
        '{"label": null, "text": null}',
        "[" * 100_000,
        '{"text": "dull", "label": 0}',
    ]
    corpus = read(write(tmp_path / "t.jsonl", "\n".join(lines)))
    assert list(corpus.texts) == ["fine", "dull"]
    assert list(corpus.names) == ["line 1", "line 10"]
    assert [line.split(":")[0] for line in corpus.rejected] == [
        f"line {number}" for number in (2, 3, 5, 6, 7, 8, 9)
    ]
    assert "17" in corpus.rejected[2]


def test_rejected_rows_of_parquet(tmp_path):
    table = pa.table({"text": ["a", None, "c", "d"], "label": [1.0, 0.0, None, 0.0]})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=2)
    corpus = read(tmp_path / "t.parquet")
    assert list(corpus.names) == ["row 1", "row 4"]
    assert corpus.rejected == ("row 2: the text is empty", "row 3: the label is missing")


def test_the_list_of_rejected_rows_is_limited(tmp_path, monkeypatch):
    monkeypatch.setattr(table_rows, "MAX_REJECTED_LINES", 3)
    corpus = read(csv_file(tmp_path, "a,1", "b,0", *[",1"] * 10))
    assert corpus.rejected[2:] == (
        "row 6: the text is empty",
        "... and 7 more: the text is empty",
    )


def test_rare_reasons_are_listed_beside_common_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(table_rows, "MAX_OF_A_REASON", 2)
    monkeypatch.setattr(table_rows, "MAX_REJECTED_LINES", 3)
    rows = ["a film,1", ",1", ",0", ",1", "good,", ",1", "bad,0", "fine,", "so,", "one,two,three"]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["text,label", *rows]) + "\n")
    assert read(path).rejected == (
        "row 3: the text is empty",
        "row 4: the text is empty",
        "row 11: 3 columns, expected 2",
        "... and 2 more: the text is empty",
        "... and 3 more: for other reasons",
    )


def test_a_text_that_is_too_long_is_rejected(tmp_path, lower):
    lower(text_characters=10)
    corpus = read(csv_file(tmp_path, "a,1", "b,0", f"{'c' * 11},0"))
    assert corpus.rejected[0].startswith("row 4: ") and "11 characters" in corpus.rejected[0]


# --- Files that raise errors


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet", ".csv.gz", ".jsonl.gz"])
def test_an_empty_file_is_an_error(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    for content in (b"", b"\n\n"):
        gzipped(path, content) if suffix.endswith(".gz") else write(path, content)
        with pytest.raises(CorpusError, match=r"t\.\w+"):
            read(path)
    with pytest.raises(CorpusError):
        read(write(path, b""))


def test_a_header_without_rows_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="no rows with a text and a label"):
        read(csv_file(tmp_path))
    pq.write_table(
        pa.table({"text": pa.array([], pa.string()), "label": []}), tmp_path / "t.parquet"
    )
    with pytest.raises(CorpusError, match="no rows with a text and a label"):
        read(tmp_path / "t.parquet")


def test_the_error_of_rejected_rows_has_their_reasons(tmp_path):
    with pytest.raises(CorpusError, match="row 2: 3 columns"):
        read(csv_file(tmp_path, "x,a,1", "y,b,0"))
    with pytest.raises(CorpusError, match="line 1: "):
        read(write(tmp_path / "t.jsonl", '"a"\n1\n'))


@pytest.mark.parametrize("rows", [3, 3_000])  # within the first block read for the header, beyond
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".csv.gz"])
def test_a_wrong_encoding_has_line_and_byte(tmp_path, rows, suffix):
    if suffix == ".jsonl":
        lines = [f'{{"text": "text {n}", "label": {n % 2}}}\n' for n in range(rows)]
    else:
        lines = ["text,label\n"] + [f"text {n},{n % 2}\n" for n in range(rows)]
    start = sum(map(len, lines))
    content = "".join(lines).encode() + '{"text": "café", "label": 1}\n'.encode("latin-1")
    if suffix != ".jsonl":
        content = "".join(lines).encode() + "café,1\n".encode("latin-1")
    path = tmp_path / f"t{suffix}"
    gzipped(path, content) if suffix.endswith(".gz") else write(path, content)
    byte = start + content[start:].index(b"\xe9") + 1
    expected = f"not UTF-8: line {len(lines) + 1:,}, byte {byte:,} "
    with pytest.raises(CorpusError, match=expected):
        read(path, encoding="utf-8")


def test_a_given_encoding_is_not_replaced_by_a_guess(tmp_path):
    with pytest.raises(CorpusError, match="not UTF-8: line 1, byte 1 "):
        read(write(tmp_path / "t.csv", "text,label\na,1\nb,0\n".encode("utf-16")), encoding="utf8")


def test_an_unknown_encoding_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="'utf-9'"):
        read(labels_csv(tmp_path, 1, 0), encoding="utf-9")


@pytest.mark.parametrize("suffix", [".csv.gz", ".jsonl.gz"])
def test_a_damaged_gz_is_an_error(tmp_path, suffix):
    content = gzip.compress(awkward_content(suffix.removesuffix(".gz")) * 200)
    for damaged in (content[:-20], content[:40], content[:-6] + b"\0" * 6):
        with pytest.raises(CorpusError, match=r"t\.\w+\.gz is damaged"):
            read(write(tmp_path / f"t{suffix}", damaged))


def test_a_damaged_parquet_is_an_error(tmp_path):
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": ["a", "b"] * 50, "label": [1, 0] * 50}), path)
    content = path.read_bytes()
    for damaged in (content[:-10], content[:100], b"PAR1" * 10):
        with pytest.raises(CorpusError, match=r"t\.parquet (is not|cannot be read)"):
            read(write(path, damaged))


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".csv.gz", ".jsonl.gz"])
def test_size_is_limited_before_and_after_decompression(tmp_path, lower, suffix):
    lower(file_bytes=5_000)
    content = awkward_content("." + suffix.split(".")[1]) + b"\n" * 10_000
    path = tmp_path / f"t{suffix}"
    gzipped(path, content) if suffix.endswith(".gz") else write(path, content)
    assert path.stat().st_size < 5_000 or not suffix.endswith(".gz")
    with pytest.raises(CorpusError, match="5,000 bytes"):
        read(path)


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="cannot be read"):
        read(tmp_path / "absent.csv")


def test_suffixes():
    suffixes = {
        "A.CSV": ".csv",
        "a.b.tsv.GZ": ".tsv",
        "a.jsonl.xz.zip": ".jsonl",
        "a.parquet": ".parquet",
        "a": "",
        "csv.gz": "",
    }
    assert {name: suffix_of(Path(name)) for name in suffixes} == suffixes


def test_fingerprint_follows_the_content(tmp_path):
    first = read(labels_csv(tmp_path, 1, 0)).fingerprint
    assert first == read(labels_csv(tmp_path, 1, 0)).fingerprint
    assert first != read(labels_csv(tmp_path, 0, 1)).fingerprint


# --- reviews.txt and labels.txt


def pair(tmp_path, reviews, labels):
    return write(tmp_path / "reviews.txt", reviews), write(tmp_path / "labels.txt", labels)


def test_text_pair(tmp_path):
    corpus = read_pair(
        *pair(tmp_path, "fine\x85still one line\u2028\x0c\r\n dull \r\n", "positive\nnegative\n")
    )
    assert list(corpus.texts) == ["fine\x85still one line\u2028\x0c", " dull "]
    assert corpus.labels.tolist() == [POSITIVE, NEGATIVE]
    assert list(corpus.names) == ["line 1", "line 2"]
    assert not corpus.official and corpus.rejected == ()


def test_text_pair_without_a_last_line_end(tmp_path):
    assert len(read_pair(*pair(tmp_path, "a\nb", "1\n0\n"))) == 2


def test_text_pair_rejects_blank_lines(tmp_path):
    corpus = read_pair(*pair(tmp_path, "a\n\nb\nc\n", "1\n\n0\n\n"))
    assert list(corpus.texts) == ["a", "b"]
    assert corpus.rejected == ("line 2: the text is empty", "line 4: the label is missing")


def test_text_pair_of_unequal_length(tmp_path):
    with pytest.raises(CorpusError, match="has 3 lines but .*labels.txt has 2"):
        read_pair(*pair(tmp_path, "a\nb\nc\n", "1\n0\n"))


def test_text_pair_of_other_labels(tmp_path):
    files = pair(tmp_path, "a\nb\n", "up\ndown\n")
    with pytest.raises(CorpusError, match="Classes"):
        read_pair(*files)
    assert read_pair(*files, classes="down; up").labels.tolist() == [1, 0]


def test_text_pair_in_another_encoding(tmp_path):
    files = pair(tmp_path, b"a film\nun bon caf\xe9\n", "1\n0\n")
    assert read_pair(*files).texts[1] == "un bon café"
    with pytest.raises(CorpusError, match="reviews.txt is not UTF-8: line 2, byte 18 "):
        read_pair(*files, encoding="utf-8")


def test_text_pair_that_is_empty(tmp_path):
    with pytest.raises(CorpusError, match="no rows"):
        read_pair(*pair(tmp_path, "", ""))


def test_fingerprint_of_a_pair_covers_both_files(tmp_path):
    prints = {
        read_pair(*pair(tmp_path, reviews, labels)).fingerprint
        for reviews, labels in (("a\nb", "1\n0"), ("a\nc", "1\n0"), ("a\nb", "0\n1"))
    }
    assert len(prints) == 3


@pytest.fixture
def ratings(tmp_path):
    path = tmp_path / "ratings.csv"
    rows = "".join(f"a film worth {stars},{stars}.0\n" for stars in range(1, 11))
    path.write_text(f"text,label\n{rows}")
    return path


def test_ratings_become_two_classes_and_others_are_rejected(ratings):
    corpus = read(ratings, classes="Negative=1,2,3,4; Positive=7,8, 9,10")
    assert corpus.labels.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert corpus.texts[4] == "a film worth 7"
    assert corpus.names[4] == "row 8"  # as a spreadsheet counts it
    assert [line.split(": ")[0] for line in corpus.rejected] == ["row 6", "row 7"]
    assert "'5'" in corpus.rejected[0] and "'6'" in corpus.rejected[1]


def test_a_label_with_a_comma_in_it_is_one_label(tmp_path):
    path = tmp_path / "commas.csv"
    path.write_text('text,label\ngood,"yes, please"\nbad,"no, thanks"\n')
    assert read(path, classes='"no, thanks"; "yes, please"').labels.tolist() == [1, 0]
