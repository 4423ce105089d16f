"""One bad item never takes a page down: every page opens with healthy items beside bad ones."""

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.dataset.corpora import corpora
from sentiment.places import corpora_dir, corrections_dir, jobs_dir, quality_dir, runs_dir
from sentiment.runs.run import Run, all_runs
from sentiment.scoring.saved import saved_listing
from sentiment.web import layout
from tests import bad_items
from tests.bad_items import BAD_FILES, BAD_FOLDERS, BAD_JSON, BAD_LINES
from tests.items import (
    change_weights,
    make_corpus,
    make_job,
    make_model,
    make_predictions,
    make_run,
)
from tests.pages.driver import PROJECT, page, text_of

PAGES = sorted(path.stem for path in (PROJECT / "pages").glob("*.py"))
SHAPES = {**BAD_FILES, **BAD_JSON}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, sample_data: Path) -> Iterator[Path]:
    """A data folder with one healthy item of each kind, and bad ones beside them."""
    folder = tmp_path_factory.mktemp("bad items")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTIMENT_DATA", str(folder / "data"))
        patch.setenv("SENTIMENT_MODELS", str(folder / "models"))
        shutil.copytree(sample_data, folder / "data")
        make_model(folder / "models" / "healthy")
        make_run()
        make_corpus("mine")
        make_job("healthy")
        make_predictions(folder / "models" / "healthy")
        _add_bad_models(folder / "models")
        _add_bad_runs()
        _add_bad_corpora()
        _add_bad_predictions()
        yield folder / "data"


@pytest.fixture(autouse=True)
def _new_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, data: Path) -> None:
    monkeypatch.setenv("SENTIMENT_DATA", str(data))
    monkeypatch.setenv("SENTIMENT_MODELS", str(data.parent / "models"))
    monkeypatch.setattr("sentiment.corpus.sources.ARCHIVES", tmp_path)  # no archive beside it


def _bad_copies(item: Path, files: tuple[str, ...], damages: dict[str, bad_items.Damage]) -> None:
    """A copy of `item` for each damage, to each of its `files` in turn."""
    for number, (damage, file) in enumerate(zip(damages.values(), itertools.cycle(files))):
        name = Path(file).name.replace(".", "-") if file else "whole"
        copy = bad_items.copy(item, f"{item.name}-{name}-{number:02d}")
        damage(copy / file if file else copy)


def _add_bad_models(models: Path) -> None:
    healthy = models / "healthy"
    _bad_copies(healthy, ("config.json", "training.json", "metrics.json"), SHAPES)
    _bad_copies(healthy, ("weights.safetensors", "vocabulary.json", "predictions.npz"), BAD_FILES)
    _bad_copies(healthy, ("",), BAD_FOLDERS)
    for name, place, value in (
        ("null", ("test", "accuracy"), None),
        ("list", ("test", "accuracy"), [0.5]),
        ("nan", ("test", "accuracy"), float("nan")),
        ("none", ("test",), None),
    ):
        copy = bad_items.copy(healthy, f"metric-{name}")
        bad_items.set_value(copy / "metrics.json", place, value)
    for key in ("checksums", "network"):
        copy = bad_items.copy(healthy, f"config-{key}")
        bad_items.set_value(copy / "config.json", (key,), None)
    change_weights(bad_items.copy(healthy, "weights-nan"))


def _add_bad_runs() -> None:
    (healthy,) = all_runs()
    _bad_copies(healthy.folder, ("recipe.json",), {**BAD_FILES, "null": BAD_JSON["null"]})
    _bad_copies(healthy.folder, ("metrics.jsonl",), BAD_LINES)
    _bad_copies(
        healthy.folder,
        ("model/config.json", "model/metrics.json", "model/weights.safetensors"),
        BAD_FILES,
    )
    _bad_copies(healthy.folder, ("",), BAD_FOLDERS)
    copy = bad_items.copy(healthy.folder, f"{healthy.id}-source")
    bad_items.set_value(copy / "recipe.json", ("source",), None)
    bad_items.add_column(runs_dir() / "runs.sqlite")


def _add_bad_corpora() -> None:
    mine = corpora()["mine"]
    _bad_copies(mine.folder, ("prepared.json",), SHAPES)
    _bad_copies(mine.folder, ("ids.npy", "labels.npy", "reviews.arrow"), BAD_FILES)
    _bad_copies(mine.folder, ("",), BAD_FOLDERS)
    files = (corpora_dir() / f"{mine.id}.json", corrections_dir() / f"{mine.id}.json")
    for number, (damage, file) in enumerate(zip(SHAPES.values(), itertools.cycle(files))):
        damage(bad_items.copy(file, f"bad-{number}.json"))
    for number, damage in enumerate(BAD_FILES.values()):
        damage(bad_items.copy(jobs_dir() / "healthy", f"bad-{number}") / "process.json")
    (file, *_) = sorted(quality_dir().glob("*/*.npy"))
    bad_items.empty(bad_items.copy(file, "bad.npy"))
    for key, value in (("source", None), ("name", ["x"]), ("source", "\0")):
        file = bad_items.copy(corpora_dir() / f"{mine.id}.json", f"bad-{key}-{value!r:.6}.json")
        bad_items.set_value(file, (key,), value)


