"""`predict` with a table or a folder of Parquet files instead of texts."""

import argparse
import contextlib
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sentiment.commands.options import model_named, settings_from
from sentiment.commands.progress import progress_for
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.whole_rows import WholeTable, whole_table
from sentiment.errors import ConfigError, CorpusError, ReviewError, SentimentError
from sentiment.networks.model_folder import ModelInfo
from sentiment.scoring.formats import JsonLines, format_for
from sentiment.settings import option_of, require

if TYPE_CHECKING:
    from sentiment.scoring.score import Totals


def predict_table(arguments: argparse.Namespace) -> None:
    """Predict each row of a file, or of a table on standard input."""
    name = arguments.texts[0]
    with contextlib.ExitStack() as stack:
        path = Path(os.path.expanduser(name)).absolute()
        if name == "-":  # a copy, because its beginning is read several times
            copy = stack.enter_context(tempfile.NamedTemporaryFile())
            shutil.copyfileobj(sys.stdin.buffer, copy)
            copy.flush()
            path = Path(copy.name)
        try:
            _predict_table(path, arguments)
        except SentimentError as error:
            if name != "-":
                raise
            raise type(error)(str(error).replace(str(path), "standard input")) from error


def _predict_table(path: Path, arguments: argparse.Namespace) -> None:
    table = whole_table(path, settings_from(arguments, TableConfig()))
    column = _text_column(table, arguments)
    outputs = [Path(output) for output in arguments.output or []]
    for output in outputs:
        format_for(output)
    from sentiment.inspection.predictor import Predictor
    from sentiment.scoring.score import Totals, schema_of, score_table, scored_rows

    info = ModelInfo.read(model_named(arguments.model))
    predictor = Predictor(*info.load(), info.sequence, info.classes)
    sequence = settings_from(arguments, predictor.sequence)
    if outputs:
        progress = progress_for(arguments)
        totals = score_table(predictor, info.checksum, table, sequence, outputs, progress)
        progress.close()
    else:
        lines, rows, unreadable = JsonLines(schema_of(table, predictor.classes)), 0, 0
        for chunk in scored_rows(predictor, table, sequence):
            values = [one.values(predictor.classes) for one in chunk]
            print(lines.encode(values).decode(), end="")
            sys.stdout.flush()
            rows += len(chunk)
            unreadable += sum(one.prediction is None for one in chunk)
        totals = Totals(rows, unreadable)
    _report(totals, table, column)


def _text_column(table: WholeTable, arguments: argparse.Namespace) -> str:
    """The name of the column of texts; a guess goes to standard error. Raises CorpusError."""
    column = table.names[table.text_column()]
    if not arguments.text and len(table.names) > 1:
        print(f"Column of reviews: {column!r}. To set it: --column NAME", file=sys.stderr)
    return column


def _report(totals: "Totals", table: WholeTable, column: str) -> None:
    """How many rows have a prediction, on standard error.

    Raises CorpusError without rows, ReviewError if none has a prediction.
    """
    print(
        f"{totals.rows - totals.unreadable:,} of {totals.rows:,} {table.unit}s have a prediction.",
        file=sys.stderr,
    )
    if not totals.rows:
        raise CorpusError(f"{table.title} has no rows below its header. Choose another file.")
    if totals.unreadable == totals.rows:
        raise ReviewError(
            f"No {table.unit} of {table.title} has a readable text in the column {column!r}; the "
            "column reason of the output has the causes. Choose another column (--column)."
        )


def predict_folder(arguments: argparse.Namespace) -> None:
    """Predict each row of a folder of Parquet files with a Ray cluster."""
    outputs = arguments.output or []
    require(
        len(arguments.texts) == len(outputs) == 1 and arguments.texts != ["-"],
        "--ray predicts one folder of Parquet files into another: predict FOLDER --ray ADDRESS "
        "--output FOLDER.",
    )
    table_config = settings_from(arguments, TableConfig())
    others = ", ".join(map(option_of, table_config.options().keys() - {"text"}))
    require(not others, f"Parquet files have no setting {others}. Leave it out.")
    if importlib.util.find_spec("ray") is None:
        raise ConfigError(
            "The package ray is not installed: pip install -r requirements-cluster.txt"
        )
    from sentiment.scoring.cluster import score_folder
    from sentiment.scoring.parquet_folder import Source
    from sentiment.scoring.score import PART_ROWS

    source = Source.of(arguments.texts[0], table_config, PART_ROWS)
    column = _text_column(source.table, arguments)
    info = ModelInfo.read(model_named(arguments.model))
    sequence = settings_from(arguments, info.sequence)
    progress = progress_for(arguments)
    totals = score_folder(info, source, sequence, outputs[0], arguments.ray, progress)
    progress.close()
    _report(totals, source.table, column)
