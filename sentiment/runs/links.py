"""Settings in a link: so that one page hands to another what was chosen there."""

import contextlib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

from sentiment.corpus.sources import IMDB, SAMPLE
from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import ConfigError
from sentiment.places import uploads_dir
from sentiment.training.config import Recipe, recipe_with

# Before the name of a setting. Without it, a parameter that belongs to a widget of the page that
# is left would be taken out of the link to the next one.
LINK_PREFIX = "with_"
CORPUS = "with_corpus"  # a corpus of the Sources page, by its name
# What can be said in a link: which reviews, and how they become rows.
_PARTS = (TableConfig, PrepareConfig, SequenceConfig)
_KINDS: dict[str, Any] = {"source": str} | {
    field.name: get_type_hints(part)[field.name]
    for part in _PARTS
    for field in fields(part)
    if field.metadata.get("title")
}


def link_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings by their bare names, as they stand in a link; those left empty do not."""
    return {
        LINK_PREFIX + name: str(value)
        for name, value in settings.items()
        if name in _KINDS and value != ""
    }


def recipe_from_link(start: Recipe, link: Mapping[str, str]) -> tuple[Recipe, dict[str, Any]]:
    """`start` with the settings that the parameters of a link name, and what these are.

    A value that cannot be, for nobody checks what stands in a link, is left out.
    """
    named = {}
    for name, kind in _KINDS.items():
        with contextlib.suppress(ValueError, KeyError):
            named[name] = _read(kind, link[LINK_PREFIX + name])
    if "source" in named and not _is_open_to_links(named["source"]):
        del named["source"]
    with contextlib.suppress(ConfigError):
        return recipe_with(start, named), named
    recipe, taken = start, {}  # not all together; so one after the other, as far as they go
    for name, value in named.items():
        with contextlib.suppress(ConfigError):
            recipe = recipe_with(recipe, {name: value})
            taken[name] = value
    return recipe, taken


def _is_open_to_links(source: str) -> bool:
    """Whoever makes a link is not who sits at this machine, and must not point into its files."""
    if source in (IMDB, SAMPLE):
        return True
    return uploads_dir().resolve() in Path(source).resolve().parents


def _read(kind: Any, text: str) -> Any:
    if kind is bool:
        return text.lower() == "true"
    return kind(text) if kind in (int, float) else text
