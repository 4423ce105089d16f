"""Every control in the link has a declared parameter."""

import ast
from collections.abc import Iterator
from pathlib import Path

from sentiment.web.links.parameters import kind_of

PROJECT = Path(__file__).parents[2]
PAGE_OF_FOLDER = {"home": ""}


def bound_keys() -> Iterator[tuple[str, str]]:
    """Page and key of each control with a constant key that is bound to the link."""
    for path in [*PROJECT.glob("pages/*.py"), *PROJECT.glob("sentiment/web/*/*.py")]:
        page = path.stem if path.parent.name == "pages" else path.parent.name
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                words = {word.arg: word.value for word in node.keywords}
                key = words.get("key")
                bound = "bind" in words or getattr(node.func, "attr", "") == "choose_one"
                if bound and isinstance(key, ast.Constant):
                    yield PAGE_OF_FOLDER.get(page, page), str(key.value)


def test_every_control_in_the_link_has_a_declared_parameter():
    found = set(bound_keys())
    assert len(found) > 50
    assert {(page, key) for page, key in found if kind_of(page, key) is None} == set()
