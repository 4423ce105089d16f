"""Files uploaded in the browser."""

import contextlib
import io
import zipfile
from dataclasses import replace

import pytest

from sentiment.corpus import limits
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import facts_of
from sentiment.corpus.tables import read_table
from sentiment.corpus.uploads import store_upload, unpacked
from sentiment.errors import CorpusError

TABLE = b"note,<b>words</b>,stars\n1,good film,5\n2,bad film,1\n3,so good,5\n4,,1\n"


def read(path, **options):
    return read_table(path, TableConfig(**options))


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


@pytest.mark.parametrize(
    "name", ["../../x.csv", "/etc/x.csv", "..\\x.csv", "a\0b\n.csv", "w" * 5000 + ".csv", "é ü.csv"]
)
def test_every_name_stays_in_the_folder(name, tmp_path):
    path = store_upload(name, TABLE)
    assert path.parent.parent == tmp_path / "data" / "uploads"
    assert path.read_bytes() == TABLE and len(path.name) <= 80
    assert store_upload(name, TABLE) == path
    assert store_upload(name, TABLE + b"5,fine,5\n") != path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("", TABLE, r"no name.*\.csv"),
        ("..", TABLE, r"no name.*\.csv"),
        ("x.csv", b"", "is empty"),
    ],
)
def test_other_files_are_errors(name, content, message, tmp_path):
    with pytest.raises(CorpusError, match=message):
        store_upload(name, content)
    assert not (tmp_path / "data").exists()


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


CSV = "text,label\n" + "".join(f"good film {n},1\nbad film {n},0\n" for n in range(6))
PER_CLASS = {f"{kind}/{n}.txt": f"a {kind} film {n}" for kind in ("pos", "neg") for n in range(6)}
BY_SPLIT = {
    f"{part}/{name}": text for part in ("train", "test") for name, text in PER_CLASS.items()
}


@pytest.mark.parametrize(
    ("files", "reviews", "of_test"),
    [
        ({"train.csv": CSV, "test.csv": CSV, "README.md": "About"}, 24, 12),
        ({"data/train.csv": CSV, "data/test.csv": CSV, "__MACOSX/data/._train.csv": "x"}, 24, 12),
        ({"one.csv": CSV, "two.jsonl": '{"text": "fine", "label": 1}\n' * 3}, 15, 0),
        ({"reviews.txt": "good\nbad\n" * 4, "labels.txt": "positive\nnegative\n" * 4}, 8, 0),
        (PER_CLASS, 12, 0),
        ({f"reviews/{name}": text for name, text in PER_CLASS.items()}, 12, 0),
        (BY_SPLIT, 24, 12),
        ({f"aclImdb/{name}": text for name, text in BY_SPLIT.items()}, 24, 12),
    ],
)
def test_a_zip_of_several_files_is_unpacked_and_read_as_one_corpus(files, reviews, of_test):
    content = zipped(files)
    for _ in range(2):  # a second upload changes nothing
        path = unpacked(store_upload("Several.zip", content))
        assert path.is_dir() and path.name == "Several"
        assert [one.name for one in path.parent.iterdir()] == ["Several"]
    corpus = read(path)
    assert len(corpus) == reviews
    assert (corpus.splits == Split.TEST).sum() == of_test
    assert set(corpus.labels) == {0, 1}


def test_a_zip_of_one_table_or_of_a_document_stays_a_file():
    for files in ({"one.csv": CSV}, {"[Content_Types].xml": "x", "xl/workbook.xml": "x"}):
        path = store_upload("one.zip", zipped(files))
        assert unpacked(path) == path and path.is_file()


def test_no_file_of_a_zip_leaves_its_folder(tmp_path):
    names = ("../../a.csv", "/etc/b.csv", "..\\..\\c.csv", "C:\\d.csv", "x/../../e.csv")
    before = set(tmp_path.rglob("*"))
    with contextlib.suppress(CorpusError):  # some are not in one folder
        unpacked(store_upload("evil.zip", zipped(dict.fromkeys(names, CSV))))
    new = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert new and all(tmp_path / "data" / "uploads" in path.parents for path in new)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"a.jpg": "x", "b.jpg": "y"}, r"pictures\.zip has no table.*a\.jpg.*\.csv"),
        ({"a.csv": CSV, "more/b.csv": CSV}, r"only a\.csv would be read, but not b\.csv"),
        ({"a.csv": CSV, "./a.csv": CSV}, "two files"),
    ],
)
def test_a_zip_that_cannot_be_read_as_one_is_an_error(files, message):
    path = store_upload("pictures.zip", zipped(files))
    with pytest.raises(CorpusError, match=message):
        unpacked(path)
    assert [one.name for one in path.parent.iterdir()] == ["pictures.zip"]


def test_a_damaged_or_too_large_zip_is_an_error(monkeypatch):
    content = zipped({"train.csv": CSV * 300, "test.csv": CSV})
    damaged = bytearray(content)
    damaged[60:80] = bytes(20)
    directory = content.index(b"PK\x01\x02")
    for place in (6, 8, 10, 42, 43, 44):  # version, flags, method, position of the first file
        changed = bytearray(content)
        changed[directory + place] = 0xFF
        with pytest.raises(CorpusError):
            unpacked(store_upload(f"changed{place}.zip", bytes(changed)))
    for number in range(len(content) // 40):
        with contextlib.suppress(CorpusError):
            unpacked(store_upload(f"cut{number}.zip", content[: number * 40 + 4]))
    with pytest.raises(CorpusError, match="damaged"):
        unpacked(store_upload("damaged.zip", bytes(damaged)))
    small = replace(limits.LIMITS, expanded_bytes=1_000, expansion=2)
    monkeypatch.setattr(limits, "LIMITS", small)
    with pytest.raises(CorpusError, match="unpacks to more than"):
        unpacked(store_upload("bomb.zip", content))


def test_markup_in_a_column_name_is_plain_text():
    path = store_upload("x.csv", TABLE)
    assert facts_of(path).columns[1] == "<b>words</b>"
    corpus = read(path, text="<b>words</b>", label="stars", classes="Negative=1; Positive=5")
    assert len(corpus) == 3 and corpus.rejected == ("row 5: the text is empty",)
