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
from sentiment.places import uploads_dir
from sentiment.training.config import Recipe, recipe_with

# Of a parameter's name. Without it, Streamlit would remove parameters that belong to a widget of
# the page that the link leaves.
LINK_PREFIX = "with_"
CORPUS = "corpus"  # name of a registered corpus
# Settings that a link may have: the source of the reviews and their preparation.
_PARTS = (TableConfig, PrepareConfig, SequenceConfig)
_KINDS: dict[str, Any] = {"source": str} | {
    field.name: get_type_hints(part)[field.name]
    for part in _PARTS
    for field in fields(part)
    if field.metadata.get("title")
}

LINKED_SETTINGS = tuple(_KINDS)


def link_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Query parameters for settings given by their bare names; empty values are omitted."""
    return {
        LINK_PREFIX + name: json.dumps(value) if isinstance(value, tuple) else str(value)
        for name, value in settings.items()
        if name in _KINDS and value not in ("", ())
    }


def recipe_from_link(start: Recipe, link: Mapping[str, str]) -> tuple[Recipe, dict[str, Any]]:
    """`start` with the settings in a link's query parameters, and these settings.

    Invalid values are ignored: a link may have been edited.
    """
    named = {}
    for name, kind in _KINDS.items():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            named[name] = _read(kind, link[LINK_PREFIX + name])
    if "source" in named and not _may_be_linked(named["source"]):
        del named["source"]
    with contextlib.suppress(ConfigError):
        return recipe_with(start, named), named
    recipe, applied = start, {}  # together they are invalid: apply each that is valid
    for name, value in named.items():
        with contextlib.suppress(ConfigError):
            recipe = recipe_with(recipe, {name: value})
            applied[name] = value
    return recipe, applied


def _may_be_linked(source: str) -> bool:
    """Untrusted links must not name files of this machine."""
    if source in NAMES:
        return True
    try:
        pieces = pieces_of(source)
    except CorpusError:
        pieces = [source]  # opening it reports what is missing
    return all(uploads_dir().resolve() in Path(piece).resolve().parents for piece in pieces)


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        return text.lower() == "true"
    if get_origin(kind) is tuple:
        return tuple(map(str, json.loads(text)))
    return kind(text) if kind in (int, float) else text
