"""Excerpts of this project's source code, read from the code that runs."""

import inspect
import pkgutil
from dataclasses import dataclass
from pathlib import Path

from sentiment.places import PACKAGE


@dataclass(frozen=True)
class Excerpt:
    """The source of a function or class."""

    name: str  # such as "Vocabulary.encode"
    path: str  # relative to the project
    line: int  # of the first line
    code: str

    @property
    def place(self) -> str:
        return f"{self.path}, line {self.line}"


def excerpt(name: str) -> Excerpt:
    """The lines that define `name`, such as "encoding.vocabulary:Vocabulary.encode"."""
    found = inspect.unwrap(pkgutil.resolve_name(f"sentiment.{name}"))
    lines, first = inspect.getsourcelines(found)
    path = Path(inspect.getsourcefile(found) or "").resolve().relative_to(PACKAGE.parent)
    return Excerpt(
        name.partition(":")[2], path.as_posix(), first, inspect.cleandoc("\n" + "".join(lines))
    )
