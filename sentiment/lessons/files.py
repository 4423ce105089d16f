"""Lesson files: those of the project, and those that teachers add."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sentiment import atomic
from sentiment.errors import LessonError, SentimentError
from sentiment.lessons.lesson import Lesson
from sentiment.lessons.measures import check_measure
from sentiment.places import SHIPPED, lessons_dir
from sentiment.typed_data import build

SUFFIXES = (".yaml", ".yml")
MAX_BYTES = 100_000
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")

_KINDS = {
    "str": "text",
    "int": "a whole number",
    "LessonStep": "a step with the keys link and sentence",
    "LessonQuestion": "a question with the keys text and choices",
    "Measure": "a measure with the key of",
}


@dataclass(frozen=True)
class LessonFile:
    """A lesson file; `error` says why it cannot be read."""

    name: str  # in links
    path: Path
    lesson: Lesson | None
    error: str = ""

    @property
    def shipped(self) -> bool:
        return self.path.parent == SHIPPED / "lessons"


class _Loader(yaml.BaseLoader):
    """YAML in which every value is text, so that `no` is not false and 1.10 is not 1.1.

    Aliases are refused, because a few lines of them can expand to gigabytes. So are repeated keys,
    of which YAML would silently keep the last.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise yaml.MarkedYAMLError(None, None, "aliases (*name) are not allowed", mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else None
            if name is None or name in seen:
                problem = "a key is not a word" if name is None else f"the key {name!r} is repeated"
                raise yaml.MarkedYAMLError(None, None, problem, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def parse_lesson(text: str, name: str = "The lesson") -> Lesson:
    """The lesson in a YAML text. Raises LessonError with the line or the key."""
    if len(text.encode(errors="replace")) > MAX_BYTES:
        raise LessonError(f"{name} has more than {MAX_BYTES:,} bytes. Split it into two lessons.")
    try:
        value = yaml.load(text, _Loader)
        if not isinstance(value, dict):
            raise TypeError("it has no keys; expected title, summary and steps")
        if str(value.get("minutes", "")).isdecimal():
            value["minutes"] = int(value["minutes"])
        lesson = build(Lesson, value)
        for step in lesson.steps:
            check_measure(step.question)
        return lesson
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        reason = f"{line}{error.problem}"
    except RecursionError:
        reason = "its lists are nested too deeply"
    except (yaml.YAMLError, LessonError, TypeError, ValueError) as error:
        reason = _in_words(" ".join(str(error).split()))
    raise LessonError(
        f"{name} cannot be read: {reason.rstrip('.')}. The format: docs/writing-lessons.md."
    )


def _in_words(reason: str) -> str:
    """A message of `typed_data` with paths and types in the words of the documentation."""
    reason = re.sub(
        r"steps\[(\d+)\]\.([\w.]+)", lambda m: f"{m[2]} of step {int(m[1]) + 1}", reason
    )
    reason = re.sub(r"steps\[(\d+)\]", lambda m: f"step {int(m[1]) + 1}", reason)
    reason = re.sub(r"expected tuple\[.*\]$", "expected a list", reason)
    for kind, words in _KINDS.items():
        reason = re.sub(rf"expected {kind}$", f"expected {words}", reason)
    return reason


def read_lesson(path: Path) -> LessonFile:
    """Read a lesson file; a bad one has the reason."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise LessonError(f"{path.name} has more than {MAX_BYTES:,} bytes.")
        return LessonFile(path.stem, path, parse_lesson(path.read_text("utf-8-sig"), path.name))
    except UnicodeDecodeError:
        return LessonFile(path.stem, path, None, f"{path.name} is not UTF-8 text.")
    except OSError as error:
        return LessonFile(path.stem, path, None, f"{path.name} cannot be read: {error.strerror}.")
    except SentimentError as error:
        return LessonFile(path.stem, path, None, str(error))


def all_lessons() -> dict[str, LessonFile]:
    """All lessons by name: those of the project, then those in `lessons_dir()`."""
    found: dict[str, LessonFile] = {}
    for folder in (SHIPPED / "lessons", lessons_dir()):
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        for path in files:
            if path.suffix in SUFFIXES and path.is_file():
                found.setdefault(path.stem, read_lesson(path))
    return found


def add_lesson(file_name: str, content: bytes) -> str:
    """Store a lesson under the name of its file; return that name. Raises LessonError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LessonError(f"{file_name} is not UTF-8 text. Save it as UTF-8.") from error
    parse_lesson(text, file_name)
    name = re.sub(r"[^a-z0-9]+", "-", Path(file_name).stem.casefold()).strip("-")
    if not _NAME.fullmatch(name):
        raise LessonError(
            f"The file name {file_name!r} is not a valid name of a lesson; expected at most 60 "
            "letters a to z, digits and hyphens. Rename the file."
        )
    taken = all_lessons().get(name)
    if taken and taken.shipped:
        raise LessonError(f"A lesson of this project is named {name!r}. Rename your file.")
    atomic.write_bytes(lessons_dir() / f"{name}.yaml", text.encode())
    return name


def delete_lesson(name: str) -> None:
    """Delete a lesson that a teacher added. Raises LessonError if there is none of that name."""
    taken = all_lessons().get(name)
    if taken is None or taken.shipped:
        raise LessonError(f"There is no added lesson {name!r}.")
    taken.path.unlink(missing_ok=True)
