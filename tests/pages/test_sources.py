"""The Sources page: upload a file, map its columns, register it, train on it, delete it."""

import gzip
import io
import itertools
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus import limits
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import (
    SHIPPED,
    RegisteredCorpus,
    corpora,
    register,
    unregister,
    unused_prepared_folders,
)
from sentiment.dataset.prepare import prepare
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import ConfigError, CorpusError
from sentiment.places import data_dir
from sentiment.runs.jobs import Job
from sentiment.runs.launch import create_run
from sentiment.runs.run import all_runs
from sentiment.training.config import Recipe
from sentiment.web import layout
from sentiment.web.sources import scans
from tests.corpora import small_corpus
from tests.corpus.formats.spreadsheets import xlsx
from tests.pages.driver import metric, page, press, text_of, uploaded

ROWS = "".join(
    f'"film {n} was a great and moving story",pos\n"film {n} was dull, a bore",neg\n'
    for n in range(60)
)
GOOD = f"text,label\n{ROWS}"


SHORT = "text,label\n" + "".join(
    f"{'great' if n % 2 else 'bad'} film{n},{n % 2}\n{'a very good' if n % 2 else 'no'} film{n},"
    f"{n % 2}\n"
    for n in range(60)
)


def test_a_corpus_of_short_texts_is_prepared_with_another_cutoff(jobs_here):
    """Preparation stops before it drops most of the negative reviews, and names the control."""
    app = uploaded("short.csv", SHORT.encode())
    press(app, "Add corpus")
    (corpus,) = [corpus for corpus in corpora().values() if corpus.is_custom]
    assert Job.named(f"prepare-{corpus.id}").status().state == "failed"
    app = page("sources")
    shown = text_of(app)
    title = PrepareConfig.__dataclass_fields__["min_length"].metadata["title"]
    assert layout.ERROR in shown and "Negative" in shown and title in shown
    app.number_input(key=f"min_length_{corpus.id}").set_value(2)
    press(app, "Prepare")
    corpus = corpora()[corpus.name]
    assert corpus.prepare.min_length == 2
    require_prepared(corpus)
    assert corpus.prepared().report.dropped == {}
    app = page("sources")
    assert layout.ERROR not in text_of(app)
    assert not any(button.label == "Prepare" for button in app.button)
    # The validation split has six reviews of each class.
    warned = [warning.value for warning in page("train", corpus=corpus.name).warning]
    assert any("valid" in warning and "Positive" in warning for warning in warned)


def require_prepared(corpus: RegisteredCorpus) -> None:
    job = Job.named(f"prepare-{corpus.id}")
    assert job.status().state == "done", job.status()


STARS = "text,stars\n" + "".join(f"film {n} was so so,{n // 10 + 1}\n" for n in range(50))
BAD_INPUT = {  # content, and a value that the message quotes
    "empty file": (b"", "bad.csv"),
    "header alone": (b"text,label\n", "bad.csv"),
    "one class": (b"text,label\ngood film,1\nfine film,1\n", "'1' (2)"),
    "no labels": (
        b"text,label\n" + b"".join(b"a,x%d\n" % n for n in range(60)),
        "identifies the rows",
    ),
    "column of numbers": (b"text,label\n1,1\n2,0\n3.5,1\n", "bad.csv"),
    "no table": (b"\x00\x01\x02\xff\xfe" * 50, ""),
    "one column": (b"text\ngood\nbad\n", "'text'"),
}


@pytest.mark.parametrize("kind", BAD_INPUT)
def test_bad_input_shows_an_error_and_another_file_can_follow(kind):
    content, message = BAD_INPUT[kind]
    app = uploaded("bad.csv", content)
    assert layout.ERROR in text_of(app)
    assert message in text_of(app)
    assert not any(button.label == "Add corpus" for button in app.button)
    app.file_uploader[0].set_value([("good.csv", GOOD.encode(), "text/csv")]).run()
    assert layout.ERROR not in text_of(app)
    assert "Positive 60" in text_of(app) and "Negative 60" in text_of(app)


