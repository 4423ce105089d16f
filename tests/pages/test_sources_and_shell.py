"""A file that is added on the Sources page and one that is prepared in a shell: the same corpus."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from sentiment.__main__ import main
from sentiment.dataset.corpora import corpora
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.runs.jobs import Job

PROJECT = Path(__file__).parents[2]
WORDS = ("dull", "poor", "fair", "fine", "great")


def texts(count: int, start: int = 0) -> list[str]:
    return [f"film {n} was a rather {WORDS[n % 5]} story" for n in range(start, start + count)]


def sorted_stars(folder: Path) -> list[Path]:
    rows = [f"{n // 10 + 1},{text}\n" for n, text in enumerate(texts(50))]
    (folder / "stars.csv").write_text("stars,text\n" + "".join(rows))
    return [folder / "stars.csv"]


def tabs_with_splits(folder: Path) -> list[Path]:
    splits = ("Train ", "test", "train", "VALID", "train")
    rows = [
        f'{n}\t"{text}\t {("Pos", "neg ")[n % 2]}\t{splits[n % 5]}\n'  # a loose quote
        for n, text in enumerate(texts(50))
    ]
    (folder / "mine.tsv").write_text("id\tReview\tSentiment\ttype\n" + "".join(rows))
    return [folder / "mine.tsv"]


def booleans(folder: Path) -> list[Path]:
    records = [{"label": n % 2 == 0, "text": text} for n, text in enumerate(texts(50))]
    content = "".join(json.dumps(record) + "\n" for record in records)
    (folder / "mine.jsonl").write_text(content + "not JSON\n")
    return [folder / "mine.jsonl"]


def class_names(folder: Path) -> list[Path]:
    feature = {"label": {"_type": "ClassLabel", "names": ["pos", "neg"]}}
    about = {b"huggingface": json.dumps({"info": {"features": feature}}).encode()}
    table = pa.table({"text": texts(50), "label": [n % 2 for n in range(50)]})
    pq.write_table(table.replace_schema_metadata(about), folder / "mine.parquet")
    return [folder / "mine.parquet"]


def train_and_test(folder: Path) -> list[Path]:
    for name, start in (("test", 100), ("train", 0)):
        rows = [f"{text},{n % 2}.0\n" for n, text in enumerate(texts(40, start))]
        (folder / f"my {name}.csv").write_text("text,label\n" + "".join(rows))
    return [folder / "my test.csv", folder / "my train.csv"]


def on_the_page(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> PreparedCorpus:
    monkeypatch.setattr(Job, "launch", lambda *_, **__: None)
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()
    app.switch_page("pages/sources.py").run()
    app.file_uploader[0].set_value([(path.name, path.read_bytes(), "") for path in paths]).run()
    assert not app.exception, app.exception
    next(button for button in app.button if button.label == "Add corpus").click().run()
    assert not app.exception, app.exception
    *_, added = corpora().values()
    return added.open()


def in_a_shell(paths: list[Path], capsys: pytest.CaptureFixture[str]) -> PreparedCorpus:
    assert main(["prepare", ",".join(map(str, paths)), "--json"]) == 0
    return PreparedCorpus.open(Path(json.loads(capsys.readouterr().out)["folder"]))


@pytest.mark.parametrize(
    "make", [sorted_stars, tabs_with_splits, booleans, class_names, train_and_test]
)
def test_page_and_shell_read_the_same(make, tmp_path, monkeypatch, capsys, new_user):
    paths = make(tmp_path)
    page, shell = on_the_page(paths, monkeypatch), in_a_shell(paths, capsys)
    assert page.folder != shell.folder  # each read the file by its own settings
    assert list(page.all_texts()) == list(shell.all_texts()) and len(page) >= 40
    assert page.labels.tolist() == shell.labels.tolist()
    assert page.splits.tolist() == shell.splits.tolist()
    # The places, without the names of the files: an upload has no blanks in its name.
    places = [[name.split()[-2:] for name in corpus.names] for corpus in (page, shell)]
    assert places[0] == places[1]
    assert len(page.report.rejected) == len(shell.report.rejected)
