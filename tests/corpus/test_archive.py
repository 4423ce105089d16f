"""The archive and its unpacked folder give the same corpus; damage is an error."""

import gzip
import io
import os
import tarfile
from functools import partial

import numpy as np
import pytest

from sentiment.corpus.archive import read_archive
from sentiment.corpus.classes import NEGATIVE, POSITIVE
from sentiment.corpus.imdb_folder import read_folder
from sentiment.corpus.imdb_reviews import FOLDERS, UNSUP
from sentiment.corpus.review import NO_FILM, UNLABELLED, Split
from sentiment.corpus.sources import find_archive
from sentiment.errors import CorpusError
from tests.corpus.conftest import (
    COUNTS,
    PER_FOLDER,
    add_member,
    film_of,
    imdb_files,
    pack,
    rating_of,
    text_of,
    unpack,
)

read = partial(read_archive, expected=COUNTS)
read_unpacked = partial(read_folder, expected=COUNTS)


def contents(corpus):
    columns = (corpus.labels, corpus.splits, corpus.films, corpus.ratings)
    return corpus.texts, corpus.names, corpus.rejected, *(column.tolist() for column in columns)


def test_every_review_keeps_its_text_label_split_film_rating_and_name(archive):
    corpus = read(archive, unlabelled=True)
    assert corpus.name == "IMDB" and corpus.official and corpus.rejected == ()
    assert len(corpus) == sum(COUNTS.values())
    by_name = {review.name: review for review in corpus}
    for folder, count in COUNTS.items():
        for number in range(count):
            review = by_name[f"{folder}/{number}_{rating_of(folder, number)}"]
            assert review.text == text_of(folder, number)
            assert review.film == film_of(folder, number)
            assert review.rating == rating_of(folder, number)
            assert (review.split, review.label) == FOLDERS[folder]
    assert corpus.labels.dtype == np.int8 and corpus.splits.dtype == np.int8
    assert corpus.films.dtype == np.int32 and corpus.ratings.dtype == np.int8


def test_order_is_split_then_label_then_id_as_a_number(archive):
    corpus = read(archive)
    names = [name.split("_")[0] for name in corpus.names]
    folders = ("train/neg", "train/pos", "test/neg", "test/pos")
    assert names == [f"{folder}/{number}" for folder in folders for number in range(PER_FOLDER)]
    assert corpus.labels.tolist() == ([NEGATIVE] * 12 + [POSITIVE] * 12) * 2
    assert corpus.splits.tolist() == [Split.TRAIN] * 24 + [Split.TEST] * 24


def test_order_does_not_depend_on_the_order_in_the_archive(tmp_path, archive):
    expected = contents(read(archive, unlabelled=True))
    for seed in range(3):
        shuffled = pack(tmp_path / f"{seed}.tar.gz", imdb_files(), shuffled=seed)
        assert contents(read(shuffled, unlabelled=True)) == expected


def test_folder_and_plain_tar_give_what_the_archive_gives(tmp_path, archive):
    folder = unpack(tmp_path / "unpacked", imdb_files())
    plain = pack(tmp_path / "aclImdb.tar", imdb_files())
    for unlabelled in (False, True):
        expected = contents(read(archive, unlabelled=unlabelled))
        assert contents(read_unpacked(folder, unlabelled=unlabelled)) == expected
        assert contents(read_unpacked(folder.parent, unlabelled=unlabelled)) == expected
        assert contents(read(plain, unlabelled=unlabelled)) == expected


def test_members_may_start_with_a_dot(tmp_path, archive):
    dotted = {f"./{name}": content for name, content in imdb_files().items()}
    assert contents(read(pack(tmp_path / "a.tgz", dotted))) == contents(read(archive))


def test_unlabelled_reviews_are_counted_and_read_only_on_request(archive):
    assert UNLABELLED not in read(archive).labels
    corpus = read(archive, unlabelled=True)
    assert int(np.sum(corpus.labels == UNLABELLED)) == COUNTS[UNSUP]
    assert np.all(corpus.splits[corpus.labels == UNLABELLED] == Split.UNLABELLED)


