"""Lessons on the pages: every step of the shipped ones opens, with its bar and its control."""

import pytest

from sentiment.lessons.files import all_lessons, lessons_dir
from sentiment.lessons.glossary import GLOSSARY
from tests.pages.driver import page, text_of

STEPS = [
    pytest.param(step, id=f"{name} {number}")
    for name, file in all_lessons().items()
    for number, step in enumerate(file.lesson.steps, start=1)
]
COMPONENTS = {"player", "toy_player"}  # AppTest does not list them; a browser test sees them
UNBOUND = {"text", "step", "corpus"}  # read by the page itself
NEEDS_A_RUN = {"Training step", "Metric"}


def names_of(app) -> set[str]:
    """Keys and labels of all controls of a page."""
    kinds = (
        "button", "button_group", "checkbox", "multiselect", "number_input", "radio", "selectbox",
        "select_slider", "slider", "text_area", "text_input", "toggle", "tabs",
    )  # fmt: skip
    found = [element for kind in kinds for element in app.get(kind)]
    return {name for one in found for name in (one.key, getattr(one, "label", "")) if name}


@pytest.mark.parametrize("step", STEPS)
def test_the_link_of_every_step_opens_a_view_with_its_control(step):
    app = page(step.page, **step.params)
    assert not app.exception, app.exception
    assert not app.error
    assert not [text for text in app.text if text.value.startswith("Ignored")]
    if step.highlight and step.highlight not in COMPONENTS | NEEDS_A_RUN:
        assert step.highlight in names_of(app)
    for key, value in step.params.items():  # the controls took the values of the link
        if key not in UNBOUND:
            assert str(app.session_state[key]) == value


def test_the_bar_shows_the_step_and_its_question():
    app = page(lesson="2-not-bad", lesson_step="2")
    step = all_lessons()["2-not-bad"].lesson.steps[1]
    assert step.sentence[:20] in text_of(app)
    (asked,) = [radio for radio in app.radio if step.question.text in radio.label.replace("\\", "")]
    asked.set_value(2)
    assert len(asked.options) == len(step.question.choices)
    assert app.button(key="lesson_end")


@pytest.mark.parametrize("number", ["0", "99", "x", "-1", "٣"])
def test_a_step_that_does_not_exist_opens_one_that_does(number):
    app = page(lesson="2-not-bad", lesson_step=number)
    assert not app.exception, app.exception
    assert "of 5" in text_of(app)


@pytest.mark.parametrize("name", ["nope", "../../etc/passwd", "<b>"])
def test_an_unknown_lesson_is_no_lesson(name):
    app = page(lesson=name, present="maybe")
    assert not app.exception, app.exception
    assert "step 1 of" not in text_of(app)


def test_a_broken_file_is_listed_with_its_reason_and_deleted():
    lessons_dir().mkdir(parents=True)
    (lessons_dir() / "mine.yaml").write_text("title: [", "utf-8")
    app = page("learn", part="Lessons")
    assert "line 1" in text_of(app)
    app.button(key="delete_mine").click().run()
    assert not app.exception, app.exception
    assert list(lessons_dir().iterdir()) == []


def test_markup_in_a_lesson_is_shown_as_text():
    lessons_dir().mkdir(parents=True)
    lesson = "title: '![x](http://a.example/b.png)'\nsteps: [{link: memory, sentence: '<b>*s*'}]"
    (lessons_dir() / "mine.yaml").write_text(lesson, "utf-8")
    app = page(lesson="mine")
    assert r"\!\[x\]\(http" in text_of(app)
    assert r"\<b\>\*s\*" in text_of(app)


def test_a_preset_of_the_toy_cell_sets_the_sliders():
    app = page("learn", part="Toy cell", toy="Last word only")
    assert app.slider(key="toy_f_bias").value == -4
    app.slider(key="toy_f_bias").set_value(2.5).run()
    app.selectbox(key="toy").set_value("Add up all words").run()
    assert not app.exception, app.exception
    assert app.slider(key="toy_f_bias").value == 4
    app.text_input(key="toy_text").set_value("?!").run()
    assert not app.exception, app.exception


def test_the_glossary_finds_terms():
    app = page("learn", part="Glossary")
    assert all(f"**{term}**" in text_of(app) for term in GLOSSARY)
    app.text_input(key="term").set_value("mcnemar").run()
    assert "**McNemar**" in text_of(app) and "**gate**" not in text_of(app)
    app.text_input(key="term").set_value("zorblax").run()
    assert app.info
