"""Classes named like what the app calls something else: no labels, all of them, missing values."""

import pytest

from sentiment.corpus.classes import UNLABELLED, Classes
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.tables import read_table
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.dataset.filters import ReviewFilter
from sentiment.encoding.settings import PrepareConfig
from sentiment.networks.config import NetworkConfig
from sentiment.scoring.labelled import mapping_to
from sentiment.web.inspect.views import VIEWS
from tests.export.tiny import tiny_model
from tests.pages.driver import metric, open_view, page, text_of

NAMES = (
    *("unlabelled", "all", "nan", "None", "both", "other", "any"),
    *("padding", "unknown word", "null", "other classes", "dropped", "word", "label"),
)
COUNT = 30  # reviews of a class


@pytest.fixture
def corpus(tmp_path):
    path = tmp_path / "named.csv"
    rows = [
        f"a film with mark{code} and no{n},{name}"
        for n in range(COUNT)
        for code, name in enumerate(NAMES)
    ]
    path.write_text("\n".join(["text,kind", *rows]) + "\n")
    table = TableConfig(text="text", label="kind", classes="; ".join(NAMES))
    registered = RegisteredCorpus("named", str(path), table, PrepareConfig(min_count=1))
    register(registered)
    return registered.open()


def test_each_name_stays_its_own_class(corpus):
    assert corpus.classes == Classes(NAMES)
    assert corpus.classes.name(UNLABELLED) not in NAMES
    for code, name in enumerate(NAMES):
        assert set(corpus.labels[ReviewFilter(label=name).rows(corpus)]) == {code}
    assert sum(sum(counts.values()) for counts in corpus.report.splits.values()) == len(corpus)
    assert not len(ReviewFilter(label=corpus.classes.name(UNLABELLED)).rows(corpus))


@pytest.mark.parametrize("view", ["Lengths", "Sequence length", "Vocabulary", "Batches"])
def test_they_are_explored(corpus, view):
    app = page("explore", corpus="named", explore_view=view)
    if view == "Lengths":
        assert metric(app, "Reviews") == str(COUNT * len(NAMES))
    assert not app.error


@pytest.mark.parametrize("name", NAMES)
def test_they_are_filtered_by_a_link(corpus, name):
    app = page("reviews", corpus="named", label=name)
    assert f"{COUNT} reviews match" in text_of(app)
    assert set(app.dataframe[0].value["label"]) == {name}


def test_they_are_explained(tmp_path, monkeypatch):
    folder = tmp_path / "models"
    tiny_model(folder / "named", NetworkConfig("lstm", 6, 5), Classes(NAMES))
    monkeypatch.setenv("SENTIMENT_MODELS", str(folder))
    app = page("inspect", text="w3 w1 w4 w1 w5", model="named")
    for name in NAMES:
        app.selectbox(key="class").set_value(name).run()
        assert not app.exception and f"probability of {name} is" in text_of(app)
    for view in VIEWS:
        open_view(app, view)
        assert not app.exception, app.exception


def test_words_for_missing_labels_are_classes_only_if_a_person_says_so(tmp_path):
    path = tmp_path / "some.csv"
    rows = [f"a film,{name}" for name in ("good", "bad", "none", "NaN", "")]
    path.write_text("\n".join(["text,sentiment", *rows * 3]) + "\n")
    corpus = read_table(path)
    assert corpus.classes.names == ("Negative", "Positive") and len(corpus) == 6
    assert sum("the label is missing" in line for line in corpus.rejected) == 9
    named = read_table(path, TableConfig(classes="good; bad; none"))
    assert named.classes.names == ("good", "bad", "none") and len(named) == 9
    assert sum("the label is missing" in line for line in named.rejected) == 6
    counts = {"good": 3, "none": 3, "nan": 3}
    assert mapping_to(named.classes, counts, "sentiment").codes == {"good": 0, "none": 2}