def test_several_files_become_one_corpus_with_their_splits(jobs_here):
    app = page("sources")
    other = GOOD.replace("film", "movie")
    files = [("train.csv", GOOD.encode(), ""), ("test.csv", other.encode(), "")]
    app.file_uploader[0].set_value(files).run()
    assert not app.exception, app.exception
    shown = text_of(app)
    assert "train.csv" in shown and "test.csv" in shown and "Positive 120" in shown
    assert {row["row"].split()[0] for row in examples(app)} == {"train.csv", "test.csv"}
    press(app, "Add corpus")
    *_, corpus = corpora().values()
    require_prepared(corpus)
    prepared = corpus.prepared()
    assert prepared and prepared.report.split_rule == "official"
    assert prepared.report.splits["test"] == {"Negative": 60, "Positive": 60}
    uploads = [Path(path) for path in corpus.source.split(",")]
    assert all(path.is_file() for path in uploads)
    unregister(corpus.name)
    assert not any(path.is_file() for path in uploads)
    other_columns = b"words,stars\ngood,1\nbad,0\n"
    app.file_uploader[0].set_value([files[0], ("test.csv", other_columns, "")]).run()
    assert "test.csv has no column 'text'" in text_of(app) and not can_be_added(app)


def can_be_added(app: AppTest) -> bool:
    return any(button.label == "Add corpus" for button in app.button)


def select(app: AppTest, **values: str) -> AppTest:
    for title, value in values.items():
        next(box for box in app.selectbox if box.label == title.replace("_", " ")).set_value(value)
    app.run()
    assert not app.exception, app.exception
    return app


def examples(app: AppTest) -> list[dict[str, str]]:
    """Rows of the table that shows the class of each example."""
    tables = (table.value for table in app.dataframe)
    return next(table.to_dict("records") for table in tables if {"class", "text"} <= set(table))


def test_sorted_stars_are_counted_to_the_end_of_the_file(jobs_here):
    app = uploaded("stars.csv", STARS.encode())
    shown = text_of(app)
    assert "4 and 5 stars = Positive: 20" in shown and "1 and 2 stars = Negative: 20" in shown
    assert "Positive 20" in shown and "Negative 20" in shown and "Dropped reviews 10" in shown
    classes = {row["label"]: row["class"] for row in examples(app)}
    assert classes["1"] == "Negative" and classes["5"] == "Positive"
    press(app, "Add corpus")
    corpus = corpora()["stars"]
    assert corpus.table.classes == "Negative=1,2; Positive=4,5"
    require_prepared(corpus)
    prepared = corpus.prepared()
    assert prepared and prepared.report.read == 40
    assert prepared.report.label_sentence in text_of(page("sources"))
    assert "4 and 5 = Positive: 20" in prepared.report.label_sentence


@pytest.mark.parametrize("labels", [("1", "2"), ("0", "1", "2"), ("1", "2", "3", "4", "5")])
def test_a_proposal_that_is_not_sure_must_be_confirmed(labels):
    rows = "".join(f"film {n} was so so,{labels[n % len(labels)]}\n" for n in range(60))
    app = uploaded("mine.csv", f"text,label\n{rows}".encode())
    assert "Is this right?" in text_of(app) and not can_be_added(app)
    assert examples(app)[0]["class"] == "Negative"
    next(box for box in app.checkbox if box.label == "Yes, this is right").check().run()
    assert can_be_added(app)


@pytest.mark.parametrize(
    ("title", "classes", "shown"),
    [
        ("Three classes", "Negative=1,2; Neutral=3; Positive=4,5", "Neutral 10"),
        ("Each value", "1; 2; 3; 4; 5", "5 10"),
    ],
)
def test_stars_as_three_classes_and_as_one_each(title, classes, shown, jobs_here):
    app = uploaded("stars.csv", STARS.encode())
    next(one for one in app.segmented_control if one.label == "Classes").set_value(title).run()
    assert not app.exception, app.exception
    assert shown in text_of(app) and "Dropped reviews 0" in text_of(app)
    press(app, "Add corpus")
    corpus = corpora()["stars"]
    assert (corpus.table.classes, corpus.table.ordered) == (classes, "yes")
    require_prepared(corpus)
    prepared = corpus.prepared()
    assert prepared and prepared.report.read == 50 and prepared.classes.ordered
    assert np.unique(prepared.labels).tolist() == list(prepared.classes.codes)


