"""Folders with a class each, as in a part of aclImdb and in the polarity data of Cornell."""

import pytest

from sentiment.corpus.classes import NEGATIVE, NEGATIVE_NEUTRAL_POSITIVE, POSITIVE, Classes
from sentiment.corpus.review import Split
from sentiment.corpus.sources import fingerprint_of, open_corpus
from sentiment.corpus.table_config import TableConfig
from sentiment.errors import CorpusError


def make(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


@pytest.mark.parametrize("top", ["", "txt_sentoken/"])
def test_a_file_per_review(tmp_path, top):
    files = {f"{top}neg/cv1.txt": "dull\nand long", f"{top}pos/cv1.txt": "a café, naïve\n"}
    root = make(tmp_path, {**files, f"{top}pos/.DS_Store": b"\0", "poldata.README": "read me"})
    corpus = open_corpus(root)
    assert list(corpus.texts) == ["dull\nand long", "a café, naïve\n"]
    assert corpus.labels.tolist() == [NEGATIVE, POSITIVE]
    assert list(corpus.names) == [f"{top}neg/cv1.txt", f"{top}pos/cv1.txt"]
    assert not corpus.official and corpus.rejected == ()


def test_a_part_of_aclimdb_keeps_its_splits(tmp_path):
    files = {
        f"aclImdb/{split}/{label}/{n}_7.txt": f"{split} {label} {n}"
        for split in ("train", "test")
        for label in ("neg", "pos")
        for n in range(3)
    }
    root = make(tmp_path, {**files, "aclImdb/train/unsup/0_0.txt": "no label"})
    corpus = open_corpus(root / "aclImdb")
    assert len(corpus) == 12 and corpus.official
    assert corpus.splits.tolist() == [Split.TEST] * 6 + [Split.TRAIN] * 6
    assert len(open_corpus(root / "aclImdb" / "train")) == 6
    before = fingerprint_of(root / "aclImdb")
    (root / "aclImdb/train/pos/9_7.txt").write_text("one more")
    assert fingerprint_of(root / "aclImdb") != before


@pytest.mark.parametrize("names", [("rt.neg", "rt.pos"), ("negative.txt", "positive.txt")])
def test_a_file_per_class_with_a_review_per_line(tmp_path, names):
    neg, pos = names
    root = make(tmp_path, {neg: "dull , really\nbad \n", pos: "une caf\xe9 .\n".encode("cp1252")})
    corpus = open_corpus(root)
    assert list(corpus.texts) == ["dull , really", "bad ", "une café ."]
    assert corpus.labels.tolist() == [NEGATIVE, NEGATIVE, POSITIVE]
    assert corpus.names[1] == f"{neg}, line 2"
    if pos.endswith(".pos"):
        assert len(open_corpus(root / pos)) == 3  # one file of the pair stands for both


def test_the_encoding_of_all_files_is_one(tmp_path):
    russian = "очень скучный и длинный фильм"
    files = {f"neg/{n}.txt": russian.encode("cp1251") for n in range(3)}
    root = make(tmp_path, {**files, "pos/0.txt": "good film"})
    assert open_corpus(root).texts[0] == russian
    assert open_corpus(root, TableConfig(encoding="koi8_r")).texts[0] != russian


@pytest.mark.parametrize(
    ("names", "classes"),
    [
        (("neg", "neu", "pos"), NEGATIVE_NEUTRAL_POSITIVE),
        (("negative", "neutral", "positive"), NEGATIVE_NEUTRAL_POSITIVE),
        (("1", "2", "3", "10"), Classes(("1", "2", "3", "10"), ordered=True)),
        (("cats", "dogs", "fish"), Classes(("cats", "dogs", "fish"), ordered=False)),
    ],
)
@pytest.mark.parametrize("splits", [("",), ("train/", "test/")])
def test_folders_of_other_classes(tmp_path, names, classes, splits):
    files = {
        f"{split}{name}/{n}.txt": f"is {name}" for split in splits for name in names for n in (0, 1)
    }
    corpus = open_corpus(make(tmp_path, {**files, f"{splits[0]}unsup/0.txt": "no label"}))
    assert corpus.classes == classes and len(corpus) == len(files)
    for text, label in zip(corpus.texts, corpus.labels.tolist(), strict=True):
        assert classes.name(label).lower().startswith(text.removeprefix("is "))


def test_classes_of_folders_can_be_merged(tmp_path):
    root = make(tmp_path, {f"{stars}/a.txt": f"film {stars}" for stars in range(1, 6)})
    corpus = open_corpus(root, TableConfig(classes="Bad=1,2; Good=4,5"))
    assert corpus.labels.tolist() == [0, 0, 1, 1] and len(corpus.rejected) == 1


def test_folders_of_one_class_or_of_other_files_are_no_source(tmp_path):
    make(tmp_path, {"one/pos/1.txt": "good", "other/cats/1.jpg": "a", "other/dogs/1.txt": "b"})
    for name in ("one", "other"):
        with pytest.raises(CorpusError, match=name):
            open_corpus(tmp_path / name)
