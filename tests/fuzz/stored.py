"""Model folders, runs, corpora, checkpoints and more: one copy of each is changed and read."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sentiment import places
from sentiment.dataset.corpora import corpora, corpus_listing
from sentiment.dataset.corrections import correction_listing, load_corrections
from sentiment.dataset.prepared import PreparedCorpus, prepared_listing
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.dataset.quality_findings import Findings
from sentiment.errors import SentimentError
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import model_listing
from sentiment.runs.jobs import Job, job_listing
from sentiment.runs.run import Run, run_listing
from sentiment.scoring.saved import SavedPredictions, saved_listing
from sentiment.scoring.scored_file import ScoredFile
from sentiment.scoring.summary import Summary
from tests.fuzz.choices import Choices
from tests.fuzz.mutations import mutate_file, mutate_folder
from tests.items import make_corpus, make_job, make_model, make_predictions, make_run
from tests.pages.driver import page

PAGES = sorted(path.stem for path in (places.PROGRAM / "pages").glob("*.py"))
LONGEST_MESSAGE = 2_000


@cache
def _healthy() -> Path:
    """A data folder with one healthy item of each kind."""
    folder = places.data_dir() / "healthy"
    with pytest.MonkeyPatch.context() as patch:
        _use(patch, folder)
        make_model(folder / "models" / "healthy")
        make_run()
        make_corpus("mine")
        make_job("healthy")
        make_predictions(folder / "models" / "healthy")
    return folder


def _use(patch: pytest.MonkeyPatch, folder: Path) -> None:
    patch.setenv("SENTIMENT_DATA", str(folder / "data"))
    patch.setenv("SENTIMENT_MODELS", str(folder / "models"))


def _items(folder: Path) -> dict[str, Path]:
    """Kind -> the folder or file of the healthy item."""
    prepared = next(iter(sorted((folder / "data" / "prepared").glob("*/prepared.json")))).parent
    return {
        "model": folder / "models" / "healthy",
        "run": next(path for path in (folder / "data" / "runs").iterdir() if path.is_dir()),
        "corpus": next((folder / "data" / "corpora").glob("*.json")),
        "corrections": next((folder / "data" / "corpora" / "corrections").glob("*.json")),
        "prepared corpus": prepared,
        "job": folder / "data" / "jobs" / "healthy",
        "predictions": next((folder / "data" / "predictions").iterdir()),
        "table of runs": folder / "data" / "runs" / "runs.sqlite",
    }


def _bad_copy(choices: Choices, items: dict[str, Path], number: int = 0) -> tuple[str, Path]:
    """A changed copy beside its healthy original, one of `items`; the table of runs is changed
    itself."""
    kind = choices.one_of(list(items))
    item = items[kind]
    if kind == "table of runs":
        _change_table(choices, item)
        return kind, item
    copy = item.with_name(f"changed-{number}{item.suffix}")
    if item.is_dir():
        shutil.copytree(item, copy)
        mutate_folder(choices, copy)
    else:
        shutil.copyfile(item, copy)
        mutate_file(choices, copy)
    return kind, copy


def _change_table(choices: Choices, path: Path) -> None:
    try:
        connection = sqlite3.connect(path)
    except sqlite3.Error:  # an earlier change left something else in its place
        return
    names = []
    with contextlib.suppress(sqlite3.Error):  # an earlier change may have left no table at all
        names = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
    name = choices.one_of(names) if names else "x"
    changes: tuple[tuple[str, tuple[Any, ...]], ...] = (
        (f'UPDATE runs SET "{name}" = ?', (choices.text().encode("utf-8", "replace").decode(),)),
        (f'UPDATE runs SET "{name}" = ?', (choices.one_of((None, -1, 9e999, 2**62, b"\xff")),)),
        (f'ALTER TABLE runs ADD COLUMN "added{choices.integer(0, 9)}" TEXT', ()),
        (f'ALTER TABLE runs DROP COLUMN "{name}"', ()),
        (f"PRAGMA user_version = {choices.integer(0, 99)}", ()),
        ("DROP TABLE runs", ()),
    )
    try:
        with connection:
            connection.execute(*choices.one_of(changes))
    except sqlite3.Error:
        pass  # SQLite does not allow it
    finally:
        connection.close()
    if choices.integer(0, 3) == 0:
        mutate_file(choices, path)


def _read_model(path: Path) -> None:
    prediction = Predictor.load(path).predict(["a good film"])[0]
    assert 0 <= prediction.probability <= 1


def _read_run(path: Path) -> None:
    run = Run(path)
    for read in (run.status, run.recipe, run.events, run.name, run.can_resume, run.log_tail):
        _tolerated(read)


def _read_prepared(path: Path) -> None:
    corpus = PreparedCorpus.open(path)
    statistics_of(corpus)
    Findings.of(corpus)
    for row in range(min(3, len(corpus.lengths))):
        corpus.review(row)


def _read_predictions(path: Path) -> None:
    saved = SavedPredictions(path)
    saved.labels()
    Summary.of(ScoredFile.open(saved.parquet, saved.request().classes))


_READ: dict[str, Callable[[Path], object]] = {
    "model": _read_model,
    "run": _read_run,
    "corpus": lambda path: corpora(),
    "corrections": lambda path: load_corrections(path.stem),
    "prepared corpus": _read_prepared,
    "job": lambda path: (Job(path).status(), Job(path).metadata),
    "predictions": _read_predictions,
    "table of runs": lambda path: [_tolerated(run.status) for run in run_listing().items],
}
_LISTINGS = (
    model_listing,
    run_listing,
    corpus_listing,
    correction_listing,
    prepared_listing,
    job_listing,
    saved_listing,
)


def _tolerated(read: Callable[[], object]) -> None:
    try:
        read()
    except SentimentError as error:
        assert len(str(error)) < LONGEST_MESSAGE, str(error)[:200]


def attack_items(choices: Choices, folder: Path) -> None:
    """A changed item is read or refused, and the lists show the healthy ones."""
    shutil.copytree(_healthy(), folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        _use(patch, folder)
        before = [len(listing().items) for listing in _LISTINGS]
        kind, path = _bad_copy(choices, _items(folder))
        _tolerated(lambda: _READ[kind](path))
        after = [len(listing().items) for listing in _LISTINGS]
        if kind != "table of runs":
            assert all(now >= then for now, then in zip(after, before, strict=True)), (kind, path)


def attack_pages(choices: Choices, folder: Path) -> None:
    """A page opens with many changed items beside the healthy ones."""
    shutil.copytree(_healthy(), folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        _use(patch, folder)
        patch.setattr("sentiment.corpus.sources.ARCHIVES", folder)  # no archive beside it
        items = _items(folder)  # before there are changed ones
        for number in range(choices.integer(1, 12)):
            _bad_copy(choices, items, number)
        name = choices.one_of(PAGES)
        (folder / "page.txt").write_text(name)
        app = page(None if name == "home" else name)
        assert app.title, name
