"""Corrections as CSV: what is exported is imported again; errors name the line."""

import io
from dataclasses import replace

import pandas as pd
import pytest

from sentiment import atomic
from sentiment.corpus.classes import NEGATIVE, POSITIVE, Classes
from sentiment.corpus.export import csv_of
from sentiment.dataset.corrections import IMPORTED, Correction, Corrections, hex_digest
from sentiment.dataset.corrections_csv import corrections_table, read_corrections
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.splitting import text_digests
from sentiment.errors import CorpusError
from tests.corpora import small_corpus

TEXTS = {
    0: '=a film, "quoted"\r\nover two\nlines',
    2: "a film with  two   spaces and é",
    3: "the same film",
    4: "the same film",
    6: "the same film indeed",
}


@pytest.fixture
def corpus(monkeypatch, tmp_path) -> PreparedCorpus:
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    made = small_corpus(40)  # even rows are negative
    texts = [TEXTS.get(row, text) for row, text in enumerate(made.texts)]
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(replace(made, texts=texts), PrepareConfig(min_count=1), fresh)
    return PreparedCorpus.open(tmp_path / "made")


@pytest.fixture
def made(corpus) -> Corrections:
    digests = [hex_digest(digest) for digest in text_digests(corpus.all_texts())]

    def fix(rows, label, merge=False, check="label-errors"):
        return Correction(tuple(digests[row] for row in rows), label, merge, check, "1")

    return Corrections(
        (
            fix([0], POSITIVE),
            fix([2], POSITIVE),
            fix([8], None),
            fix([3, 6], NEGATIVE, merge=True, check="near-duplicates"),
        )
    )


def exported(made: Corrections, corpus: PreparedCorpus) -> pd.DataFrame:
    content = csv_of(corrections_table(made, corpus))
    return pd.read_csv(io.BytesIO(content), dtype=str, keep_default_na=False)


def test_the_table_has_a_row_for_each_review(made, corpus):
    table = exported(made, corpus)
    assert list(table) == ["row", "text", "label", "corrected label", "merge", "reason"]
    assert table["row"].tolist() == ["row 1", "row 3", "row 4", "row 5", "row 7", "row 9"]
    labels = list(zip(table["label"], table["corrected label"], table["merge"], strict=True))
    assert labels == [
        ("Negative", "Positive", ""),
        ("Negative", "Positive", ""),
        ("Positive", "Negative", "1"),
        ("Negative", "Negative", "1"),
        ("Negative", "Negative", "1"),
        ("Negative", "Negative", ""),
    ]
    assert table["text"][0].startswith("'=")  # no spreadsheet evaluates it


@pytest.mark.parametrize("form", ["exported", "semicolons", "utf-16", "spreadsheet"])
def test_an_exported_file_is_imported_again(form, made, corpus):
    content = csv_of(corrections_table(made, corpus))
    table = exported(made, corpus)
    if form == "semicolons":
        content = table.to_csv(index=False, sep=";").encode()
    elif form == "utf-16":
        content = table.to_csv(index=False, sep="\t").encode("utf-16")
    elif form == "spreadsheet":  # which changes line ends, spaces and the case of the header
        table["text"] = table["text"].str.replace(r"\s+", " ", regex=True)
        content = (
            table.rename(columns=str.upper).to_csv(index=False, lineterminator="\r\n").encode()
        )
    imported = read_corrections(content, corpus)
    assert Corrections(tuple(imported.made)).digest == made.digest
    assert (imported.texts, imported.unmatched, imported.empty) == (5, [], 0)
    assert len({one.time for one in imported.made}) == 1  # one step of undo


def test_two_columns_are_enough_and_what_does_not_fit_is_counted(corpus):
    content = "text,corrected label\nthe same film,POSITIVE\nelsewhere,1\nthe same film indeed,\n"
    imported = read_corrections(content.encode(), corpus)
    assert (imported.texts, imported.unmatched, imported.empty) == (1, [3], 1)
    assert (imported.made[0].label, imported.made[0].check) == (POSITIVE, IMPORTED)
    assert "3" in imported.finding()
    right = b"text,corrected label\nthe same film indeed,0\n"
    assert read_corrections(right, corpus).made[0].label is None  # as the source has it


@pytest.mark.parametrize(
    ("names", "written", "code"),
    [
        (("Negative", "Neutral", "Positive"), "neutral", 1),
        (("Negative", "Neutral", "Positive"), "2", 2),
        (("1", "2", "3"), "2", 1),  # a name, not a code
    ],
)
def test_a_label_can_be_any_class(corpus, names, written, code):
    of_three = replace(corpus, classes=Classes(names, ordered=True))
    content = f"text,corrected label\nthe same film,{written}\n".encode()
    imported = read_corrections(content, of_three)
    assert imported.made[0].label == code
    table = list(corrections_table(Corrections(tuple(imported.made)), of_three))
    assert table[0]["corrected label"] == names[code]
    with pytest.raises(CorpusError, match=names[1]):
        read_corrections(b"text,corrected label\nthe same film,7\n", of_three)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "empty"),
        (b"PK\x03\x04\xff\xff", "byte 4"),
        (b"text,label\na,1\n", "'corrected label'"),
        (b"text,corrected label\nthe same film,good\n", "Line 2.*'good'"),
        (b"text,corrected label\nthe same film,1,2\n", "Line 2 has 3 cells"),
        (b"text,corrected label\nthe same film,1\nthe same film,0\n", "Lines 2 and 3"),
        (
            b"text,corrected label,merge\nthe same film,1,7\nthe same film indeed,0,7\n",
            "Lines 2 and 3.*7",
        ),
        (b"text,corrected label\nelsewhere,1\n", "None of the 1 lines"),
        (b"text,corrected label\n", "None of the 0 lines"),
    ],
)
def test_a_bad_file_is_refused_as_a_whole(content, named, corpus):
    with pytest.raises(CorpusError, match=named):
        read_corrections(content, corpus)
