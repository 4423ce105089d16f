"""Learn: twelve steps from reviews to a prediction, lessons, a toy cell, and the glossary."""

from sentiment.web import layout
from sentiment.web.learn.glossary import show_glossary
from sentiment.web.learn.path import show_path
from sentiment.web.learn.subject import choose_subject
from sentiment.web.learn.toy_cell import show_toy_cell
from sentiment.web.lessons import presenter
from sentiment.web.lessons.catalog import show_lessons

PARTS = {
    "Twelve steps": show_path,
    "Lessons": show_lessons,
    "Toy cell": show_toy_cell,
    "Glossary": show_glossary,
}

with layout.title_row("Learn"):
    part = layout.choose_one("Part", PARTS, key="part", label_visibility="collapsed", wrap=True)
    if part == "Twelve steps":
        choose_subject()
    presenter.show_button()
with layout.show_errors():
    PARTS[part]()
