"""Predictions for a file in the app, kept until a person deletes them.

    data/predictions/3f2a…/
        request.json           file, model and settings
        labels.json            classes of the labels of a column, confirmed by a person
        predictions.parquet    and predictions.csv: the output of `predict`

The command `predict` computes them as a job. The same request has the same folder, so it is never
computed twice, and a stopped job continues.
"""

import contextlib
import hashlib
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sentiment import atomic
from sentiment.corpus.classes import Classes
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.tables import table_fingerprint
from sentiment.errors import CorpusError
from sentiment.listing import Listing, entries, list_items, modified
from sentiment.places import predictions_dir
from sentiment.runs.jobs import Job
from sentiment.stored import read_json

REQUEST = "request.json"
KIND = "set of predictions"  # of a bad item
_REMEDY = "Predict the file again."


@dataclass(frozen=True)
class Request:
    """The content of request.json."""

    file: str  # path of the table
    table: TableConfig  # with the column of texts
    column: str  # its name
    model: str  # its folder
    model_name: str  # as the pages show it
    checksum: str  # of the model, `ModelInfo.checksum`
    classes: Classes
    label: str = ""  # column that may have labels

    @property
    def title(self) -> str:
        """The name of the file."""
        return Path(self.file).name


@dataclass(frozen=True)
class Labels:
    """The content of labels.json: the class of each label value, by name."""

    column: str
    classes: dict[str, str] = field(default_factory=dict)  # others have no class


@dataclass(frozen=True)
class SavedPredictions:
    """A folder with predictions for a file, complete or not."""

    folder: Path

    @classmethod
    def of(cls, request: Request) -> "SavedPredictions":
        """The folder of predictions for a request, created if it does not exist.

        Raises CorpusError if the file cannot be read, StorageError if the disk is full.
        """
        content = table_fingerprint(Path(request.file))
        about = [content, request.checksum, sorted(request.table.options().items())]
        digest = hashlib.sha256(json.dumps(about).encode()).hexdigest()[:16]
        saved = cls(predictions_dir() / digest)
        if not (saved.folder / REQUEST).is_file():
            atomic.write_json(saved.folder / REQUEST, asdict(request))
        return saved

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def job(self) -> Job:
        """The job that computes them."""
        return Job.named(f"predict-{self.id}")

    @property
    def parquet(self) -> Path:
        return self.folder / "predictions.parquet"

    @property
    def csv(self) -> Path:
        return self.folder / "predictions.csv"

    @property
    def complete(self) -> bool:
        return self.parquet.is_file() and self.csv.is_file()

    def request(self) -> Request:
        """Raises CorpusError if it is damaged."""
        request: Request = read_json(self.folder / REQUEST, Request, CorpusError, _REMEDY)
        return request

    def labels(self) -> Labels | None:
        """The confirmed labels, None if there are none. Raises CorpusError if they are damaged."""
        path = self.folder / "labels.json"
        if not os.path.lexists(path):
            return None
        labels: Labels = read_json(path, Labels, CorpusError, "Confirm the labels again.")
        return labels

    def confirm(self, labels: Labels | None) -> None:
        """Save the classes of labels; None deletes them. Raises StorageError."""
        path = self.folder / "labels.json"
        if labels:
            atomic.write_json(path, asdict(labels))
        else:
            with atomic.storage_errors(path):
                path.unlink(missing_ok=True)

    def launch(self) -> None:
        """Compute the missing files in a process; does nothing while it runs.

        Raises CorpusError, RunError, StorageError.
        """
        request = self.request()
        missing = [path for path in (self.parquet, self.csv) if not os.path.lexists(path)]
        if missing:
            outputs = [f"--output={path.absolute()}" for path in missing]
            arguments = ["predict", request.file, f"--model={request.model}", *outputs]
            arguments += request.table.arguments()
            self.job.launch(arguments, metadata={"file": request.title})

    def delete(self) -> None:
        """Delete them and stop their job. Raises StorageError."""
        self.job.stop()
        with atomic.storage_errors(self.folder), contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder)
        self.job.delete()


def saved_listing() -> Listing[SavedPredictions]:
    """All predictions, the newest first, and the folders that cannot be read."""

    def read(folder: Path) -> SavedPredictions:
        saved = SavedPredictions(folder)
        saved.request()
        return saved

    listed = list_items(KIND, entries(predictions_dir()), read)
    listed.items.sort(key=lambda saved: -modified(saved.folder / REQUEST))
    return listed
