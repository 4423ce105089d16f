"""Scoring of a folder of Parquet files on a Ray cluster, with Ray Data.

    predictions/                          on a file system of all machines, or s3://bucket/predictions
        _plan.json                        files, model and settings
        _model/                           the model, for the workers
        part-000000-8192-3.parquet        part number, rows, and rows without a prediction
        _SUCCESS                          written when all parts are complete

A worker loads the model once. It reads a piece of the input and writes it as one part in one step.
If a worker dies, another one takes over its piece. The same command continues an interrupted
scoring with the pieces that have no part yet.
"""

import json
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq
import torch

from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ConfigError, SentimentError, StorageError
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress
from sentiment.scoring.formats import Parquet
from sentiment.scoring.parquet_folder import SUFFIX, Folder, Piece, Source
from sentiment.scoring.results import score_rows
from sentiment.scoring.score import CHUNK_ROWS, RESUME, Totals, schema_of

PLAN, MODEL, COMPLETE, PART = "_plan.json", "_model", "_SUCCESS", "part-"


def score_folder(
    info: ModelInfo,
    source: Source,
    sequence: SequenceConfig,
    output_address: str,
    ray_address: str,
    progress: StageProgress | None = None,
) -> Totals:
    """Write the source with predictions to a folder of Parquet files, one for each piece.

    Raises ConfigError without a Ray cluster at `ray_address`, StorageError if the output exists or
    a piece cannot be scored; the next call continues after the complete parts.
    """
    output, text = Folder(output_address), source.table.text_column()
    schema = schema_of(source.table, info.classes)
    plan = {
        "columns": list(schema),
        "model": info.checksum,
        "sequence": sequence.to_json(),
        "text": text,
        "content": source.content,
        "pieces": len(source.pieces),
    }
    _begin(output, json.dumps(plan, indent=2).encode(), info.folder)
    done = _parts(output)
    missing = [piece for piece in source.pieces if piece.number not in done]
    rows, total = sum(t.rows for t in done.values()), sum(piece.rows for piece in source.pieces)
    setup = (source.folder.address, output.address, schema, text, sequence)
    for scored in _scored(missing, setup, ray_address) if missing else ():
        rows += scored
        if progress:
            progress("Scoring", rows, total)
    done = _parts(output)
    for entry in output.entries():
        if entry.base_name.startswith(f".{PART}"):  # of a worker that died
            output.files.delete_file(entry.path)
    output.files.delete_dir(f"{output.path}/{MODEL}")
    output.write(COMPLETE, b"")
    return Totals(sum(t.rows for t in done.values()), sum(t.unreadable for t in done.values()))


def _begin(output: Folder, plan: bytes, model: Path) -> None:
    """Write model and plan, or check that the output is incomplete and has the same plan."""
    names = {entry.base_name for entry in output.entries()} - {MODEL}
    if COMPLETE in names or (names and PLAN not in names):
        raise StorageError(
            f"The output {output.address} exists already. Choose another name, or delete it."
        )
    if not names:
        try:
            output.files.create_dir(f"{output.path}/{MODEL}")
            for file in model.iterdir():
                if file.is_file():
                    output.write(f"{MODEL}/{file.name}", file.read_bytes())
            output.write(PLAN, plan)
        except OSError as error:
            raise StorageError(f"Could not write {output.address}: {error}") from error
        return
    with output.files.open_input_file(f"{output.path}/{PLAN}") as file:
        if file.read() != plan:
            raise StorageError(
                f"{output.address} has incomplete predictions for other files, another model or "
                "setting. Finish them with the same command, choose another output, or delete that "
                "folder."
            )


def _parts(output: Folder) -> dict[int, Totals]:
    """The complete parts by number."""
    found = [entry.base_name for entry in output.entries() if entry.base_name.startswith(PART)]
    numbers = [list(map(int, name.removesuffix(SUFFIX).split("-")[1:])) for name in found]
    return {number: Totals(*counts) for number, *counts in numbers}


def _scored(pieces: list[Piece], setup: tuple[Any, ...], address: str) -> Iterator[int]:
    """Score the pieces on the cluster; yields the number of rows of each complete piece."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    import ray
    import ray.data

    logging.getLogger("ray.data").setLevel(logging.CRITICAL)  # errors are raised
    options = {"include_dashboard": False} if address == "local" else {}
    try:
        ray.init(address, logging_level=logging.WARNING, **options)
    except (ConnectionError, ValueError) as error:
        raise ConfigError(f"No Ray cluster at {address!r}: {error}") from error
    try:
        ray.data.DataContext.get_current().enable_progress_bars = False
        cluster = ray.cluster_resources()
        gpus = int(cluster.get("GPU", 0))
        results = ray.data.from_items(
            [asdict(piece) for piece in pieces], override_num_blocks=len(pieces)
        ).map(
            _Worker,
            fn_constructor_args=setup,
            num_gpus=1 if gpus else None,
            compute=ray.data.ActorPoolStrategy(
                size=min(len(pieces), gpus or int(cluster.get("CPU", 1)))
            ),
        )
        for row in results.iter_rows():
            if row["error"]:
                raise StorageError(f"{row['error']} {RESUME}")
            yield row["rows"]
    except ray.exceptions.RayError as error:
        reason = str(error).strip().partition("\n")[0]
        raise StorageError(
            f"The workers failed ({type(error).__name__}): {reason} {RESUME}"
        ) from error
    finally:
        ray.shutdown()


class _Worker:
    """An actor of the cluster with the model in memory."""

    def __init__(
        self, source: str, output: str, schema: dict[str, Any], text: int, sequence: SequenceConfig
    ):
        self.source, self.output = Folder(source), Folder(output)
        self.form, self.text, self.sequence = Parquet(schema), text, sequence
        torch.set_num_threads(1)
        with tempfile.TemporaryDirectory() as folder:
            pa.fs.copy_files(
                f"{self.output.path}/{MODEL}", folder, source_filesystem=self.output.files
            )
            info = ModelInfo.read(Path(folder))
            network, vocabulary = info.load()
        network.to("cuda" if torch.cuda.is_available() else "cpu")
        self.predictor = Predictor(network, vocabulary, info.sequence, info.classes)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Score a piece and write its part; returns the number of rows, or an error."""
        piece = Piece(**row)
        try:
            self._score(piece)
        except (SentimentError, pa.ArrowException, OSError) as error:
            last = piece.first_row + piece.rows - 1
            where = f"Rows {piece.first_row:,} to {last:,} ({piece.path})"
            return {"rows": 0, "error": f"{where} cannot be scored: {error}"}
        return {"rows": piece.rows, "error": ""}

    def _score(self, piece: Piece) -> None:
        unreadable, path = 0, self.output.hidden(PART)
        schema = self.form.table([]).schema
        with (
            self.output.files.open_output_stream(path) as stream,
            pq.ParquetWriter(stream, schema, compression="zstd") as writer,
        ):
            for rows in piece.read(self.source, CHUNK_ROWS):
                scored = score_rows(self.predictor, rows, self.text, self.sequence)
                unreadable += sum(one.prediction is None for one in scored)
                values = [one.values(self.predictor.classes) for one in scored]
                writer.write_table(self.form.table(values))
        self.output.rename(path, f"{PART}{piece.number:06}-{piece.rows}-{unreadable}{SUFFIX}")
