"""Options that several commands share, made from the settings dataclasses."""

import argparse
import dataclasses
import json
import sys
import types
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from tqdm import tqdm

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, corpora
from sentiment.errors import CorpusError
from sentiment.networks.model_folder import DEFAULT_MODEL
from sentiment.runs.jobs import Job

Config = TypeVar("Config")

SOURCE_HELP = (
    "'imdb' (the archive on disk), 'sample' (composed reviews, nothing to download), or a path: "
    "aclImdb_v1.tar.gz, an aclImdb folder, a folder with reviews.txt and labels.txt, or a "
    ".csv, .tsv, .jsonl or .parquet file"
)


def add_source(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument("source", nargs="?" if default else None, default=default, help=SOURCE_HELP)
    add_columns(parser)


def add_model_and_data(parser: argparse.ArgumentParser) -> None:
    """A model, and the reviews to read with it."""
    parser.add_argument(
        "model",
        nargs="?",
        default=DEFAULT_MODEL,
        help=f"a model's name, or its folder; default: {DEFAULT_MODEL}",
    )
    parser.add_argument("--data", default="imdb", metavar="SOURCE", help=SOURCE_HELP)
    add_columns(parser)


def add_columns(parser: argparse.ArgumentParser) -> None:
    """How a table is read."""
    parser.add_argument("--text", metavar="COLUMN", help="text column of a table")
    parser.add_argument("--label", metavar="COLUMN", help="label column of a table")
    for side in ("positive", "negative"):
        parser.add_argument(
            f"--{side}", metavar="VALUES", help=f"which label means {side}; several: 7,8,9,10"
        )
    parser.add_argument(
        "--encoding", help="of a table: cp1252, utf-16, …; mixed: UTF-8 in some places only"
    )


def table_config(arguments: argparse.Namespace, default: TableConfig | None = None) -> TableConfig:
    """`default` with the column options that were given."""
    names = [field.name for field in dataclasses.fields(TableConfig)]
    options = {name: getattr(arguments, name) for name in names}
    given = {name: value for name, value in options.items() if value is not None}
    return dataclasses.replace(default or TableConfig(), **given)


def add_corpus(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--corpus",
        type=Path,
        metavar="FILE",
        help="a corpus as a page keeps it (data/corpora/*.json), instead of all other settings",
    )


def corpus_of(arguments: argparse.Namespace) -> RegisteredCorpus:
    """The corpus meant: a file's, one kept under the name given, or the source with the settings
    given. Raises CorpusError if the file is none, ConfigError."""
    if arguments.corpus:
        try:
            return RegisteredCorpus.from_json(json.loads(arguments.corpus.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorpusError(f"{arguments.corpus} is no corpus of ours: {error!r}.") from error
    kept = corpora().get(arguments.source) or RegisteredCorpus("from a shell", arguments.source)
    return dataclasses.replace(
        kept,
        table=table_config(arguments, kept.table),
        prepare=with_settings(kept.prepare, arguments),
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON for another program")


def add_settings(parser: argparse.ArgumentParser, *kinds: type) -> None:
    """An option for each field, `--hidden-size` for hidden_size; unset ones stay None."""
    known = {action.dest for action in parser._actions}
    for kind in kinds:
        group = parser.add_argument_group(f"settings ({kind.__name__})")
        hints = get_type_hints(kind)
        for field in dataclasses.fields(kind):
            if field.name in known:
                continue  # `seed` belongs to two of them and sets both
            known.add(field.name)
            hint = hints[field.name]
            kind_of: dict[str, Any] = {"type": hint}
            if get_origin(hint) is Literal:
                kind_of = {"choices": get_args(hint)}
            elif "choices" in field.metadata:
                kind_of = {"choices": field.metadata["choices"]}
            elif isinstance(hint, types.UnionType):
                kind_of = {"type": get_args(hint)[0]}
            elif hint is bool:
                kind_of = {"action": argparse.BooleanOptionalAction}
            group.add_argument(
                f"--{field.name.replace('_', '-')}",
                default=None,
                help=_help(field),
                **kind_of,
            )


def _help(field: dataclasses.Field[Any]) -> str:
    return f"{field.metadata.get('help', '')} Default: {field.default}".strip().replace("%", "%%")


def with_settings(config: Config, arguments: argparse.Namespace) -> Config:
    """`config` with every field that was given on the command line. Raises ConfigError."""
    names = [field.name for field in dataclasses.fields(config)]  # type: ignore[arg-type]
    given = {name: getattr(arguments, name, None) for name in names}
    changed = {name: value for name, value in given.items() if value is not None}
    return dataclasses.replace(config, **changed)  # type: ignore[type-var]


def progress_of(arguments: argparse.Namespace) -> "StageBars | Job":
    """Who is told how far the command is: a page that watches, or bars in the shell."""
    return Job(arguments.report) if arguments.report else StageBars()


class StageBars:
    """A progress bar per stage on standard error; silent where nobody watches."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None
        self.stage = ""

    def __call__(self, stage: str, done: float, total: float) -> None:
        if stage != self.stage or self.bar is None:
            self.close()
            self.stage = stage
            self.bar = tqdm(
                desc=f"{stage:<11}", total=total, unit_scale=True, file=sys.stderr, disable=None
            )
        self.bar.total = total
        self.bar.update(done - self.bar.n)

    def close(self) -> None:
        if self.bar is not None:
            self.bar.close()
            self.bar = None