@pytest.mark.parametrize("labels", [("thumbs up, yes", "thumbs down, no"), ("1", "2", "3")])
def test_labels_that_are_not_known_are_asked(labels, jobs_here):
    rows = "".join(f'film {n} was so so,"{labels[n % len(labels)]}"\n' for n in range(60))
    app = uploaded("mine.csv", f"text,label\n{rows}".encode())
    assert not can_be_added(app)
    assert {row["class"] for row in examples(app)} == set(labels)  # each is proposed as a class
    next(box for box in app.checkbox if box.label == "Yes, this is right").check().run()
    if "," in labels[0]:
        press(app, "Add corpus")
        quoted = [f'"{label}"' for label in labels]
        assert corpora()["mine"].table.classes == "; ".join(quoted)
        require_prepared(corpora()["mine"])


def test_many_values_have_no_classes_until_they_are_typed():
    rows = "".join(f"film {n} was so so,topic {n % 30}\n" for n in range(600))
    app = uploaded("mine.csv", f"text,label\n{rows}".encode())
    assert not can_be_added(app) and {row["class"] for row in examples(app)} == {"?"}


def test_a_column_that_identifies_the_rows_has_no_labels():
    rows = "".join(f"film {n} was so so,tt{n}\n" for n in range(40))
    app = uploaded("mine.csv", f"text,label\n{rows}".encode())
    assert "identifies the rows" in text_of(app) and not can_be_added(app)


def test_columns_are_asked_where_their_names_say_nothing():
    rows = "".join(f"a film no {n},it was {n} so so,{n}\n" for n in range(60))
    app = uploaded("mine.csv", f"one,two,three\n{rows}".encode())
    assert {box.label: box.value for box in app.selectbox} == {
        "Text column": None,
        "Label column": None,
    }
    assert not can_be_added(app) and layout.ERROR not in text_of(app)


def test_a_guess_of_the_reader_can_be_changed():
    rows = "".join(f"film {n} was so so,{n % 2}\n" for n in range(60))
    app = uploaded("mine.csv", rows.encode())
    header = next(box for box in app.selectbox if box.label == "Header")
    assert header.value == "no" and "Positive 30" in text_of(app)
    select(app, Header="yes")
    names = next(box for box in app.selectbox if box.label == "Text column").options
    assert names == ["film 0 was so so", "0"]
    app = select(app, Text_column=names[0], Label_column=names[1])
    assert "Positive 30" in text_of(app) and "Negative 29" in text_of(app)
    press(app, "Add corpus")
    assert corpora()["mine"].table.header == "yes"


def test_a_large_file_is_counted_by_a_job(monkeypatch):
    monkeypatch.setattr(scans, "INLINE_BYTES", 100)
    app = uploaded("stars.csv", STARS.encode())
    folder = next((Path(os.environ["SENTIMENT_DATA"]) / "jobs").glob("labels-*"))
    deadline = time.monotonic() + 600
    while Job(folder).status().state == "running" and time.monotonic() < deadline:
        assert not can_be_added(app)
        time.sleep(0.2)
    assert Job(folder).status().state == "done", Job(folder).status()
    app.run()
    assert "Positive 20" in text_of(app) and "Negative 20" in text_of(app) and can_be_added(app)


def test_an_error_of_the_job_is_shown_as_that_of_a_small_file(monkeypatch, jobs_here):
    monkeypatch.setattr(scans, "INLINE_BYTES", 100)
    rows = "".join(f"film {n} was so so,mood {n}\n" for n in range(60))
    app = uploaded("moods.csv", f"text,label\n{rows}".encode())
    shown = text_of(app.run())
    assert layout.ERROR in shown and "Label column" in shown and "'label' of moods.csv" in shown
    assert "--" not in shown and not can_be_added(app)


