"""The events of a run in metrics.jsonl, one per line, read incrementally."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sentiment import stored
from sentiment.corpus.classes import Classes
from sentiment.errors import RunError
from sentiment.training.events import EndEvent, EpochEvent, StepEvent
from sentiment.typed_data import build

Events = dict[str, list[dict[str, Any]]]  # by kind ("StepEvent", "EpochEvent", …), in order


@dataclass(frozen=True)
class PartsEvent:
    """The reviews of a run, logged before it trains."""

    splits: dict[str, dict[str, int]]  # split title -> name of the class -> reviews
    classes: Classes


EVENTS = {kind.__name__: kind for kind in (PartsEvent, StepEvent, EpochEvent, EndEvent)}


class EventLog:
    """The events of a run, read incrementally."""

    def __init__(self, path: Path, remedy: str):
        """remedy: what to do if the file is damaged, for the error."""
        self.path, self.remedy = path, remedy
        self.lock = threading.Lock()  # several pages share one log
        self._reset()

    def _reset(self) -> None:
        self.file, self.read_bytes = (0, 0), 0
        self.by_kind: Events = {}

    def read(self) -> Events:
        """All events so far; later calls extend the same lists. Raises RunError if damaged."""
        with self.lock:
            try:
                if os.path.lexists(self.path):
                    with stored.reading(self.path, RunError, self.remedy):
                        self._extend()
                else:
                    self._reset()
            except RunError:
                self._reset()
                raise
            return self.by_kind

    def _extend(self) -> None:
        """Add the events of the lines that are new."""
        stored.require_file(self.path, stored.LARGEST_LOG)
        with self.path.open("rb") as stream:
            stat = os.fstat(stream.fileno())
            # A resumed run writes its earlier events into a new file.
            if (stat.st_dev, stat.st_ino) != self.file or stat.st_size < self.read_bytes:
                self._reset()
                self.file = (stat.st_dev, stat.st_ino)
            stream.seek(self.read_bytes)
            for line in stored.read_lines(stream):
                event = stored.parse_json(line, dict[str, Any])
                kind = str(event.pop("kind"))
                build(EVENTS[kind], event)
                self.by_kind.setdefault(kind, []).append(event)
                self.read_bytes += len(line)
