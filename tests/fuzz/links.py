"""Links with any parameters, checked, and pages opened by them."""

from functools import cache
from pathlib import Path

from sentiment.web.links.check import problems_of
from sentiment.web.links.parameters import PARAMETERS
from tests.fuzz.choices import Choices
from tests.pages.driver import page

LONGEST_PROBLEM = 300  # characters
# Values that some parameters accept, so that they reach their widgets.
VALUES = (
    *(
        "1",
        "2",
        "9",
        "400",
        "true",
        "false",
        "Sample",
        "IMDB",
        "sample",
        "good",
        "film",
        "imdb-lstm",
    ),
    *(
        "Lengths",
        "Vocabulary",
        "Batches",
        "Sequence length",
        "Gates",
        "Units",
        "Why",
        "Interventions",
    ),
    *("Quality", "Read", "Metrics", "One review", "hi there", "not a good film", "1-2-3", "0.5"),
)
PAGES = [name for name in PARAMETERS if name]


@cache
def _names() -> list[str]:
    return sorted({name for parameters in PARAMETERS.values() for name in parameters})


def _link(choices: Choices, name: str, most: int) -> dict[str, list[str]]:
    link = {}
    own = list(PARAMETERS[name]) or _names()
    for _ in range(choices.integer(0, most)):
        key = choices.one_of(own) if choices.integer(0, 5) else choices.text()
        count = choices.one_of((1, 1, 1, 2, 0))
        link[key] = [
            choices.one_of(VALUES) if choices.flag() else choices.text() for _ in range(count)
        ]
    return link


def attack_links(choices: Choices, folder: Path) -> None:
    """The check of a link names what does not fit in short, printable words."""
    name = choices.one_of(list(PARAMETERS))
    link = _link(choices, name, 8)
    problems = problems_of(name, link, arrived=choices.flag())
    assert problems.keys() <= link.keys()
    for problem in problems.values():
        assert len(problem) < LONGEST_PROBLEM and problem.isprintable()


def attack_pages_by_links(choices: Choices, folder: Path) -> None:
    """A page opens with any link. `page` fails if it shows an exception."""
    name = choices.one_of(PAGES)
    link = {
        key.encode("utf-8", "replace").decode(): [
            value.encode("utf-8", "replace").decode() for value in values
        ]
        for key, values in _link(choices, name, 6).items()
        if values and key
    }
    (folder / "link.txt").write_text(f"{name} {link!r}")
    app = page(name, **link)
    assert app.title, name
