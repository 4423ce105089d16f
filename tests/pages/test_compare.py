"""The Compare page: a corpus of one's own, measured whole."""

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.__main__ import main
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.web import layout

PROJECT = Path(__file__).parents[2]


def own_corpus(name: str) -> AppTest:
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=60).run()
    app.switch_page("pages/compare.py").run()
    next(group for group in app.button_group if group.label == "View").set_value("Own corpus").run()
    next(box for box in app.multiselect if box.label == "Models").set_value(["compare-bow"]).run()
    next(box for box in app.selectbox if box.label == "Corpus").set_value(name).run()
    assert not app.exception, app.exception
    return app


def evaluate(app: AppTest) -> AppTest:
    next(button for button in app.button if button.label == "Evaluate").click().run()
    assert not app.exception, app.exception
    return app


def test_a_model_is_measured_on_all_reviews_as_in_a_shell(tmp_path, new_user, capsys):
    path = tmp_path / "own.csv"
    rows = [f"{('awful', 'wonderful')[n % 2]} film {n},{(n % 7 > 0) == n % 2:d}" for n in range(60)]
    path.write_text("\n".join(["text,label,split", *(f"{row},test" for row in rows)]) + "\n")
    register(RegisteredCorpus("Mine", str(path)))
    app = evaluate(own_corpus("Mine"))
    assert main(["evaluate", "compare-bow", "--data", str(path), "--split", "all", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    (row,) = app.dataframe[0].value.to_dict("records")
    assert figures["reviews"] == 60
    assert row["accuracy"] == pytest.approx(100 * figures["accuracy"])
    assert row["auc"] == pytest.approx(figures["auc"])
    assert not any(button.label == "Evaluate" for button in own_corpus("Mine").button)  # cached


def test_one_class_is_refused(tmp_path, new_user):
    path = tmp_path / "one.csv"
    path.write_text("text,label\n" + "a good film,1\n" * 9 + "?!,0\n")
    register(RegisteredCorpus("One class", str(path)))
    app = evaluate(own_corpus("One class"))
    assert layout.ERROR in " ".join(str(element.value) for element in app.markdown)
    assert "Negative" in " ".join(str(element.value) for element in app.text)
