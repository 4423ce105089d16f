"""A Parquet file with predictions, read in constant memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet

from sentiment.corpus.classes import Classes
from sentiment.errors import StorageError
from sentiment.progress import Progress
from sentiment.scoring.columns import added_columns
from sentiment.stored import reading

BATCH_ROWS = 8_192
_REMEDY = "Delete these predictions, and predict the file again."


@dataclass(frozen=True)
class ScoredFile:
    """A file written by `score_table`."""

    path: Path
    classes: Classes
    columns: tuple[str, ...]  # of the table
    added: Mapping[str, str]  # name of an added column without PREFIX -> its name in the file
    rows: int

    @classmethod
    def open(cls, path: Path, classes: Classes) -> "ScoredFile":
        """Read the names of the columns.

        Raises StorageError if the file is damaged or has predictions for other classes.
        """
        plain = list(added_columns((), classes))
        with reading(path, StorageError, _REMEDY):
            about = pa.parquet.read_metadata(path)
            names = about.schema.to_arrow_schema().names
            columns = tuple(names[: -len(plain)])
            found, expected = names[-len(plain) :], list(added_columns(columns, classes))
            if found != expected:
                raise ValueError(f"its last columns are not {', '.join(expected)}")
        return cls(path, classes, columns, dict(zip(plain, found, strict=True)), about.num_rows)

    def batches(
        self, columns: Sequence[str], progress: Progress | None = None
    ) -> Iterator[dict[str, pa.Array]]:
        """The values of these columns, BATCH_ROWS rows at a time. Raises StorageError."""
        done = 0
        with reading(self.path, StorageError, _REMEDY), pa.parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(BATCH_ROWS, columns=list(dict.fromkeys(columns))):
                yield {name: batch.column(name) for name in columns}
                done += batch.num_rows
                if progress:
                    progress(done, self.rows)

    def values(self, column: str, places: Sequence[int]) -> list[Any]:
        """The values of a column in the rows at these positions, from 0. Raises StorageError."""
        found, start = dict[int, Any](), 0
        with reading(self.path, StorageError, _REMEDY), pa.parquet.ParquetFile(self.path) as file:
            for group in range(file.num_row_groups):
                end = start + file.metadata.row_group(group).num_rows
                wanted = [place for place in places if start <= place < end]
                if wanted:
                    values = file.read_row_group(group, columns=[column]).column(column)
                    found |= {place: values[place - start].as_py() for place in wanted}
                start = end
        return [found[place] for place in places]

    @property
    def probability_columns(self) -> list[str]:
        """Names in the file of the columns with the probability of each class."""
        return [self.added[f"probability_{name}"] for name in self.classes.names]

    def probabilities(self, batch: Mapping[str, pa.Array]) -> np.ndarray:
        """(rows, classes) of a batch; NaN in rows without a prediction."""
        columns = [batch[name].to_numpy(zero_copy_only=False) for name in self.probability_columns]
        return np.stack(columns, axis=1).astype(np.float64)
