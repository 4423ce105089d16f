"""Options that several commands share, and the settings read from them."""

import argparse
import contextlib
import dataclasses
import shlex
import sys
import types
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from sentiment.corpus.classes import Classes, listed
from sentiment.corpus.sources import ACCEPTED_PATHS, IMDB, IMDB_STARS, NAMES, SAMPLE, SAMPLE3
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_facts import guesses_of
from sentiment.corpus.tables import is_table
from sentiment.dataset.corpora import RegisteredCorpus, corpora
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import CorpusError
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import DEFAULT_MODEL, model_folder
from sentiment.runs.run import Run, all_runs, by_name
from sentiment.settings import option_of, require
from sentiment.stored import read_json
from sentiment.training.config import Recipe, TrainConfig, recipe_with
from sentiment.training.presets import DEFAULT_PRESET, PRESETS

Config = TypeVar("Config")

SOURCE_HELP = (
    f"'{IMDB}' (the downloaded archive), '{IMDB_STARS}' (its stars as classes), '{SAMPLE}' or "
    f"'{SAMPLE3}' (synthetic reviews of two or three classes, no download), or a path: "
    f"{ACCEPTED_PATHS}"
)
MODEL_HELP = f"name of a model or of a finished run, or a folder. Default: {DEFAULT_MODEL}"


def model_named(name: str) -> Path:
    """The folder of a model given by its name, its folder, or the name or id of a run."""
    folder = model_folder(name)
    if folder.is_dir():
        return folder
    found = run_named(name)
    return found.model if found and found.has_model else folder


def run_named(name: str) -> Run | None:
    """The run with this name or id, None if there is none."""
    runs = all_runs()
    named = by_name(runs).get(name.removesuffix(" (run)"))
    return named or next((run for run in runs if run.id == name), None)


def add_source(parser: argparse.ArgumentParser, default: str) -> None:
    """The positional argument SOURCE, and how to read it if it is a table."""
    parser.add_argument(
        "source",
        nargs="?",
        default=default,
        metavar="SOURCE",
        help=f"{SOURCE_HELP}. Default: {default}",
    )
    add_settings(parser, TableConfig())


def add_model(parser: argparse.ArgumentParser) -> None:
    """`--model`."""
    parser.add_argument("--model", default=DEFAULT_MODEL, help=MODEL_HELP)


def add_model_and_data(parser: argparse.ArgumentParser) -> None:
    """The positional argument MODEL, and `--data`, the reviews to read with it."""
    parser.add_argument("model", nargs="?", default=DEFAULT_MODEL, metavar="MODEL", help=MODEL_HELP)
    parser.add_argument(
        "--data", default="imdb", metavar="SOURCE", help=f"{SOURCE_HELP}. Default: imdb"
    )
    add_settings(parser, TableConfig())


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """`--preset`, and an option for each setting of a training that replaces the preset's."""
    parser.add_argument(
        "--preset",
        choices=PRESETS,
        help=f"initial values of all settings. Default: {DEFAULT_PRESET}",
    )
    parser.add_argument("--source", help=f"{SOURCE_HELP}. Default: the source of the preset")
    parser.add_argument(
        "--pinned",
        action="append",
        metavar="REVIEW",
        help="trace this review at every checkpoint; can be repeated",
    )
    parts = (TableConfig(), PrepareConfig(), SequenceConfig(), NetworkConfig(), TrainConfig())
    add_settings(parser, *parts, default_from="the preset")


def add_corpus_file(parser: argparse.ArgumentParser) -> None:
    """`--corpus FILE`: the app passes a corpus with all its settings."""
    parser.add_argument(
        "--corpus",
        type=Path,
        metavar="FILE",
        help="a registered corpus (data/corpora/*.json); replaces all other settings",
    )


def add_class(parser: argparse.ArgumentParser, what: str, default: str) -> None:
    """Add --class, the name of a class of the model; see `class_code`."""
    parser.add_argument(
        "--class", dest="label", metavar="CLASS", help=f"the class {what}. Default: {default}"
    )


def class_code(classes: Classes, name: str | None) -> int | None:
    """The code of the class `name`, None for None. Raises ConfigError for an unknown one."""
    if name is None:
        return None
    require(
        name in classes.names, f"{name!r} is not a class of the model, expected {listed(classes)}."
    )
    return classes.names.index(name)


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_settings(
    parser: argparse.ArgumentParser,
    *configs: Any,
    only: tuple[str, ...] = (),
    default_from: str = "",
) -> None:
    """One option per field, `--hidden-size` for hidden_size. Options not given are None.

    configs: settings dataclasses with the default values. only: the fields to add; empty for all.
    default_from: the origin of the default values, if it is not `configs`.
    """
    kinds = (*(parser.get_default("setting_kinds") or ()), *map(type, configs))
    parser.set_defaults(setting_kinds=kinds)  # the options that messages may name
    known = {action.dest for action in parser._actions}
    for config in configs:
        description = f"Default: the value of {default_from}." if default_from else None
        group = parser.add_argument_group(f"settings ({type(config).__name__})", description)
        hints = get_type_hints(type(config))
        for field in dataclasses.fields(config):
            if field.name in known or (only and field.name not in only):
                continue  # `seed` is a field of two of them and sets both
            known.add(field.name)
            default = "" if default_from else getattr(config, field.name)
            group.add_argument(
                option_of(field.name),
                default=None,
                help=_help(field.metadata.get("help", ""), default),
                **_value_type(hints[field.name], field),
            )


