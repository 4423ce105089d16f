"""Scoring of a whole table, with one thread per core.

    predictions.csv.parts/    beside the output, until it is complete
        plan.json             table, model and settings
        000000-8192-3         part number, rows, and rows without a prediction

An interrupted scoring continues after its last complete part.
"""

import itertools
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.corpus.classes import Classes
from sentiment.corpus.tables import table_fingerprint
from sentiment.corpus.whole_rows import WholeRow, WholeTable
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import StorageError
from sentiment.inspection.predictor import Predictor
from sentiment.networks.threads import in_threads
from sentiment.progress import Progress, StageProgress
from sentiment.scoring.columns import added_columns
from sentiment.scoring.formats import Format, format_for
from sentiment.scoring.results import Scored, score_rows

RESUME = "Complete parts are kept; the same command continues."
CHUNK_ROWS = 512  # predicted together by one thread, sorted by length
PART_ROWS = 16 * CHUNK_ROWS


@dataclass(frozen=True)
class Totals:
    """Numbers of scored rows."""

    rows: int
    unreadable: int  # rows without a prediction


def schema_of(table: WholeTable, classes: Classes) -> dict[str, Any]:
    """Names and types of all columns, the added ones last."""
    types: Sequence[Any] = table.types or [None] * len(table.names)
    added = added_columns(table.names, classes)
    return dict(zip(table.names, types, strict=True)) | added


def scored_rows(
    predictor: Predictor,
    table: WholeTable,
    sequence: SequenceConfig,
    skip: int = 0,
    progress: Progress | None = None,
) -> Iterator[list[Scored]]:
    """All rows after the first `skip`, in order, in chunks. Raises CorpusError."""
    text = table.text_column()
    rows = itertools.islice(table.rows(progress), skip, None)
    chunks = iter(lambda: list[WholeRow](itertools.islice(rows, CHUNK_ROWS)), [])
    yield from in_threads(lambda chunk: score_rows(predictor, chunk, text, sequence), chunks)


def score_table(
    predictor: Predictor,
    model: str,
    table: WholeTable,
    sequence: SequenceConfig,
    outputs: Sequence[Path],
    progress: StageProgress | None = None,
) -> Totals:
    """Write the table with predictions to each of `outputs`.

    model: `ModelInfo.checksum`. Raises CorpusError, StorageError if an output exists or the disk is
    full; the next call continues after the complete parts.
    """
    schema = schema_of(table, predictor.classes)
    plan = {
        "columns": list(schema),
        "model": model,
        "sequence": sequence.to_json(),
        "table": table.config.to_json(),
        "text": table.text_column(),
        "content": table_fingerprint(table.path),
    }
    for path in outputs:
        if os.path.lexists(path):
            raise StorageError(
                f"The output {path} exists already. Choose another name, or delete it."
            )
    files = [_Output(path, format_for(path)(schema), plan) for path in outputs]
    done = min(len(file.parts()) for file in files)
    started, rows, counted = time.monotonic(), 0, 0

    def report(read: int, size: int) -> None:
        if progress:
            seconds = time.monotonic() - started
            rate = f"Scoring: {rows:,} rows" + (f", {rows / seconds:,.0f} rows/s" if rows else "")
            progress(rate, read, size)

    pending: list[Scored] = []
    for chunk in scored_rows(predictor, table, sequence, done * PART_ROWS, report):
        pending += chunk
        rows += len(chunk)
        if len(pending) >= PART_ROWS:
            _write(files, done + counted, pending, predictor)
            counted, pending = counted + 1, []
    if pending or not (done + counted):
        _write(files, done + counted, pending, predictor)
    totals = files[0].totals()
    for file in files:
        file.finish()
    return totals


def _write(files: Sequence["_Output"], number: int, rows: list[Scored], by: Predictor) -> None:
    unreadable = sum(row.prediction is None for row in rows)
    values = [row.values(by.classes) for row in rows]
    for file in files:
        file.write(number, values, unreadable)


class _Output:
    """An output file, and its parts until it is complete."""

    def __init__(self, path: Path, format: Format, plan: dict[str, Any]):
        self.path, self.format = path, format
        self.folder = path.with_name(f"{path.name}.parts")
        file, content = self.folder / "plan.json", json.dumps(plan, indent=2).encode()
        if not self.folder.exists():
            atomic.write_bytes(file, content)
        elif not file.is_file() or file.read_bytes() != content:
            raise StorageError(
                f"{self.folder} has incomplete predictions for another file, model or setting. "
                "Finish them with the same command, choose another output, or delete that folder."
            )

    def parts(self) -> list[Path]:
        """The complete parts, in order."""
        return sorted(path for path in self.folder.iterdir() if path.name[0].isdigit())

    def write(self, number: int, values: list[list[object]], unreadable: int) -> None:
        name = f"{number:06}-{len(values)}-{unreadable}"
        try:
            atomic.write_bytes(self.folder / name, self.format.encode(values))
        except StorageError as error:
            raise StorageError(f"{error} {RESUME}") from error

    def totals(self) -> Totals:
        counts = [path.name.split("-") for path in self.parts()]
        return Totals(sum(int(c[1]) for c in counts), sum(int(c[2]) for c in counts))

    def finish(self) -> None:
        with atomic.new_file(self.path) as file:
            self.format.join(self.parts(), file)
        shutil.rmtree(self.folder, ignore_errors=True)
