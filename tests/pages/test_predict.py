"""The Predict page: a file, its first verdicts, the job, the results, and the evaluation."""

import io
import time

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sentiment.corpus.uploads import store_upload
from sentiment.evaluation.metrics import Evaluation
from sentiment.inspection.predictor import Predictor
from sentiment.runs.jobs import JobStatus, Process
from sentiment.scoring.saved import SavedPredictions, saved_listing
from sentiment.web import layout
from tests.items import make_model, make_predictions
from tests.pages.driver import metric, page, press, text_of

MODEL = "compare-bow"
TEXTS = [
    f"film {n} was a {'great and moving' if n % 2 else 'dull, boring'} story" for n in range(30)
]
START = "Predict the whole file"
LONG = "c" * 100_000  # name of a column


def table(labels: bool = True, **columns: list[str]) -> bytes:
    frame = pd.DataFrame({"id": range(30), "review": TEXTS})
    if labels:
        frame["sentiment"] = [("neg", "pos")[n % 2] for n in range(30)]
    return frame.assign(**columns).to_csv(index=False).encode()


def with_file(name: str, content: bytes, **params: str) -> AppTest:
    """The page with an uploaded file."""
    app = page("predict", model=MODEL, **params)
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception, app.exception
    return app


def finished(app: AppTest) -> tuple[AppTest, SavedPredictions]:
    """Press the button and wait for the end of the job."""
    press(app, START)
    saved = saved_listing().items[0]
    deadline = time.monotonic() + 600
    while saved.job.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.1)
    return page("predict", prediction=saved.id), saved


def test_a_file_is_previewed_scored_evaluated_and_deleted():
    app = with_file("films.csv", table())
    assert app.selectbox(key="column").value == "review"
    preview = app.dataframe[0].value
    alone = Predictor.load(MODEL).predict(TEXTS)
    assert preview["prediction"].tolist() == [one.name for one in alone[: len(preview)]]
    assert preview["probability"].tolist() == pytest.approx(
        [one.probability for one in alone[: len(preview)]]
    )
    app, saved = finished(app)
    assert metric(app, "Rows") == "30" and metric(app, "Without prediction") == "0"
    written = pd.read_csv(io.BytesIO(saved.csv.read_bytes()))
    assert written["review"].tolist() == TEXTS
    assert written["label"].tolist() == [one.name for one in alone]
    assert pd.read_parquet(saved.parquet)["id"].tolist() == [str(n) for n in range(30)]
    press(app, "Evaluate")
    expected = Evaluation.of(
        pd.Series([0, 1] * 15).to_numpy(),
        written[["probability_Negative", "probability_Positive"]].to_numpy(),
        Predictor.load(MODEL).classes,
    )
    again = page("predict", prediction=saved.id)  # the link has the evaluation too
    for shown in (app, again):
        assert metric(shown, "Accuracy") == f"{expected.accuracy:.1%}"
        assert metric(shown, "Reviews") == "30"
    press(again, "Change labels")
    assert not any(shown.label == "Accuracy" for shown in again.metric)
    press(again, "Delete predictions")
    assert saved_listing().items == []
    assert again.selectbox(key="file").options == ["films.csv"]  # it is still there


def test_a_file_without_labels_is_not_evaluated(jobs_here):
    app, _ = finished(with_file("new.csv", table(labels=False)))
    app.selectbox(key="label_column").set_value("id").run()
    assert "identifies the rows" in app.info[0].value
    assert not any(button.label == "Evaluate" for button in app.button)


def test_a_file_uploaded_before_can_be_chosen_and_the_link_has_the_choice():
    store_upload("old.csv", table())
    app = page("predict", model=MODEL, file="old.csv", column="id")
    assert app.selectbox(key="file").value == "old.csv"
    assert app.dataframe[0].value["text"][3] == "3"
    app = with_file("new.csv", b"id,text\n1,a wonderful film\n")
    assert app.selectbox(key="file").options == ["new.csv", "old.csv"]
    assert app.selectbox(key="file").value == "new.csv"
    assert app.selectbox(key="column").value == "text"
    app.selectbox(key="file").set_value("old.csv").run()
    assert app.selectbox(key="column").value == "review"


def test_the_example_has_labels_of_the_model():
    app = press(page("predict", model=MODEL), "Use an example")
    assert app.selectbox(key="file").value == "example.csv"
    assert set(app.dataframe[0].value["prediction"]) <= {"Negative", "Positive"}
    assert any(button.label == START for button in app.button)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "empty"),
        ("header.csv", b"id,text\n", "no rows"),
        ("film.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    ],
)
def test_a_file_that_cannot_be_predicted_says_why(name, content, said):
    app = with_file(name, content)
    shown = text_of(app)
    assert layout.ERROR in shown and said in shown
    assert "uploads" not in shown  # where it is stored
    assert not any(button.label == START for button in app.button)


def test_a_file_whose_rows_cannot_be_read_keeps_them_with_the_reason(jobs_here):
    app, saved = finished(with_file("bad.csv", b"id,text\n1,?!\n2,\n3\n"))
    assert metric(app, "Without prediction") == "3"
    assert layout.ERROR in text_of(app)
    reasons = app.dataframe[-1].value
    assert reasons["rows"].tolist() == [1, 1, 1]
    assert len(pd.read_parquet(saved.parquet)) == 3


def test_an_error_of_the_job_names_the_upload_as_its_owner_does(tmp_path):
    saved = make_predictions(make_model(tmp_path / "small"))
    saved.csv.unlink()
    saved.job.folder.mkdir(parents=True)
    saved.job._save(Process(1, 0.0, [], {}))
    saved.job.finish("failed", f"{saved.request().file} is damaged.")
    shown = text_of(page("predict", prediction=saved.id))
    assert "Predicting: healthy.csv is damaged." in shown and "uploads" not in shown


def test_a_header_of_many_characters_is_shortened_and_predicted(jobs_here):
    app = with_file("long.csv", f"id,{LONG}\n1,a wonderful film\n2,so dull\n".encode())
    assert all(len(option) < 200 for option in app.selectbox(key="column").options)
    app, saved = finished(app)
    assert metric(app, "Rows") == "2"
    assert pd.read_parquet(saved.parquet)[LONG].tolist() == ["a wonderful film", "so dull"]
    assert len(text_of(app)) < 20_000


def test_a_stopped_job_continues(tmp_path, jobs_here):
    saved = make_predictions(make_model(tmp_path / "small"))
    expected = saved.csv.read_bytes()
    saved.csv.unlink()
    saved.job.folder.mkdir(parents=True)
    saved.job._write(JobStatus("stopped"))
    app = page("predict", prediction=saved.id)
    press(app, "Continue")
    assert saved.complete and saved.csv.read_bytes() == expected


def test_the_sources_page_offers_the_prediction_of_a_file_without_labels():
    app = page("sources")
    app.file_uploader[0].set_value([("new.csv", table(labels=False), "text/csv")]).run()
    assert "film 3" in page("predict", model=MODEL, file="new.csv").dataframe[0].value["text"][3]
    links = [link for link in app.get("page_link") if "predict" in link.proto.page]
    assert links and "new.csv" in links[0].proto.query_string
