"""The table of all runs: who is at work, who waits and in which order, how the others ended.

One small SQLite file beside the run folders, in WAL mode, so that pages read it while trainings
write. What a run is (settings, metrics, checkpoints) lies in its folder; should the table be
lost, the folders are still there.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal

from sentiment.errors import ConfigError, RunError, StorageError
from sentiment.runs import processes

RunState = Literal[
    "queued", "running", "finished", "stopped", "cancelled", "failed", "interrupted", "damaged"
]
FILE = "runs.sqlite"
AT_ONCE = "SENTIMENT_TRAININGS"  # environment variable: how many may train at once
_WAIT_SECONDS = 10.0  # for another writer
_SCHEMA = """
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
"""


@dataclass(frozen=True)
class Row:
    """One run as the table knows it."""

    id: str
    name: str  # given by a person, or empty
    queued: float  # when it was put in line, seconds since the epoch
    state: RunState
    stage: str  # "Reading", "Training", ...: for people
    progress: float  # 0 to 1, of the stage
    heartbeat: float  # when it last said something, seconds since the epoch
    pid: int
    started: float  # of the process, see `processes.start_time`
    message: str  # why it failed or stopped

    @property
    def process_alive(self) -> bool:
        """Whether it runs or waits, by its own word and its process being there."""
        return self.state in ("queued", "running") and processes.alive(self.pid, self.started)


def trainings_at_once() -> int:
    """How many runs may train at the same time. Raises ConfigError if set to nonsense."""
    value = os.environ.get(AT_ONCE, "1")
    if not value.isdigit() or not int(value):
        raise ConfigError(f"{AT_ONCE} is {value!r}; it must be a whole number from 1.")
    return int(value)


class RunTable:
    """Opened for each call: trainings, pages and shells all come and go."""

    def __init__(self, folder: Path):
        self.path = folder.absolute() / FILE

    @contextlib.contextmanager
    def _open(self, *, alone: bool = False) -> Iterator[sqlite3.Connection]:
        """A transaction; alone: nobody else writes from its beginning on."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        connection = None
        try:
            connection = sqlite3.connect(self.path, timeout=_WAIT_SECONDS, isolation_level=None)
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_SCHEMA)
            connection.execute("BEGIN IMMEDIATE" if alone else "BEGIN")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise StorageError(
                f"The table of runs {self.path} could not be used: {error}. Free some disk space "
                "or close what holds it; the runs themselves are not affected."
            ) from error
        except sqlite3.DatabaseError as error:
            raise RunError(
                f"The table of runs {self.path} is damaged ({error}). Delete this one file; the "
                "runs lie in the folders beside it and stay."
            ) from error
        finally:
            if connection is not None:
                connection.close()  # an open transaction is rolled back

    def put(self, row: Row) -> None:
        """Add a run, or write over what was known of it."""
        columns = [field.name for field in fields(Row)]
        marks = ", ".join(f":{column}" for column in columns)
        with self._open() as connection:
            connection.execute(
                f"INSERT OR REPLACE INTO runs ({', '.join(columns)}) VALUES ({marks})", asdict(row)
            )

    def change(self, run: str, **values: Any) -> None:
        """Set some columns of one run, which must be columns of Row."""
        assert values.keys() <= {field.name for field in fields(Row)}
        settings = ", ".join(f"{column} = :{column}" for column in values)
        with self._open() as connection:
            connection.execute(f"UPDATE runs SET {settings} WHERE id = :id", {"id": run, **values})

    def get(self, run: str) -> Row | None:
        """What is known of a run; on a full disk, where not even reading has the room for its
        index, what was known a moment ago. Raises StorageError or RunError."""
        asked = "SELECT * FROM runs WHERE id = ?"
        try:
            with self._open() as connection:
                found = connection.execute(asked, (run,)).fetchone()
        except StorageError:
            try:
                with contextlib.closing(
                    sqlite3.connect(f"{self.path.as_uri()}?mode=ro&immutable=1", uri=True)
                ) as connection:
                    connection.row_factory = sqlite3.Row
                    found = connection.execute(asked, (run,)).fetchone()
            except sqlite3.Error:
                found = None
            if not found:
                raise
        return Row(**found) if found else None

    def forget(self, run: str) -> None:
        with self._open() as connection:
            connection.execute("DELETE FROM runs WHERE id = ?", (run,))

    def claim(self, run: str) -> bool:
        """Let `run` start if a place is free and nobody waits longer; whether it may.

        Two that ask at the same moment are answered one after the other.
        """
        with self._open(alone=True) as connection:
            rows = _rows(connection)
            running = [row for row in rows if row.state == "running" and row.process_alive]
            if len(running) >= trainings_at_once() or _line(rows)[:1] != [run]:
                return False
            connection.execute("UPDATE runs SET state = 'running' WHERE id = ?", (run,))
        return True

    def queue_position(self, run: str) -> int:
        """1 for the next to start, 0 for a run that does not wait."""
        with self._open() as connection:
            line = _line(_rows(connection))
        return line.index(run) + 1 if run in line else 0


def _rows(connection: sqlite3.Connection) -> list[Row]:
    return [Row(**row) for row in connection.execute("SELECT * FROM runs ORDER BY queued, id")]


def _line(rows: list[Row]) -> list[str]:
    return [row.id for row in rows if row.state == "queued" and row.process_alive]
