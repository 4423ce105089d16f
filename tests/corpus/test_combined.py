"""Several tables as one corpus: which files, their splits, and the rows with their places."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sentiment.corpus.review import Split
from sentiment.corpus.sources import allowed_source, fingerprint_of, open_corpus
from sentiment.corpus.split_column import NONE
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import guesses_of
from sentiment.corpus.table_files import files_of, short_name
from sentiment.corpus.table_scan import scan_table
from sentiment.errors import CorpusError

TRAIN, VALID, TEST = Split.TRAIN, Split.VALID, Split.TEST


def write(folder: Path, **rows: int) -> Path:
    """A file .csv per name with so many rows, whose texts begin with the name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count in rows.items():
        text = name.replace(",", "")
        lines = [f"{text} film {n},{n % 2}\n" for n in range(count)]
        (folder / f"{name}.csv").write_text("text,label\n" + "".join(lines))
    return folder


def read(source, **settings):
    return open_corpus(str(source), TableConfig(**settings))


def split_guess(source, **settings):
    found = guesses_of(Path(source), TableConfig(**settings))
    return next((guess for guess in found if guess.field == "split_column"), None)


def sources(folder: Path) -> list[str]:
    """The three ways to give the tables in a folder."""
    return [str(folder), str(folder / "*.csv"), ",".join(map(str, sorted(folder.glob("*.csv"))))]


@pytest.mark.parametrize("way", [0, 1, 2], ids=["folder", "pattern", "list"])
def test_names_tell_the_splits(tmp_path, way):
    write(tmp_path / "mine", train=4, test=2, dev=2)
    corpus = read(sources(tmp_path / "mine")[way])
    assert corpus.splits.tolist() == [TRAIN] * 4 + [VALID] * 2 + [TEST] * 2 and corpus.official
    assert corpus.names[0] == "train.csv row 2" and corpus.names[-1] == "test.csv row 3"
    assert corpus.texts[-1] == "test film 1"
    assert split_guess(sources(tmp_path / "mine")[way]).value == ""


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train-00000-of-00003.parquet", TRAIN),
        ("IMDB_Test.csv.gz", TEST),
        ("reviews.validation.jsonl", None),  # the part after the first dot is no name
        ("trainset2.tsv", TRAIN),
        ("test data.csv", TEST),
        ("dev.csv", VALID),
        ("contest.csv", None),
        ("latest.csv", None),
        ("train_test.csv", None),
    ],
)
def test_which_names_tell_a_split(tmp_path, name, split):
    (tmp_path / name).touch()
    (tmp_path / "train.csv").touch()
    found = files_of(f"{tmp_path / name},{tmp_path / 'train.csv'}", strict=False)
    expected = split if split is not None else None
    assert {file.name: file.split for file in found}[name] == expected


def test_shards_are_read_one_after_the_other(tmp_path):
    write(tmp_path, part_2=3, part_1=3)
    corpus = read(tmp_path)
    assert [text.split()[0] for text in corpus.texts] == ["part_1"] * 3 + ["part_2"] * 3
    assert not corpus.official and split_guess(tmp_path) is None
    data = tmp_path / "hub" / "data"
    data.mkdir(parents=True)
    for split, shards in (("train", 3), ("test", 2)):
        for shard in range(shards):
            table = pa.table({"text": [f"{split} {shard} good", "bad"], "label": [1, 0]})
            pq.write_table(table, data / f"{split}-0000{shard}-of-0000{shards}.parquet")
    (tmp_path / "hub" / "README.md").write_text("# A data set")
    corpus = read(tmp_path / "hub")
    assert corpus.splits.tolist() == [TRAIN] * 6 + [TEST] * 4
    assert corpus.texts[4] == "train 2 good"
    assert len(read(data / "train-*.parquet")) == 6


def test_folders_tell_the_splits_of_their_files(tmp_path):
    write(tmp_path / "mine" / "train", a=2, b=2)
    write(tmp_path / "mine" / "test", a=2)
    corpus = read(tmp_path / "mine")
    assert corpus.splits.tolist() == [TRAIN] * 4 + [TEST] * 2
    assert corpus.names[0] == "train/a.csv row 2" and corpus.names[2] == "b.csv row 2"
    # The folder that holds all files tells nothing.
    assert read(write(tmp_path / "test", a=2, b=2)).splits.tolist() == [TRAIN] * 4