@pytest.mark.parametrize("folder", COUNTS)
def test_missing_reviews_are_an_error_that_counts_them(tmp_path, folder):
    files = imdb_files()
    del files[f"aclImdb/{folder}/3_{rating_of(folder, 3)}.txt"]
    path = pack(tmp_path / "aclImdb_v1.tar.gz", files)
    wrong = f"{folder} has {COUNTS[folder] - 1} reviews, expected {COUNTS[folder]}. Download"
    with pytest.raises(CorpusError, match=wrong):
        read(path)
    with pytest.raises(CorpusError, match=wrong):
        read_unpacked(unpack(tmp_path / "unpacked", files))


def test_a_small_archive_is_not_the_official_one(archive):
    with pytest.raises(CorpusError, match="train/neg has 12 reviews, expected 12,500; train/pos"):
        read_archive(archive)


def test_a_folder_may_lack_the_unlabelled_reviews(tmp_path):
    files = {name: c for name, c in imdb_files().items() if UNSUP not in name}
    corpus = read_unpacked(unpack(tmp_path, files), unlabelled=True)
    assert len(corpus) == 4 * PER_FOLDER
    assert [line.split(":")[0] for line in corpus.rejected] == ["train/unsup"]


def test_the_same_review_twice_is_an_error(tmp_path):
    files = imdb_files() | {"aclImdb/train/neg/0_4.txt": b"another rating, the same id"}
    with pytest.raises(CorpusError, match="train/neg.* 0 twice"):
        read(pack(tmp_path / "a.tar.gz", files))


def test_films_are_unknown_without_their_lists(tmp_path):
    files = {name: content for name, content in imdb_files().items() if "urls_" not in name}
    corpus = read(pack(tmp_path / "none.tar.gz", files))
    assert corpus.films is None
    assert "train/urls_neg.txt: no film for 12 reviews of train/neg" in corpus.rejected
    assert corpus[0].film == NO_FILM


def test_films_of_one_missing_or_short_list_are_unknown_alone(tmp_path):
    files = imdb_files()
    del files["aclImdb/test/urls_pos.txt"]
    lines = files["aclImdb/train/urls_neg.txt"].split(b"\n")
    lines[0] = b"http://example.com/no-title-here"
    files["aclImdb/train/urls_neg.txt"] = b"\n".join(lines[:10])
    corpus = read(pack(tmp_path / "some.tar.gz", files))
    assert corpus.films[0] == NO_FILM and corpus.films[1] == film_of("train/neg", 1)
    assert corpus.films[10:12].tolist() == [NO_FILM, NO_FILM]
    assert np.all(corpus.films[-PER_FOLDER:] == NO_FILM)
    assert corpus.rejected == (
        "train/urls_neg.txt: no film for 2 reviews of train/neg",
        "test/urls_pos.txt: no film for 12 reviews of test/pos",
    )


def test_other_members_are_skipped(tmp_path):
    files = imdb_files() | {
        "aclImdb/train/pos/._0_9.txt": b"left by a Mac",
        "aclImdb/train/pos/notes.txt": b"no id",
        "aclImdb/train/pos/deep/77_9.txt": b"too deep",
        "../aclImdb/train/pos/78_9.txt": b"outside",
        "/aclImdb/train/pos/79_9.txt": b"absolute",
        "other/train/pos/80_9.txt": b"elsewhere",
    }
    path = pack(tmp_path / "odd.tar", files)
    with tarfile.open(path, "a") as tar:
        for number, kind in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE)):
            member = tarfile.TarInfo(f"aclImdb/train/pos/{90 + number}_9.txt")
            member.type, member.linkname = kind, "/etc/hostname"
            tar.addfile(member)
    assert len(read(path)) == 4 * PER_FOLDER
    assert sorted(tmp_path.iterdir()) == [path]  # nothing was unpacked


def test_links_in_a_folder_are_not_followed(tmp_path):
    folder = unpack(tmp_path, imdb_files())
    os.symlink(tmp_path, folder / "train" / "pos" / "99_9.txt")
    assert len(read_unpacked(folder)) == 4 * PER_FOLDER


def test_text_that_is_not_utf8_is_read_and_reported(tmp_path):
    name = f"aclImdb/train/pos/2_{rating_of('train/pos', 2)}.txt"
    corpus = read(pack(tmp_path / "a.tar.gz", imdb_files() | {name: b"caf\xe9 noir"}))
    assert corpus.texts[PER_FOLDER + 2] == "caf\N{REPLACEMENT CHARACTER} noir"
    (line,) = corpus.rejected
    assert line.startswith("train/pos/2_9.txt: byte 4 is not UTF-8")


