"""Settings in links between pages, as query parameters."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_origin, get_type_hints

from sentiment.corpus.sources import NAMES
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_files import pieces_of
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import ConfigError, CorpusError
from sentiment.networks.config import NetworkConfig
from sentiment.places import uploads_dir
from sentiment.settings import problem_of
from sentiment.training.config import Recipe, TrainConfig, recipe_with

# Prefix of the parameters' names. Without it, Streamlit would remove parameters that belong to a
# widget of the page that the link leaves.
LINK_PREFIX = "with_"
CORPUS = "corpus"  # name of a registered corpus
# Settings that a link may have: all that a form shows.
_FIELDS = {
    field.name: (field, get_type_hints(part)[field.name])
    for part in (TableConfig, PrepareConfig, SequenceConfig, NetworkConfig, TrainConfig)
    for field in fields(part)
    if field.metadata.get("title")
}
_WHOLE: dict[str, Any] = {"source": str, "pinned": tuple[str, ...]}
_KINDS: dict[str, Any] = _WHOLE | {name: hint for name, (_, hint) in _FIELDS.items()}
_FOLDERS = ("initialization", "teachers")  # names of model folders
OF_REVIEWS = ("source", *(field.name for field in fields(TableConfig)))  # which reviews are read

LINKED_SETTINGS = tuple(_KINDS)


def link_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Query parameters for settings given by their bare names; empty values are omitted."""
    return {
        LINK_PREFIX + name: as_text(value)
        for name, value in settings.items()
        if name in _KINDS and value not in ("", ())
    }


def as_text(value: Any) -> str:
    """The value of a setting as a link has it."""
    return json.dumps(value) if isinstance(value, tuple) else str(value)


def read_setting(name: str, text: str) -> Any:
    """The value of a setting in a link. Raises ConfigError that says what was expected."""
    kind = _KINDS[name]
    try:
        value = _read(kind, text)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ConfigError(f"{name} is {text!r}; expected {_name_of(kind)}.") from error
    if name in _WHOLE:
        recipe_with(Recipe(), {name: value})
    elif expected := problem_of(*_FIELDS[name], value):
        raise ConfigError(f"{name} is {text!r}; expected {expected}.")
    return value


def link_problem(name: str, text: str) -> str | None:
    """What is expected of a setting in place of this value, None if a link may have it.

    Links must not name files of this machine.
    """
    try:
        value = read_setting(name, text)
    except ConfigError as error:
        return str(error).partition("expected ")[2].rstrip(".") or "a valid value"
    if name == "source" and not _may_be_linked(value):
        return f"{', '.join(NAMES)} or an uploaded file"
    if name in _FOLDERS and ("/" in value or "\\" in value):
        return "names without a path"
    return None


def recipe_from_link(start: Recipe, link: Mapping[str, str]) -> tuple[Recipe, dict[str, Any]]:
    """`start` with the settings in a link's query parameters, and these settings.

    Invalid values are ignored: a link may have been edited. Of settings that do not fit together,
    as many apply as do fit, so the recipe may lack some of the settings returned.
    """
    named = {
        name: read_setting(name, link[LINK_PREFIX + name])
        for name in _KINDS
        if LINK_PREFIX + name in link and link_problem(name, link[LINK_PREFIX + name]) is None
    }
    with contextlib.suppress(ConfigError):
        return recipe_with(start, named), named
    recipe = start
    for name, value in named.items():
        with contextlib.suppress(ConfigError):
            recipe = recipe_with(recipe, {name: value})
    return recipe, named


def _may_be_linked(source: str) -> bool:
    if source in NAMES:
        return True
    try:
        pieces = pieces_of(source)
    except CorpusError:
        pieces = [source]  # opening it reports what is missing
    return all(uploads_dir().resolve() in Path(piece).resolve().parents for piece in pieces)


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        return {"true": True, "false": False}[text.lower()]
    if get_origin(kind) is tuple:
        texts = json.loads(text)
        if not isinstance(texts, list):
            raise ValueError
        return tuple(map(str, texts))
    return kind(text) if kind in (int, float) else text


def _name_of(kind: Any) -> str:
    names = {int: "a whole number", float: "a number", bool: "true or false"}
    return names.get(kind, "a list of texts")