def _add_bad_predictions() -> None:
    (saved,) = saved_listing().items
    _bad_copies(saved.folder, ("request.json",), SHAPES)
    for file in ("labels.json", "predictions.parquet"):
        _bad_copies(saved.folder, (file,), {"noise": _noise})
    _bad_copies(saved.folder, ("",), BAD_FOLDERS)


def _noise(path: Path) -> None:
    path.write_bytes(bytes(99))


def opened(name: str, **params: str) -> AppTest:
    app = page(name if name != "home" else None, **params)
    assert not app.exception, app.exception
    return app


LISTED = {  # page -> a healthy item it names, then bad ones and their folders
    "runs": ("healthy", {"config-json": "models"}),
    "inspect": ("healthy", {"weights-safetensors-00": "models"}),
    "compare": ("healthy", {"metric-nan": "models"}),
    "memory": ("", {"config-checksums": "models"}),
    "train": ("", {"recipe-json": "data/runs"}),
    "sources": ("mine", {"bad-2.json": "data/corpora", "ids-npy-00": "data/prepared"}),
    "explore": ("", {"prepared-json": "data/prepared"}),
    "reviews": ("", {"bad-2.json": "data/corpora"}),
    "predict": ("healthy.csv", {"request-json": "data/predictions"}),
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_and_lists_bad_items_beside_healthy_ones(data, name):
    app = opened(name)
    assert layout.ERROR not in text_of(app)
    healthy, bad_ones = LISTED.get(name, ("", {}))
    assert healthy in text_of(app)
    paths = [element.value for element in app.code]
    for bad, folder in bad_ones.items():
        assert any(bad in path and str(data.parent / folder) in path for path in paths)


def test_runs_shows_the_healthy_ones_of_those_chosen(data):
    app = opened("runs")
    titles = app.multiselect[0].options
    app.multiselect[0].set_value(titles).run()
    assert not app.exception and layout.ERROR not in text_of(app)
    shown = " ".join(app.code.values)
    for number in range(len(BAD_LINES)):
        assert f"metrics-jsonl-{number:02d}" in shown


@pytest.mark.parametrize("part", ["metrics-jsonl-00", "config-json-03"])
def test_train_opens_with_a_run_whose_part_is_bad(data, part):
    (run,) = [run for run in all_runs() if run.id.endswith(part)]
    app = opened("train", run=run.id)
    assert str(run.folder) in text_of(app)
    assert any(button.label == "Start training" for button in app.button)


def test_inspect_says_why_a_model_is_refused():
    app = opened("inspect", model="weights-nan")
    text = text_of(app)
    assert "nan %" not in text.lower() and "weights.safetensors" in text
    assert any(button.key.endswith("weights-nan") for button in app.button)  # it can be deleted


@pytest.mark.parametrize("file", ["labels-json", "predictions-parquet"])
def test_predictions_of_which_a_file_is_bad_say_so(data, file):
    (folder,) = [path for path in (data / "predictions").iterdir() if file in path.name]
    app = opened("predict", prediction=folder.name)
    assert layout.ERROR in text_of(app)
    assert any(button.label == "Delete predictions" for button in app.button)


def test_deleting_a_bad_item_leaves_the_others(data):
    app = opened("runs")
    folder = data.parent / "models" / "metric-nan"
    kept = sorted(path.name for path in folder.parent.iterdir() if path != folder)
    next(button for button in app.button if str(folder) in (button.key or "")).click().run()
    assert not app.exception
    assert sorted(path.name for path in folder.parent.iterdir()) == kept
    make_again = bad_items.copy(folder.parent / "healthy", folder.name)
    bad_items.set_value(make_again / "metrics.json", ("test", "accuracy"), float("nan"))


@pytest.mark.parametrize(
    "damage",
    [
        bad_items.newer_version,
        bad_items.drop_column,
        bad_items.drop_table,
        bad_items.wrong_types_in_table,
        bad_items.replace_by_noise,
        bad_items.replace_by_folder,
    ],
)
def test_a_bad_table_of_runs(data, tmp_path, monkeypatch, damage):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    run = make_run()
    damage(runs_dir() / "runs.sqlite")
    listed = opened("runs").multiselect[0].options
    assert [run.name() in title for title in listed] == [True]
    assert "Test reviews" in text_of(opened("train", run=run.id))
    assert Run(run.folder).status().state == "damaged"