def test_reviews_have_a_size_limit(tmp_path, lower, archive):
    lower(archive_review_bytes=10)
    for read_one, path in ((read, archive), (read_unpacked, unpack(tmp_path, imdb_files()))):
        with pytest.raises(CorpusError, match=r"\d_\d.txt has more than 10 bytes"):
            read_one(path)


@pytest.mark.parametrize(
    ("limit", "value"),
    [("archive_bytes", 5_000), ("archive_members", 2), ("archive_texts_bytes", 50)],
)
def test_archives_have_a_size_limit(lower, archive, limit, value):
    lower(**{limit: value})
    with pytest.raises(CorpusError, match=f"{value:,}"):
        read(archive)


def test_every_truncation_is_an_error(tmp_path, archive):
    content = archive.read_bytes()
    path = tmp_path / "cut.tar.gz"
    for length in range(0, len(content), 97):
        path.write_bytes(content[:length])
        with pytest.raises(CorpusError, match="cut.tar.gz is .*[Dd]ownload it again"):
            read(path)


def test_all_damage_is_detected(tmp_path, archive):
    content = archive.read_bytes()
    path = tmp_path / "damaged.tar.gz"
    for position in range(40, len(content), 61):  # earlier bytes are only a time and a name
        damaged = bytearray(content)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(CorpusError):
            read(path)


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><p>Log in to the network", b"PK\x03\x04" + b"\0" * 2000]
)
def test_another_file_is_an_error(tmp_path, content):
    for name, data in (("a.tar.gz", content), ("b.tar.gz", gzip.compress(content))):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(CorpusError, match=rf"{name} .*\. Download it again"):
            read(tmp_path / name)


def test_another_archive_is_an_error(tmp_path):
    path = pack(tmp_path / "a.tar.gz", {"photos/1.jpg": b"?"})
    with pytest.raises(CorpusError, match="aclImdb/train/pos/0_9.txt"):
        read(path)
    with pytest.raises(CorpusError, match="no aclImdb/train/pos"):
        read_unpacked(tmp_path)


def test_an_archive_that_cannot_be_opened_is_an_error(tmp_path):
    with pytest.raises(CorpusError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_fingerprint_follows_the_content(tmp_path, archive):
    before = read(archive).fingerprint
    assert len(before) == 64 and read(archive).fingerprint == before
    with gzip.open(archive) as file:
        plain = io.BytesIO(file.read())
    with tarfile.open(fileobj=plain, mode="a") as tar:
        add_member(tar, "aclImdb/extra", b"more")
    archive.write_bytes(gzip.compress(plain.getvalue()))
    assert read(archive).fingerprint != before


def test_progress_counts_reviews_up_to_the_end(monkeypatch, tmp_path, archive):
    monkeypatch.setattr("sentiment.corpus.imdb_reviews.REPORT_EVERY", 10)
    total = sum(COUNTS.values())
    expected = [(done, total) for done in [*range(10, total, 10), total]]
    for read_one, path in ((read, archive), (read_unpacked, unpack(tmp_path, imdb_files()))):
        calls = []
        read_one(path, progress=lambda done, total, calls=calls: calls.append((done, total)))
        assert calls == expected


@pytest.mark.slow
@pytest.mark.archive
def test_the_real_archive():
    path = find_archive()
    if path is None or not path.is_file():
        pytest.skip(
            "the IMDB archive is not on this machine; fetch it: python -m sentiment download"
        )
    corpus = read_archive(path, unlabelled=True)
    balanced = {"Negative": 12_500, "Positive": 12_500}
    assert corpus.counts() == {
        "train": balanced,
        "test": balanced,
        "unlabelled": {"unlabelled": 50_000},
    }
    train, test = (
        set(corpus.films[corpus.splits == s].tolist()) for s in (Split.TRAIN, Split.TEST)
    )
    assert (len(train), len(test), len(train & test)) == (3_456, 3_581, 1)
    assert NO_FILM not in train | test
    assert corpus.rejected == ()
    stars = corpus.ratings[corpus.labels == POSITIVE]
    assert (stars.min(), stars.max()) == (7, 10)
    assert all(corpus.texts)
