"""Names of classes and models with Markdown are shown as they are, on every page."""

import re

import pytest
from streamlit.proto.ButtonGroup_pb2 import ButtonGroup
from streamlit.proto.Radio_pb2 import Radio
from streamlit.testing.v1 import AppTest

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.dataset.quality_findings import Findings
from sentiment.encoding.settings import PrepareConfig
from sentiment.runs.launch import create_run
from sentiment.runs.trainer import train
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from sentiment.web.inspect.views import VIEWS
from tests.items import make_predictions
from tests.pages.driver import page, press

CLASSES = {"*so so*": 120, ":red[b]": 40, "$c$ <u>": 14}  # reviews of each
RUN, CORPUS = "*run*", "marked"
NAMES = (*CLASSES, RUN)
PLAIN = ("text", "code", "selectbox", "multiselect", "text_input", "text_area")
TEXT = "a film with mark0 and mark1"


def markdown_of(app: AppTest) -> list[str]:
    """Every text of a page that Streamlit reads as Markdown."""
    found = []
    for element in app.main:
        proto = getattr(element, "proto", None)
        if proto is None or element.type in PLAIN:
            continue
        found += [str(getattr(proto, field, "")) for field in ("body", "label", "help")]
        if isinstance(proto, ButtonGroup):
            found += [option.content for option in proto.options]
        elif isinstance(proto, Radio):
            found += list(proto.options)
    return [re.sub("`.*?`", "", text) for text in found]  # code is shown as it is


def read_as_markdown(app: AppTest) -> list[str]:
    return [text for text in markdown_of(app) if any(name in text for name in NAMES)]


@pytest.fixture
def run(tmp_path, new_user):
    """A training with classes of very different sizes, so that its diagnostics name them."""
    path = tmp_path / "marked.csv"
    rows = [
        f"a film with mark{code} and no{n},{name}"
        for code, (name, count) in enumerate(CLASSES.items())
        for n in range(count)
    ]
    path.write_text("\n".join(["text,kind", *rows]) + "\n")
    table = TableConfig(text="text", label="kind", classes="; ".join(CLASSES))
    registered = RegisteredCorpus(CORPUS, str(path), table, PrepareConfig(min_count=1))
    register(registered)
    Findings.of(registered.as_read().open())
    small = {"epochs": 1, "hidden_size": 4, "embedding_dim": 4, "source": str(path)}
    run = create_run(recipe_with(PRESETS["sample3"].recipe, small | table.options()))
    train(run)
    run.rename(RUN)
    return run


def test_the_check_finds_a_name_that_is_read_as_markdown():
    def script():
        import streamlit as st

        st.text("*a*")
        st.metric("Verdict", "*a*")
        st.segmented_control("Class", ["*a*"])

    app = AppTest.from_function(script).run()
    assert [text for text in markdown_of(app) if "*a*" in text] == ["*a*", "*a*"]


@pytest.mark.slow
def test_names_are_never_markdown(run):
    assert any(re.search("predicts", text) for text in markdown_of(page("train", run=run.id)))
    links = [
        ("train", {"run": run.id}),
        ("runs", {}),
        ("sources", {}),
        ("reviews", {"corpus": CORPUS}),
        ("reviews", {"corpus": CORPUS, "reviews_view": "Quality"}),
        ("predict", {"prediction": make_predictions(run.model).id}),
        *(
            ("explore", {"corpus": CORPUS, "explore_view": view, "searched_word": "mark1"})
            for view in ("Lengths", "Sequence length", "Vocabulary", "Batches")
        ),
        *(
            ("learn", {"corpus": CORPUS, "model": RUN, "step": str(step), "text": TEXT})
            for step in range(1, 13)
        ),
        *(("inspect", {"model": RUN, "text": TEXT, "view": view}) for view in VIEWS),
        *(
            ("compare", {"compare_view": view, "models": [RUN], "text": TEXT, "corpus": CORPUS})
            for view in ("Metrics", "By length", "One review", "Own corpus")
        ),
    ]
    wrong = []
    for name, link in links:
        app = page(name, **link)
        wrong += [(name, link, text) for text in read_as_markdown(app)]
        if any(button.label == "Show the answer" for button in app.button):
            wrong += [
                (name, link, text) for text in read_as_markdown(press(app, "Show the answer"))
            ]
    assert not wrong, "\n".join(map(str, wrong))
