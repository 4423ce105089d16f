"""Corrections on the Quality view, and where they arrive."""

import os
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.dataset.corpora import corpora
from sentiment.dataset.corrections import corrections_file, load_corrections
from sentiment.evaluation.correction_gain import saved_gain
from sentiment.runs.jobs import Job
from tests.corpora import register_mislabelled
from tests.pages.driver import metric, page, text_of


@pytest.fixture(autouse=True)
def mine(_new_user) -> None:
    register_mislabelled("mine", Path(os.environ["SENTIMENT_DATA"]) / "mine.csv")


def quality(check: str) -> AppTest:
    return page("reviews", corpus="mine", reviews_view="Quality", check=QUALITY_CHECKS[check].title)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def test_label_errors_are_fixed_and_everything_follows():
    app = quality("label-errors")
    for key in ("accept", "reject", "skip", "accept"):
        press(app, key)
    corpus = corpora()["mine"]
    made = load_corrections(corpus.id)
    assert made.counts == {"fixed": 2, "confirmed": 1}
    assert metric(app, "Labels corrected") == "2"
    press(app, "undo")
    assert load_corrections(corpus.id).made == made.made[:2]
    corpus = corpora()["mine"]
    assert metric(page("reviews", corpus="mine", reviews_view="Quality"), "Labels corrected") == "1"
    assert "1 label corrected" in text_of(page("reviews", corpus="mine"))
    assert corpus.prepared().report.corrected == 1  # the page prepared it
    assert "1 label corrected" in text_of(page("sources"))
    assert "1 label fixed" in text_of(page("explore", corpus="mine"))
    assert "1 label fixed" in text_of(page("train", corpus="mine"))


def test_duplicates_with_different_labels_are_merged():
    app = press(quality("duplicates"), "merge_1")
    assert metric(app, "Merged") == "1"
    app = quality("label-errors")
    next(b for b in app.button if b.label == "Undo all corrections").click().run()
    assert load_corrections(corpora()["mine"].id).made == ()


def test_a_file_is_imported_on_the_page():
    app = quality("label-errors")
    rows = b"text,corrected label\nthe same great film twice,1\nelsewhere,1\n"
    app.file_uploader[0].set_value(("theirs.csv", rows, "text/csv")).run()
    next(b for b in app.button if b.label == "Import").click().run()
    assert not app.exception, app.exception
    assert load_corrections(corpora()["mine"].id).counts == {"fixed": 1}
    assert any("lines 3" in str(one.value) for one in app.info)  # what was not imported
    app.file_uploader[0].set_value(("theirs.csv", b"a,b\n1,2\n", "text/csv")).run()
    next(b for b in app.button if b.label == "Import").click().run()
    assert "'corrected label'" in text_of(app)
    assert load_corrections(corpora()["mine"].id).counts == {"fixed": 1}


def test_the_gain_is_measured_by_a_job(jobs_here):
    app = press(quality("label-errors"), "accept")
    next(b for b in app.button if b.label.startswith("Measure")).click().run()
    assert not app.exception, app.exception
    corpus = corpora()["mine"]
    job = Job.named(f"gain-{corpus.id}")
    assert job.status().state == "done", job.status()
    gain = saved_gain(corpus.id)
    assert gain and gain.finding() in text_of(quality("label-errors"))


def test_a_damaged_file_is_named_on_the_page():
    file = corrections_file(corpora()["mine"].id)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("{")
    assert str(file) in text_of(quality("label-errors"))
    assert str(file) in text_of(page("reviews", corpus="mine"))
    assert str(file) in text_of(page("train", corpus="mine"))
    assert "mine" in text_of(page("sources"))
    assert file.read_text() == "{"
