"""The table of all runs: state, process and queue position.

One SQLite file beside the run folders, in WAL mode, so that pages can read while trainings write.
Settings, metrics and checkpoints are in the run folders, so a lost table loses no run.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from sentiment.atomic import storage_errors
from sentiment.errors import ConfigError, RunError, StorageError
from sentiment.runs import processes
from sentiment.typed_data import build

RunState = Literal[
    "queued", "running", "finished", "stopped", "cancelled", "failed", "interrupted", "damaged"
]
FILE = "runs.sqlite"
PARALLEL_VARIABLE = "SENTIMENT_TRAININGS"  # environment variable: trainings in parallel
_LOCK_TIMEOUT = 10.0  # seconds, for another writer
_UNUSABLE = {  # the reason is not in the file
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}
# Statement n changes version n of the table to n + 1; SQLite stores the version.
_MIGRATIONS = (
    """
    CREATE TABLE IF NOT EXISTS runs (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        queued REAL NOT NULL,
        state TEXT NOT NULL,
        stage TEXT NOT NULL,
        progress REAL NOT NULL,
        heartbeat REAL NOT NULL,
        pid INTEGER NOT NULL,
        started REAL NOT NULL,
        message TEXT NOT NULL
    )
    """,
)


@dataclass(frozen=True)
class Row:
    """A run's row."""

    id: str
    name: str  # chosen by the user, or empty
    queued: float  # when it was queued, seconds since the epoch
    state: RunState
    stage: str  # "Reading", "Training", …: shown in the UI
    progress: float  # 0 to 1, within the stage
    heartbeat: float  # last report, seconds since the epoch
    pid: int
    started: float  # of the process, see `processes.start_time`
    message: str  # why it failed or stopped

    @property
    def process_alive(self) -> bool:
        """Whether it is running or queued and its process is alive."""
        return self.state in ("queued", "running") and processes.alive(self.pid, self.started)


_COLUMNS = ", ".join(field.name for field in fields(Row))


def max_parallel_trainings() -> int:
    """How many runs may train at the same time. Raises ConfigError for an invalid setting."""
    value = os.environ.get(PARALLEL_VARIABLE, "1")
    if not value.isdigit() or not int(value):
        raise ConfigError(f"{PARALLEL_VARIABLE} is {value!r}; expected a whole number from 1.")
    return int(value)


class RunTable:
    """Opens the file for each call, since many processes share it."""

    def __init__(self, folder: Path):
        self.path = folder.absolute() / FILE

    @contextlib.contextmanager
    def _open(self, *, exclusive: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction; exclusive: no other process can write from its start on."""
        with storage_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = None
        try:
            connection = sqlite3.connect(self.path, timeout=_LOCK_TIMEOUT, isolation_level=None)
            connection.row_factory = sqlite3.Row
            self._migrate(connection)
            connection.execute("BEGIN IMMEDIATE" if exclusive else "BEGIN")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
            if code in _UNUSABLE:
                raise StorageError(
                    f"The table of runs {self.path} cannot be used: {error}. Free some disk space "
                    "or close the program that locks it; the runs are not affected."
                ) from error
            raise RunError(
                f"The table of runs {self.path} is damaged ({error}). Delete this file; the runs "
                "are in the folders beside it and stay."
            ) from error
        finally:
            if connection is not None:
                connection.close()  # an open transaction is rolled back

    def _migrate(self, connection: sqlite3.Connection) -> None:
        """Bring the table to the newest version. Raises RunError if it is of a newer one."""
        version = _version(connection)
        if version == len(_MIGRATIONS):
            return
        if version > len(_MIGRATIONS):
            raise RunError(
                f"The table of runs {self.path} has version {version}; this version of Sentiment "
                f"Lab reads {len(_MIGRATIONS)}. Update Sentiment Lab, or set SENTIMENT_DATA to "
                "another folder."
            )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN IMMEDIATE")  # another process may do the same
        for statement in _MIGRATIONS[_version(connection) :]:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(_MIGRATIONS)}")
        connection.execute("COMMIT")

    def check(self, path: Path) -> None:
        """Raise StorageError or RunError if the table cannot be read."""
        with self._open() as connection:
            connection.execute(f"SELECT {_COLUMNS} FROM runs LIMIT 1").fetchone()

    def put(self, row: Row) -> None:
        """Add a row or replace it."""
        marks = ", ".join(f":{field.name}" for field in fields(Row))
        with self._open() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO runs ({_COLUMNS}) VALUES ({marks})", asdict(row)
            )

    def update(self, run: str, **values: Any) -> None:
        """Set some columns of one row."""
        assert values.keys() <= {field.name for field in fields(Row)}
        settings = ", ".join(f"{column} = :{column}" for column in values)
        with self._open() as connection:
            connection.execute(f"UPDATE runs SET {settings} WHERE id = :id", {"id": run, **values})

    def names(self) -> dict[str, str]:
        """The names that users gave to runs, by id. Raises StorageError or RunError."""
        if not self.path.exists():
            return {}
        with self._open() as connection:
            found = connection.execute("SELECT id, name FROM runs").fetchall()
        return {row["id"]: row["name"] for row in found if isinstance(row["name"], str)}

    def get(self, run: str) -> Row | None:
        """The row of a run, None without one. Raises StorageError or RunError.

        On a full disk, where SQLite cannot create the index it needs to read, the row is that of
        the main file and may be a moment old.
        """
        query = f"SELECT {_COLUMNS} FROM runs WHERE id = ?"
        try:
            with self._open() as connection:
                found = connection.execute(query, (run,)).fetchone()
        except StorageError:
            try:
                with contextlib.closing(
                    sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True)
                ) as connection:
                    connection.row_factory = sqlite3.Row
                    found = connection.execute(query, (run,)).fetchone()
            except sqlite3.Error:
                found = None
            if not found:
                raise
        if not found:
            return None
        try:
            return _row(found)
        except TypeError as error:
            raise RunError(
                f"The row of the run {run} in {self.path} is damaged: {error}. Delete the run."
            ) from error

    def delete(self, run: str) -> None:
        with self._open() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run,))

    def claim(self, run: str) -> bool:
        """Set `run` to running if fewer than the maximum run and it is the first in the queue.

        Returns whether it did. Simultaneous claims are serialized.
        """
        with self._open(exclusive=True) as connection:
            rows = _rows(connection)
            running = [row for row in rows if row.state == "running" and row.process_alive]
            if len(running) >= max_parallel_trainings() or _queue(rows)[:1] != [run]:
                return False
            connection.execute("UPDATE runs SET state = 'running' WHERE id = ?", (run,))
        return True

    def queue_position(self, run: str) -> int:
        """1 for the next run to start, 0 for a run that is not queued."""
        with self._open() as connection:
            queue = _queue(_rows(connection))
        return queue.index(run) + 1 if run in queue else 0


def _rows(connection: sqlite3.Connection) -> list[Row]:
    """The rows that can be read; a damaged one is reported where its run is shown."""
    rows = []
    for row in connection.execute(f"SELECT {_COLUMNS} FROM runs ORDER BY queued, id"):
        with contextlib.suppress(TypeError):
            rows.append(_row(row))
    return rows


def _row(row: sqlite3.Row) -> Row:
    """The row with its types checked, since SQLite does not. Raises TypeError."""
    return build(Row, dict(row))


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _queue(rows: list[Row]) -> list[str]:
    return [row.id for row in rows if row.state == "queued" and row.process_alive]
