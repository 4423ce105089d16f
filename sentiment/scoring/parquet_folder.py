"""Folders of Parquet files, on disk or in an object storage, cut into pieces for workers."""

import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet

from sentiment.corpus.formats.registry import PARQUET
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.whole_rows import WholeRow, WholeTable, table_of
from sentiment.errors import ConfigError, CorpusError

SUFFIX = PARQUET.suffixes[0]
_AT_ONCE = 16  # footers read in parallel


class Folder:
    """A folder with a path or an address such as s3://bucket/name. Raises ConfigError."""

    def __init__(self, address: str):
        local = "://" not in address
        self.address = str(Path(address).expanduser().absolute()) if local else address
        try:
            self.files, self.path = pa.fs.FileSystem.from_uri(self.address)
        except (pa.ArrowException, OSError) as error:
            raise ConfigError(f"{address} is not the address of a folder: {error}") from error

    def entries(self) -> list[pa.fs.FileInfo]:
        """The entries by name; the file itself if the address is a file."""
        (own,) = self.files.get_file_info([self.path])
        if own.type == pa.fs.FileType.File:
            return [own]
        found = self.files.get_file_info(pa.fs.FileSelector(self.path, allow_not_found=True))
        return sorted(found, key=lambda info: info.path)

    def hidden(self, name: str) -> str:
        """A new path for a file that is not complete yet; the name begins with a dot and `name`."""
        return f"{self.path}/.{name}{uuid.uuid4().hex}"

    def rename(self, path: str, name: str) -> None:
        """Give a complete file its final name."""
        self.files.move(path, f"{self.path}/{name}")

    def write(self, name: str, content: bytes) -> None:
        """Write a small file in one step."""
        path = self.hidden("new-")
        with self.files.open_output_stream(path) as stream:
            stream.write(content)
        self.rename(path, name)


@dataclass(frozen=True)
class Piece:
    """Consecutive row groups of one file."""

    number: int
    path: str
    first_row: int  # number of its first row in the whole folder, from 1
    rows: int
    groups: Sequence[int]

    def read(self, folder: Folder, at_once: int) -> Iterator[list[WholeRow]]:
        """The rows in order, at most `at_once` per list. Raises errors of pyarrow."""
        number = self.first_row
        with (
            folder.files.open_input_file(self.path) as stream,
            pa.parquet.ParquetFile(stream, pre_buffer=False) as file,
        ):
            for batch in file.iter_batches(at_once, row_groups=list(self.groups)):
                values = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                yield [WholeRow(n, of_row) for n, of_row in enumerate(values, number)]
                number += len(batch)


@dataclass(frozen=True)
class Source:
    """The Parquet files of a folder, without names that begin with a dot or an underscore."""

    folder: Folder
    table: WholeTable
    pieces: Sequence[Piece]
    content: list[Any]  # path, size and time of each file, to detect changes

    @classmethod
    def of(cls, address: str, config: TableConfig, rows_per_piece: int) -> "Source":
        """Read the footers and cut the files into pieces of whole row groups.

        rows_per_piece: at least; the last piece of a file can have fewer.
        Raises CorpusError, ConfigError.
        """
        folder = Folder(address)
        found = [info for info in folder.entries() if info.base_name[0] not in "._"]
        others = [info.base_name for info in found if not info.base_name.endswith(SUFFIX)]
        if others or not found:
            held = f"holds {', '.join(others[:3])}" if found else "does not exist or is empty"
            raise CorpusError(f"{address} {held}; expected only Parquet files ({SUFFIX}).")

        def footer(info: pa.fs.FileInfo) -> tuple[pa.Schema, list[int]]:
            try:
                with folder.files.open_input_file(info.path) as file:
                    data = pa.parquet.read_metadata(file)
            except (pa.ArrowException, OSError) as error:
                raise CorpusError(f"{info.path} cannot be read as Parquet: {error}") from error
            groups = range(data.num_row_groups)
            return data.schema.to_arrow_schema(), [data.row_group(n).num_rows for n in groups]

        with ThreadPoolExecutor(_AT_ONCE) as pool:
            footers = list(pool.map(footer, found))
        schema, pieces, first_row = footers[0][0], list[Piece](), 1
        for info, (of_file, counts) in zip(found, footers, strict=True):
            if not of_file.equals(schema):
                raise CorpusError(
                    f"{info.path} has other columns or types than {found[0].path}; expected the "
                    "same in all files."
                )
            for groups in _grouped(counts, rows_per_piece):
                rows = sum(counts[n] for n in groups)
                pieces.append(Piece(len(pieces), info.path, first_row, rows, groups))
                first_row += rows
        if not pieces:
            raise CorpusError(f"{address} has no rows.")
        table = table_of(Path(address), address, config, schema.names, schema.types)
        return cls(folder, table, pieces, [[i.path, i.size, i.mtime_ns] for i in found])


def _grouped(counts: Sequence[int], least: int) -> Iterator[list[int]]:
    """Groups of consecutive positions whose counts add up to `least` or more; the last can have
    less."""
    groups, total = list[int](), 0
    for place, count in enumerate(counts):
        groups.append(place)
        total += count
        if total >= least:
            yield groups
            groups, total = [], 0
    if groups:
        yield groups
