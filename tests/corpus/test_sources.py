"""Every kind of source opens as a corpus; others raise an error with what is accepted."""

import gzip
import os
import shutil
from dataclasses import replace
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sentiment import places
from sentiment.corpus import archive, imdb_folder, sources, table_files
from sentiment.corpus.classes import Classes
from sentiment.corpus.review import Split
from sentiment.corpus.sources import find_archive, fingerprint_of, open_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError
from tests.corpus.conftest import COUNTS, imdb_files, pack, unpack

CSV = "text,label\nfine,1\ndull,0\n"
JSONL = '{"text": "fine", "label": 1}\n{"text": "dull", "label": 0}\n'


@pytest.fixture(autouse=True)
def small_archives_are_complete(monkeypatch):
    for module, name in ((archive, "read_archive"), (imdb_folder, "read_folder")):
        monkeypatch.setattr(module, name, partial(getattr(module, name), expected=COUNTS))


@pytest.fixture(autouse=True)
def no_archive(monkeypatch, tmp_path):
    """No archive on this machine, whatever exists outside the tests."""
    monkeypatch.delenv("SENTIMENT_ARCHIVE", raising=False)
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(sources, "ARCHIVES", tmp_path / "here" / "shared" / "imdb")


def make_source(kind, folder):
    """A source of one kind in `folder`."""
    path = folder / kind
    if kind.startswith("aclImdb_v1"):
        return pack(path, imdb_files())
    if kind == "aclImdb":
        return unpack(folder, imdb_files())
    if kind == "parent":
        return unpack(path, imdb_files()).parent
    if kind.startswith("pair"):
        path = folder / "pair"
        path.mkdir()
        (path / "reviews.txt").write_text("fine\ndull\n")
        (path / "labels.txt").write_text("positive\nnegative\n")
        return path / kind.removeprefix("pair").lstrip("/")
    if kind == "t.parquet":
        pq.write_table(pa.table({"text": ["fine", "dull"], "label": [1, 0]}), path)
        return path
    content = JSONL if "json" in kind else CSV.replace(",", "\t") if ".tsv" in kind else CSV
    path.write_bytes(gzip.compress(content.encode()) if ".gz" in kind else content.encode())
    return path


IMDB_KINDS = ["aclImdb_v1.tar.gz", "aclImdb_v1.tgz", "aclImdb_v1.tar", "aclImdb", "parent"]
TABLE_KINDS = ["t.csv", "t.CSV", "t.tsv", "t.jsonl", "t.ndjson", "t.parquet"]
TABLE_KINDS += ["t.csv.gz", "t.tsv.gz", "t.jsonl.gz"]
PAIR_KINDS = ["pair", "pair/reviews.txt", "pair/labels.txt"]


@pytest.mark.parametrize("kind", IMDB_KINDS + TABLE_KINDS + PAIR_KINDS)
def test_every_kind_opens_and_keeps_its_fingerprint(tmp_path, kind):
    path = make_source(kind, tmp_path)
    corpus = open_corpus(path)
    assert len(corpus) == (48 if kind in IMDB_KINDS else 2)
    assert fingerprint_of(path) == corpus.fingerprint == open_corpus(str(path)).fingerprint
    if kind in IMDB_KINDS:
        assert len(open_corpus(path, unlabelled=True)) == 53
        assert open_corpus(path, unlabelled=True).fingerprint == corpus.fingerprint


def test_fingerprint_of_a_folder_follows_sizes_times_and_names(tmp_path):
    folder = unpack(tmp_path, imdb_files())
    before = fingerprint_of(folder)
    assert fingerprint_of(tmp_path) == before
    (folder / "README").write_text("no review")
    assert fingerprint_of(folder) == before
    review = folder / "train" / "neg" / "0_1.txt"
    status = review.stat()
    os.utime(review, ns=(status.st_atime_ns, status.st_mtime_ns + 1))
    touched = fingerprint_of(folder)
    review.rename(review.with_name("0_2.txt"))
    renamed = fingerprint_of(folder)
    (folder / "train" / "urls_neg.txt").unlink()
    assert len({before, touched, renamed, fingerprint_of(folder)}) == 4


def test_the_sample_corpus_needs_no_file():
    corpus = open_corpus("sample")
    assert len(corpus) == 6_000
    assert fingerprint_of("sample") == corpus.fingerprint