def test_test_files_alone_are_a_test_split(tmp_path):
    write(tmp_path, test_1=2, test_2=2)
    assert read(tmp_path).splits.tolist() == [TEST] * 4
    assert read(tmp_path, split_column=NONE).splits.tolist() == [TRAIN] * 4


def test_names_can_be_ignored_or_replaced_by_a_column(tmp_path):
    for name, splits in (("train", ("test", "train")), ("test", ("train", "test"))):
        rows = [f"{name} {n},{n % 2},{split}\n" for n, split in enumerate(splits)]
        (tmp_path / f"{name}.csv").write_text("text,label,split\n" + "".join(rows))
    assert read(tmp_path).splits.tolist() == [TRAIN, TRAIN, TEST, TEST]
    assert read(tmp_path, split_column=NONE).splits.tolist() == [TRAIN] * 4
    assert read(tmp_path, split_column="split").splits.tolist() == [TEST, TRAIN, TRAIN, TEST]
    assert split_guess(tmp_path).options.keys() == {"", NONE, "split"}
    assert split_guess(tmp_path, split_column=NONE).value == NONE
    assert split_guess(tmp_path, split_column="split").value == "split"


def test_a_column_of_files_whose_names_tell_nothing_is_read_over_all(tmp_path):
    for name, split in (("a", "train"), ("b", "test")):
        rows = [f"{name} {n},{n % 2},{split}\n" for n in range(2)]
        (tmp_path / f"{name}.csv").write_text("text,label,split\n" + "".join(rows))
    assert read(tmp_path).splits.tolist() == [TRAIN, TRAIN, TEST, TEST]


def test_names_of_which_some_tell_a_split_are_an_error(tmp_path):
    write(tmp_path, train=2, other=2)
    with pytest.raises(CorpusError, match=r"train\.csv.*other\.csv"):
        read(tmp_path)
    assert len(read(tmp_path, split_column=NONE)) == 4


def test_columns_may_differ_in_case_and_order_but_not_in_kind(tmp_path):
    write(tmp_path, train=2)
    (tmp_path / "test.csv").write_text("Label,id,TEXT\n1,7,good\n0,8,bad\n")
    corpus = read(tmp_path)
    assert list(corpus.texts)[2:] == ["good", "bad"] and corpus.labels.tolist() == [0, 1, 1, 0]
    (tmp_path / "test.csv").write_text("id,text\n7,good\n8,bad\n")
    with pytest.raises(CorpusError, match=r"test\.csv has no column 'label'.*train\.csv.*'id'"):
        read(tmp_path)


def test_a_file_cut_into_parts_has_one_header(tmp_path):
    lines = ["text,label\n", *(f"film {n} was so so,{n % 2}\n" for n in range(20))]
    for part in range(3):
        (tmp_path / f"x{part}.csv").write_text("".join(lines[7 * part : 7 * part + 7]))
    corpus = read(tmp_path)
    assert list(corpus.texts) == [f"film {n} was so so" for n in range(20)]
    assert corpus.names[6] == "x1.csv row 1"


def test_rejected_rows_are_named_by_file_and_row(tmp_path):
    write(tmp_path, train=3, test=3)
    with (tmp_path / "test.csv").open("a") as file:
        file.write("a,b,c,d\n,1\n")
    rejected = read(tmp_path).rejected
    assert [line.split(": ")[0] for line in rejected] == ["test.csv row 5", "test.csv row 6"]


def test_unlabelled_files_are_left_out_and_named(tmp_path):
    write(tmp_path, train=2, test=2, unsupervised=2)
    corpus = read(tmp_path)
    assert len(corpus) == 4 and corpus.rejected[0].startswith("unsupervised.csv: ")


def test_a_guess_names_its_file(tmp_path):
    write(tmp_path, train=2)
    (tmp_path / "test.csv").write_bytes(
        "text,label\nça déçoit très fort,0\nété,1\n".encode("cp1252")
    )
    (guess,) = (guess for guess in guesses_of(tmp_path) if guess.field == "encoding")
    assert guess.sentence.startswith("test.csv: ")
    assert read(tmp_path).texts[3] == "été"


