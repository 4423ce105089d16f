"""Files of lessons: the shipped ones, those of teachers, and all that can be wrong with a file."""

import re
from pathlib import Path
from typing import get_args

import pytest

from sentiment.errors import LessonError
from sentiment.inspection.predictor import Predictor
from sentiment.lessons import files
from sentiment.lessons.files import add_lesson, all_lessons, delete_lesson, parse_lesson
from sentiment.lessons.lesson import PAGES, Lesson, LessonStep
from sentiment.lessons.measures import MEASURES, answered
from sentiment.networks.model_folder import installed_models

PROJECT = Path(__file__).parents[2]
SHIPPED = [file for file in all_lessons().values() if file.shipped]
STEP = "title: t\nsteps:\n - link: learn\n   sentence: s\n"
ASK = STEP + "   question: {{text: q, choices: [{}], {}}}\n"


@pytest.fixture(autouse=True)
def _own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


def test_there_are_six_lessons_of_five_minutes():
    assert [file.error for file in SHIPPED] == [""] * 6
    assert {file.lesson.minutes for file in SHIPPED} == {5}
    assert all(any(step.question for step in file.lesson.steps) for file in SHIPPED)


def test_the_pages_that_a_step_can_open_are_those_of_the_app():
    assert sorted(PAGES) == sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))


def test_every_question_of_a_shipped_lesson_has_its_answer():
    models = {info.name: info for info in installed_models()}
    predictors = {}

    def trace(info, text):
        predictor = predictors.setdefault(info.name, Predictor.load(info.folder))
        return predictor.trace(text)

    measured = 0
    for file in SHIPPED:
        for step in file.lesson.steps:
            if step.question:
                question = answered(step.question, models, trace)
                assert question.answer in step.question.choices
                measured += step.question.measure is not None
    assert measured >= 5
    (film,) = [
        step.question
        for step in all_lessons()["2-not-bad"].lesson.steps
        if step.question and step.question.measure.of == "probability"
    ]
    shown = 100 * predictors["imdb-lstm"].predict([film.measure.text])[0].probabilities[1]
    assert f"{shown:.1f}%" in answered(film, models, trace).why


def test_the_example_of_the_documentation_is_a_lesson():
    page = (PROJECT / "docs" / "writing-lessons.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert parse_lesson(example).steps[1].question.measure.of == "label"
    for name in [*MEASURES, *Lesson.__annotations__, *LessonStep.__annotations__]:
        assert f"`{name}`" in page
    assert get_args(LessonStep.__annotations__["question"])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "title"),
        ("- a", "title"),
        ("title: x\nsteps: [", "line 2"),
        ("title: x\ntitle: y", "line 2"),
        ("title: &a x\nsummary: *a", "line 2"),
        ("? [a]\n: b", "line 1"),
        ("? {a: b}\n: b", "line 1"),
        ("title: x\n---\ntitle: y", "line 2|line 3"),
        ("[" * 1_200, "nested"),
        ("title: \x00", "x0000"),
        ("title: x", "steps"),
        ("title: x\nsteps: 5", "steps is '5', expected a list"),
        ("title: x\nsteps: []", "0 steps"),
        ("title: x\nsteps:\n - hi", "step 1 is 'hi'"),
        (STEP + " - link: learn\n", "sentence of step 2"),
        (STEP + "   colour: red\n", "colour of step 1"),
        (STEP.replace("learn", "https://evil.example/"), "https:"),
        (STEP.replace("learn", "../../etc"), r"\.\."),
        (STEP.replace("sentence: s", "sentence: ''"), "sentence"),
        (STEP.replace("sentence: s", "sentence: " + "s" * 501), "501"),
        (STEP + "minutes: 0\n", "minutes"),
        (STEP + "minutes: five\n", "minutes is 'five', expected a whole number"),
        (ASK.format("a", "answer: a"), "choices a"),
        (ASK.format("a, a", "answer: a"), "choices a, a"),
        (ASK.format("a, b", "answer: c"), "'c'"),
        (ASK.format("a, b", "why: w"), "neither"),
        (ASK.format("a, b", "answer: a, measure: {of: label, text: t}"), "both"),
        (ASK.format("a, b", "measure: {of: magic, text: t}"), "magic.*strongest word"),
        (ASK.format("a, b", "measure: {of: words, text: t}"), "'a' is not a number"),
        (ASK.format("1, 2", "measure: {of: words}"), "needs a text"),
        ("title: " + "x" * 200_000, "bytes"),
    ],
)
def test_an_error_names_the_line_or_the_key(text, named):
    with pytest.raises(LessonError, match=named):
        parse_lesson(text)


def test_values_are_text_whatever_yaml_makes_of_them():
    lesson = parse_lesson(ASK.format("yes, no, 1.10", "answer: no").replace("title: t", "title: 1"))
    assert lesson.title == "1"
    assert lesson.steps[0].question.choices == ("yes", "no", "1.10")


def test_a_teacher_adds_replaces_and_deletes_a_lesson(tmp_path):
    assert add_lesson("My Lesson (2).yml", STEP.encode()) == "my-lesson-2"
    add_lesson("my-lesson-2.yaml", STEP.replace("title: t", "title: new").encode("utf-8-sig"))
    assert all_lessons()["my-lesson-2"].lesson.title == "new"
    delete_lesson("my-lesson-2")
    assert "my-lesson-2" not in all_lessons()


@pytest.mark.parametrize(
    "name", ["2-not-bad.yaml", "日本.yaml", "../..", "---.yaml", "x" * 99 + ".yaml"]
)
def test_a_lesson_gets_a_name_of_its_own(name):
    with pytest.raises(LessonError, match=re.escape(Path(name).stem)):
        add_lesson(name, STEP.encode())
    assert all(file.shipped for file in all_lessons().values())


def test_a_file_that_cannot_be_read_stays_listed_with_the_reason(tmp_path):
    files.lessons_dir().mkdir()
    for name, content in {"bytes": b"\xff\xfe", "yaml": b"title: [", "big": b"#" * 200_000}.items():
        (files.lessons_dir() / f"{name}.yaml").write_bytes(content)
        assert name in all_lessons()[name].error
    with pytest.raises(LessonError, match="2-not-bad"):
        delete_lesson("2-not-bad")


def test_a_question_about_a_missing_model_says_so():
    question = (
        parse_lesson(ASK.format("a, b", "measure: {of: label, model: gone, text: t}"))
        .steps[0]
        .question
    )
    with pytest.raises(LessonError, match="gone"):
        answered(question, {}, lambda info, text: None)