def _value_type(hint: Any, field: dataclasses.Field[Any]) -> dict[str, Any]:
    """The keywords of `add_argument` for the type of a field."""
    if get_origin(hint) is Literal:
        return {"choices": get_args(hint)}
    if "choices" in field.metadata:
        return {"choices": [choice for choice in field.metadata["choices"] if choice]}
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    if hint == tuple[str, ...]:
        return {"action": "append", "metavar": field.name.upper()}
    kind = get_args(hint)[0] if isinstance(hint, types.UnionType) else hint
    metavar = {int: "N", float: "X"}.get(kind, field.name.upper())
    return {"type": kind, "metavar": metavar}


def _help(meaning: str, default: Any) -> str:
    default = "" if default == () else default
    shown = {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
    return f"{meaning} {f'Default: {shown}.' if shown else ''}".strip().replace("%", "%%")


def settings_from(arguments: argparse.Namespace, default: Config) -> Config:
    """`default` with every field that was given on the command line. Raises ConfigError."""
    names = [field.name for field in dataclasses.fields(default)]  # type: ignore[arg-type]
    given = {name: getattr(arguments, name, None) for name in names}
    changed = {name: value for name, value in given.items() if value is not None}
    return dataclasses.replace(default, **changed)  # type: ignore[type-var]


def table_from(arguments: argparse.Namespace) -> TableConfig:
    """How to read the table given as a source. Prints guesses about it on standard error."""
    table = settings_from(arguments, TableConfig())
    print_guesses(arguments.data if hasattr(arguments, "data") else arguments.source, table)
    return table


def print_guesses(source: str, table: TableConfig) -> None:
    """Print guesses about a table, and the options that set them, on standard error."""
    path = Path(source).expanduser()
    if source in NAMES:
        return
    with contextlib.suppress(CorpusError):  # reading it raises the same
        if not is_table(path):
            return
        for guess in guesses_of(path, table):
            if not getattr(table, guess.field):
                values = " or ".join(map(shlex.quote, filter(None, guess.options)))
                values = values if len(guess.options) < 9 else guess.field.upper()
                print(
                    f"{guess.sentence} To set it: {option_of(guess.field)} {values}",
                    file=sys.stderr,
                )


def recipe_from(arguments: argparse.Namespace) -> Recipe:
    """The recipe of `--preset` with the settings that were given. Raises ConfigError."""
    recipe = PRESETS[arguments.preset or DEFAULT_PRESET].recipe
    settings = _given_settings(arguments)
    print_guesses(settings.get("source", recipe.source), settings_from(arguments, recipe.table))
    return recipe_with(recipe, settings)


def names_recipe(arguments: argparse.Namespace) -> bool:
    """Whether `--preset` or any setting of a training was given."""
    return arguments.preset is not None or bool(_given_settings(arguments))


def _given_settings(arguments: argparse.Namespace) -> dict[str, Any]:
    parts = (TableConfig, PrepareConfig, SequenceConfig, NetworkConfig, TrainConfig)
    names = ("source", *(field.name for part in parts for field in dataclasses.fields(part)))
    given = {name: getattr(arguments, name) for name in names}
    given["pinned"] = tuple(arguments.pinned) if arguments.pinned else None
    return {name: value for name, value in given.items() if value is not None}


def corpus_from(arguments: argparse.Namespace) -> RegisteredCorpus:
    """The corpus of `--corpus`, the registered corpus named SOURCE, or SOURCE itself, with the
    given settings.

    Raises CorpusError if the file is damaged, ConfigError if a setting is invalid.
    """
    if arguments.corpus:
        given: RegisteredCorpus = read_json(
            arguments.corpus,
            RegisteredCorpus,
            CorpusError,
            "Give the file of a registered corpus (data/corpora/*.json).",
        )
        return given
    corpus = corpora().get(arguments.source) or RegisteredCorpus("command line", arguments.source)
    table = settings_from(arguments, corpus.table)
    print_guesses(corpus.source, table)
    return dataclasses.replace(
        corpus,
        table=table,
        prepare=settings_from(arguments, corpus.prepare),
    )