def test_broken_quoting_names_the_row():
    content = GOOD + 'a fine film,pos\n"never closed,neg\nmore,pos\n'
    app = uploaded("quotes.csv", content.encode())
    assert "Positive 62" in text_of(app) and "Negative 60" in text_of(app)
    table = app.dataframe[-1].value.to_dict("records")
    assert any("quote" in row["reason"] and row["rows"] == "row 123" for row in table)


def test_a_row_with_too_many_columns_is_rejected_by_number():
    app = uploaded("wide.csv", (GOOD + "a, b, c, d\n").encode())
    table = app.dataframe[-1].value.to_dict("records")
    assert table == [{"reason": "4 columns, expected 2", "rows": "row 122"}]
    assert "Positive 60" in text_of(app)


@pytest.mark.parametrize(("encoding", "asked"), [("cp1252", "cp1252"), ("utf-16", None)])
def test_another_encoding_is_detected(encoding, asked):
    app = uploaded("accents.csv", (GOOD + "a naïve café “film”,pos\n").encode(encoding))
    boxes = {box.label: box.value for box in app.selectbox}
    assert boxes.get("Encoding") == asked
    assert "Positive 61" in text_of(app)
    assert examples(app)[-1]["text"] == "a naïve café “film”"
    assert (examples(app)[0]["text"] == "a naïve café “film”") == bool(asked)


def test_mixed_encodings_are_read_line_by_line(tmp_path):
    content = "text,label\na naïve café,pos\n".encode() + "a naïve “bar”,neg\n".encode("cp1252")
    app = uploaded("mixed.csv", content)
    assert "UTF-8 with some Windows-1252" in text_of(app)
    assert [row["text"] for row in examples(app)][:2] == ["a naïve café", "a naïve “bar”"]
    select(app, Encoding="cp1252")  # the preview shows a wrong choice
    assert "cafÃ©" in examples(app)[0]["text"]


def test_an_encoding_that_does_not_fit_can_be_changed_again():
    app = uploaded("latin.csv", GOOD.replace("great", "très bon").encode("cp1252"))
    for _ in range(2):
        select(app, Encoding="utf-16")
        assert "is not UTF-16" in text_of(app)
        select(app, Encoding="cp1252")
        assert "très bon" in examples(app)[0]["text"] and layout.ERROR not in text_of(app)


@pytest.mark.parametrize("name", ["sources", "predict"])
def test_a_sheet_that_cannot_be_read_can_be_exchanged_for_another(name, monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, columns=3))
    rows = [("text", "label"), *((f"film {n}", ("bad", "good")[n % 2]) for n in range(40))]
    file = ("two.xlsx", xlsx(rows, [tuple("abcd")] * 9), "")
    app = page(name)
    app.file_uploader[0].set_value([file] if name == "sources" else file).run()
    for _ in range(2):
        select(app, Sheet="Sheet2")
        assert "more than 3" in text_of(app)
        select(app, Sheet="Sheet1")
        assert layout.ERROR not in text_of(app)


def test_a_file_that_is_too_large_is_rejected(monkeypatch):
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, file_bytes=10_000))
    app = uploaded("bomb.csv.gz", gzip.compress(("text,label\n" + ROWS * 20).encode()))
    assert "more than 10,000 bytes" in text_of(app)


def typed_path(path: object) -> AppTest:
    app = page("sources")
    origin = next(group for group in app.button_group if group.label == "Add from")
    origin.set_value("Path on the server").run()
    next(t for t in app.text_input if t.label == "Path of a file or folder").set_value(
        str(path)
    ).run()
    assert not app.exception, app.exception
    return app