def test_the_scan_has_examples_of_all_files_and_progress_to_the_end(tmp_path):
    write(tmp_path, train=9, test=9)
    done = []
    scan = scan_table(tmp_path, None, lambda now, total: done.append(now / total))
    assert scan.rows == 18 and scan.labels == {"0": 10, "1": 8}
    assert (scan.beginning[0].file, scan.beginning[0].number) == ("train.csv", 2)
    assert (scan.end[-1].file, scan.end[-1].number) == ("test.csv", 10)
    assert done == sorted(done) and done[-1] == 1
    assert scan.split and scan.split.value == ""


def test_the_fingerprint_covers_all_files_and_their_names(tmp_path):
    write(tmp_path / "a", train=2, test=2)
    first = fingerprint_of(str(tmp_path / "a"))
    assert [fingerprint_of(source) for source in sources(tmp_path / "a")] == [first] * 3
    assert read(tmp_path / "a").fingerprint == first
    (tmp_path / "a" / "test.csv").rename(tmp_path / "a" / "valid.csv")
    second = fingerprint_of(str(tmp_path / "a"))
    write(tmp_path / "a", valid=3)
    assert len({first, second, fingerprint_of(str(tmp_path / "a"))}) == 3


@pytest.mark.parametrize("source", ["train.csv,missing.csv", "m*.csv", "train.csv,m*.csv"])
def test_a_missing_file_is_named(tmp_path, monkeypatch, source):
    monkeypatch.chdir(write(tmp_path, train=2))
    with pytest.raises(CorpusError, match=source.rpartition(",")[2].replace("*", r"\*")):
        read(source)


def test_commas_in_the_name_of_a_file_are_no_separator(tmp_path, monkeypatch):
    monkeypatch.chdir(write(tmp_path, **{"good, bad": 2, "b": 2}))
    assert len(read("good, bad.csv")) == 2
    assert len(read("b.csv, good, bad.csv")) == 4


def test_a_folder_without_tables_is_an_error(tmp_path):
    (tmp_path / "README.md").touch()
    with pytest.raises(CorpusError, match=str(tmp_path)):
        read(tmp_path)


def test_pages_read_no_files_elsewhere(tmp_path, monkeypatch):
    write(tmp_path / "in", train=2)
    write(tmp_path / "out", test=2)
    monkeypatch.setenv("SENTIMENT_SOURCES", str(tmp_path / "in"))
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    inside, outside = tmp_path / "in", tmp_path / "out"
    assert allowed_source(str(inside)) == str(inside)
    assert allowed_source(str(inside / "*.csv")) == str(inside / "train.csv")
    for source in (f"{inside}/train.csv,{outside}/test.csv", f"{inside}/../out/*.csv"):
        with pytest.raises(CorpusError, match="SENTIMENT_SOURCES"):
            allowed_source(source)
    (inside / "test.csv").symlink_to(outside / "test.csv")
    for source in sources(inside):
        with pytest.raises(CorpusError, match="SENTIMENT_SOURCES"):
            allowed_source(source)


def test_short_names_have_no_folders(tmp_path):
    write(tmp_path, a=2, b=2)
    assert short_name(f"{tmp_path}/a.csv,{tmp_path}/b.csv") == "a.csv,b.csv"
    assert short_name(f"{tmp_path}/gone.csv,/home/me/gone.csv") == "gone.csv,gone.csv"
    assert short_name(str(tmp_path / "*.csv")) == "*.csv"


def test_too_many_files_are_refused(tmp_path, lower):
    write(tmp_path, a=2, b=2, c=2)
    lower(files=2)
    for source in sources(tmp_path):
        with pytest.raises(CorpusError, match="3 files"):
            read(source)


def test_folders_are_searched_to_a_declared_depth(tmp_path, lower):
    write(tmp_path / "a" / "b", train=4)
    assert len(files_of(tmp_path)) == 1
    lower(folder_depth=1)
    assert not files_of(tmp_path)