def test_column_options_reach_the_table(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("words,mood\nfine,up\ndull,down\n")
    corpus = open_corpus(path, TableConfig(text="words", label="mood", classes="down; up"))
    assert corpus.labels.tolist() == [1, 0]


def test_classes_reach_the_pair(tmp_path):
    path = make_source("pair", tmp_path)
    (path / "labels.txt").write_text("up\ndown\n")
    assert open_corpus(path, TableConfig(classes="up; down")).labels.tolist() == [0, 1]


def test_progress_ends_with_the_last_review(tmp_path):
    calls = []
    path = make_source("aclImdb", tmp_path)
    open_corpus(path, progress=lambda done, total: calls.append((done, total)))
    assert calls[-1] == (53, 53)


# --- Search for the archive


def test_find_archive_in_order(monkeypatch, tmp_path):
    assert find_archive() is None
    shared = tmp_path / "here" / "shared" / "imdb"
    downloads = places.downloads_dir()
    for folder in (shared, downloads):
        folder.mkdir(parents=True)
        path = pack(folder / "aclImdb_v1.tar.gz", imdb_files())
        assert find_archive() == path
    own = unpack(tmp_path, imdb_files())
    monkeypatch.setenv("SENTIMENT_ARCHIVE", str(own))
    assert find_archive() == own
    assert fingerprint_of("imdb") == fingerprint_of(own)
    assert len(open_corpus("imdb")) == 48
    shutil.rmtree(own)
    assert find_archive() == downloads / "aclImdb_v1.tar.gz"


def test_without_the_archive_the_error_says_how_to_get_it(monkeypatch):
    for function in (open_corpus, fingerprint_of):
        with pytest.raises(CorpusError, match="python -m sentiment download.*SENTIMENT_ARCHIVE"):
            function("imdb")
    monkeypatch.setenv("SENTIMENT_ARCHIVE", "/no/such/file")
    with pytest.raises(CorpusError, match="SENTIMENT_ARCHIVE is /no/such/file"):
        open_corpus("imdb")


# --- Errors


@pytest.mark.parametrize("function", [open_corpus, fingerprint_of])
def test_the_error_lists_what_is_accepted(tmp_path, function):
    (tmp_path / "empty").mkdir()
    with pytest.raises(CorpusError, match=r"empty.*\.parquet"):
        function(tmp_path / "empty")
    with pytest.raises(CorpusError, match="no file or folder .*absent.csv"):
        function(tmp_path / "absent.csv")
    with pytest.raises(CorpusError, match="source is empty"):
        function("")


@pytest.mark.parametrize("missing", ["reviews.txt", "labels.txt"])
def test_half_a_pair_is_an_error(tmp_path, missing):
    folder = make_source("pair", tmp_path)
    (folder / missing).unlink()
    other = next(folder.iterdir())
    for path in (folder, other):
        with pytest.raises(CorpusError, match=f"{other.name} has lines .* labels.txt"):
            open_corpus(path)


def test_a_table_may_have_the_name_of_half_a_pair(tmp_path):
    (tmp_path / "reviews.txt").write_text("text\tlabel\n" + "a film\tpos\na bore\tneg\n" * 9)
    assert len(open_corpus(tmp_path / "reviews.txt")) == len(open_corpus(tmp_path)) == 18


def test_a_pair_in_two_folders_is_given_by_both_paths(tmp_path):
    """As uploads are stored."""
    names = {"reviews.txt": "fine\ndull\n", "labels.txt": "positive\nnegative\n"}
    for name, content in names.items():
        (tmp_path / name[0]).mkdir()
        (tmp_path / name[0] / name).write_text(content)
    reviews, labels = (tmp_path / name[0] / name for name in names)
    one, other = (open_corpus(f"{a},{b}") for a, b in ((reviews, labels), (labels, reviews)))
    assert list(one.texts) == list(other.texts) == ["fine", "dull"]
    assert one.labels.tolist() == other.labels.tolist() == [1, 0]
    assert one.fingerprint == other.fingerprint == fingerprint_of(f"{labels}, {reviews}")


def test_a_folder_named_like_a_table_is_an_error(tmp_path):
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(CorpusError, match=r"folder .*t\.csv"):
        open_corpus(tmp_path / "t.csv")


def test_a_file_without_permission(tmp_path, monkeypatch):
    path = make_source("t.csv", tmp_path)

    def refuse(*paths):
        raise PermissionError(13, "Permission denied")

    for module in (table_files, sources.text_files):
        monkeypatch.setattr(module, "fingerprint_of_files", refuse)
    for function in (open_corpus, fingerprint_of):
        with pytest.raises(CorpusError, match="t.csv cannot be read: Permission denied"):
            function(path)


@pytest.mark.parametrize("unlabelled", [False, True])
def test_the_stars_of_imdb_are_those_of_the_file_names(tmp_path, monkeypatch, unlabelled):
    path = pack(tmp_path / "aclImdb_v1.tar.gz", imdb_files())
    monkeypatch.setenv("SENTIMENT_ARCHIVE", str(path))
    corpus = open_corpus("imdb-stars", unlabelled=unlabelled)
    names = ("1", "2", "3", "4", "7", "8", "9", "10")
    assert corpus.classes == Classes(names, ordered=True)
    assert len(corpus) == sum(COUNTS.values()) - (0 if unlabelled else COUNTS["train/unsup"])
    for review in corpus:
        stars = review.name.rpartition("_")[2]
        expected = "unlabelled" if stars == "0" else stars
        assert corpus.classes.name(review.label) == expected
    assert corpus.texts == open_corpus("imdb", unlabelled=unlabelled).texts
    assert fingerprint_of("imdb-stars") == corpus.fingerprint != fingerprint_of("imdb")


def test_the_stars_of_imdb_have_its_splits(tmp_path, monkeypatch):
    path = pack(tmp_path / "aclImdb_v1.tar.gz", imdb_files())
    monkeypatch.setenv("SENTIMENT_ARCHIVE", str(path))
    config = PrepareConfig(min_length=1, min_count=1)
    two, eight = (prepare(source, config) for source in ("imdb", "imdb-stars"))
    assert np.array_equal(two.splits, eight.splits)
    assert {Split.TRAIN, Split.VALID, Split.TEST} == set(eight.splits.tolist())
    changed = replace(open_corpus("imdb-stars"), strata=None)
    encode_corpus(changed, config, tmp_path)  # stratified by the stars, other films are drawn
    assert not np.array_equal(PreparedCorpus.open(tmp_path).splits, two.splits)


def test_stars_that_imdb_does_not_have_are_named(tmp_path, monkeypatch):
    files = imdb_files()
    files["aclImdb/test/neg/3_5.txt"] = files.pop("aclImdb/test/neg/3_4.txt")
    path = pack(tmp_path / "aclImdb_v1.tar.gz", files)
    monkeypatch.setenv("SENTIMENT_ARCHIVE", str(path))
    with pytest.raises(CorpusError, match=r"test/neg/3_5 has 5 stars, expected 1, 2, 3, 4, 7"):
        open_corpus("imdb-stars")