def test_a_path_must_be_in_an_allowed_folder(monkeypatch, tmp_path):
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    for folder in (inside, outside):
        (folder / "mine.csv").write_text(GOOD)
    os.symlink(outside / "mine.csv", inside / "link.csv")
    monkeypatch.setenv("SENTIMENT_SOURCES", str(inside))
    assert "Positive 60" in text_of(typed_path(inside / "mine.csv"))
    for path in (outside / "mine.csv", inside / "link.csv", inside / "../outside/mine.csv"):
        assert "outside the folders" in text_of(typed_path(path))
    assert "outside the folders" in text_of(typed_path("/etc/passwd"))
    assert str(inside / "gone.csv") in text_of(typed_path(inside / "gone.csv"))
    app = page("train")
    next(t for t in app.text_input if t.label == "Source").set_value("/etc/passwd")
    press(app, "Start training")
    assert "outside the folders" in text_of(app) and not all_runs()


def test_a_folder_with_a_folder_per_class(tmp_path, monkeypatch, jobs_here):
    """Its names are the labels, train/ and test/ the splits, and the encoding is a question."""
    monkeypatch.setenv("SENTIMENT_SOURCES", str(tmp_path))
    words = {"neg": "très ennuyeux", "pos": "très réussi"}
    for split, label in itertools.product(("train", "test"), words):
        folder = tmp_path / "films" / split / label
        folder.mkdir(parents=True)
        for n in range(30):
            (folder / f"{n}.txt").write_text(f"film {split} {n}, {words[label]}", "cp1252")
    app = typed_path(tmp_path / "films")
    assert "Negative 60" in text_of(app) and "Positive 60" in text_of(app)
    assert any("très ennuyeux" in row["text"] for row in examples(app))
    select(app, Encoding="utf-16")
    assert "is not UTF-16" in text_of(app)
    select(app, Encoding="cp1252")
    press(app, "Add corpus")
    require_prepared(corpora()["films"])
    prepared = corpora()["films"].open()
    assert len(prepared.rows(Split.TEST)) == 60 and prepared.texts([119])[0].endswith("très réussi")

    os.symlink("/etc/hostname", tmp_path / "films" / "train" / "pos" / "link.txt")
    assert "outside the folders" in text_of(typed_path(tmp_path / "films"))


def test_the_files_of_reviews_and_labels_are_uploaded_together():
    app = page("sources")
    texts = "".join(f"film {n} {('was dull', 'is great')[n % 2]}\n" for n in range(120))
    labels = "0\n1\n" * 60
    files = [("labels.txt", labels.encode(), ""), ("reviews.txt", texts.encode(), "")]
    app.file_uploader[0].set_value(files).run()
    assert "reviews.txt and labels.txt with 2 columns" in text_of(app)
    assert "Negative 60" in text_of(app) and "Positive 60" in text_of(app)
    app.file_uploader[0].set_value([files[0], ("reviews.txt", b"only one line\n", "")]).run()
    assert "has 1 line but" in text_of(app) and not can_be_added(app)


def test_a_corpus_is_registered_read_trained_on_and_deleted(jobs_here):
    app = uploaded("my *films*.csv", (GOOD + ",pos\n").encode())
    next(t for t in app.text_input if t.label == "Name of the corpus").set_value("my *films*").run()
    press(app, "Add corpus")
    corpus = corpora()["my *films*"]
    require_prepared(corpus)
    app = page("sources")
    shown = text_of(app)
    assert "my *films*" in shown and "**120** reviews read" in shown
    table = app.dataframe[0].value.to_dict("records")
    assert "row 122" in [row["rows"] for row in table]
    app = page("reviews", corpus=corpus.name)
    assert "120 reviews match" in text_of(app)
    app = page("train", corpus=corpus.name)
    for label, value in (("Epochs", 1), ("Units per layer", 4)):
        next(n for n in app.number_input if n.label == label).set_value(value)
    press(app, "Start training")
    (run,) = all_runs()
    assert run.recipe().source == corpus.source
    assert run.status().state == "finished", run.log_tail()
    folder = corpus.folder
    press(page("sources"), "Delete corpus")
    assert corpus.name not in corpora()
    assert not folder.exists() and not Path(corpus.source).exists()


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, f"a review {name}")
    return content.getvalue()


