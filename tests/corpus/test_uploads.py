"""Files uploaded in the browser."""

import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import facts_of
from sentiment.corpus.tables import read_table
from sentiment.corpus.uploads import store_upload
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


def test_markup_in_a_column_name_is_plain_text():
    path = store_upload("x.csv", TABLE)
    assert facts_of(path).columns[1] == "<b>words</b>"
    corpus = read(path, text="<b>words</b>", label="stars", classes="Negative=1; Positive=5")
    assert len(corpus) == 3 and corpus.rejected == ("row 5: the text is empty",)