def test_a_zip_of_several_files_is_a_corpus(jobs_here):
    folders = itertools.product(("train", "test"), ("pos", "neg"), range(20))
    app = uploaded("films.zip", zipped(*(f"films/{a}/{b}/{n}.txt" for a, b, n in folders)))
    press(app, "Add corpus")
    (corpus,) = (one for one in corpora().values() if one.is_custom)
    assert len(corpus.open()) == 80 and corpus.name == "films"
    folder = Path(corpus.source)
    assert folder.is_dir()
    press(page("sources"), "Delete corpus")
    assert not folder.exists()


def test_a_zip_without_a_table_is_rejected():
    shown = text_of(uploaded("pictures.zip", zipped("a.jpg", "b.jpg")))
    assert layout.ERROR in shown and "b.jpg" in shown


def test_a_corpus_used_by_an_active_run_cannot_be_deleted():
    path = Path(os.environ["SENTIMENT_DATA"]) / "mine.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(GOOD)
    register(RegisteredCorpus("mine", str(path)))
    recipe = Recipe(source=str(path))
    run = create_run(recipe)  # queued by this process
    app = press(page("sources"), "Delete corpus")
    assert f"The run {run.name()} uses these reviews" in text_of(app) and "mine" in corpora()


def test_exclusions_are_registered_and_used_by_train(jobs_here):
    rows = "".join(
        f"film {n} was {'great' if n % 2 else 'dull'} {'9/10' if n % 10 == 1 else 'fun'},{n % 2}\n"
        for n in range(200)
    )
    path = data_dir() / "mine.csv"
    path.write_text(f"text,label\n{rows}")
    register(RegisteredCorpus("mine", str(path)))
    corpora()["mine"].open()
    app = page("reviews", corpus="mine", reviews_view="Quality")
    assert QUALITY_CHECKS["ratings"].title in text_of(app)
    app = press(app, "Check these reviews")
    (job,) = (data_dir() / "jobs").glob("quality-*")
    assert Job(job).status().state == "done", Job(job).status()
    app = page("reviews", corpus="mine", reviews_view="Quality")
    assert metric(app, "Kept") == "200"
    toggle = next(t for t in app.toggle if QUALITY_CHECKS["ratings"].title in t.label)
    toggle.set_value(True).run()
    assert not app.exception
    assert corpora()["mine"].prepare.exclude == "ratings"
    assert metric(app, "Kept") == "180"
    app = page("train", corpus="mine")
    exclude = next(box for box in app.multiselect if box.label == "Exclude")
    assert exclude.value == ["ratings"]
    reviews = page("reviews", corpus="mine")
    reason = DropReason.RATING.title
    reviews.selectbox(key="drop_reason").set_value(reason).run()
    assert corpora()["mine"].open().report.dropped == {reason: 20}
    assert "20 reviews match" in text_of(reviews)


def test_bad_names_and_damaged_files(tmp_path):
    for name in ("", " ", "x" * 61, "a\nb", " padded ", "sample"):
        with pytest.raises(ConfigError):
            RegisteredCorpus(name, "x.csv")
    with pytest.raises(ConfigError):
        RegisteredCorpus("IMDB", "other.csv")
    folder = Path(os.environ["SENTIMENT_DATA"]) / "corpora"
    folder.mkdir(parents=True)
    (folder / "broken.json").write_text("{")
    assert list(corpora()) == list(SHIPPED)
    with pytest.raises(CorpusError, match="'Sample'"):
        unregister("Sample")


def test_a_source_used_twice_goes_with_its_last_corpus(tmp_path):
    from sentiment.corpus.uploads import store_upload

    corpus = small_corpus(60)
    table = pd.DataFrame({"text": corpus.texts, "label": corpus.labels}).to_csv(index=False)
    path = store_upload("mine.csv", table.encode())
    for name, shortest in (("one", 1), ("two", 2)):
        register(
            RegisteredCorpus(name, str(path), TableConfig(), PrepareConfig(min_length=shortest))
        )
        corpora()[name].open()
    other = prepare(path, PrepareConfig(min_length=4)).folder
    assert unused_prepared_folders() == [other]
    unregister("one")
    assert path.is_file() and corpora()["two"].prepared()
    unregister("two")
    assert not path.exists()
