"""The notebook runs from its first cell to its last, and its results are right."""

import json

import pytest

from tests.test_docs import PROJECT


@pytest.mark.slow
def test_every_cell_runs(new_user, monkeypatch):
    monkeypatch.chdir(PROJECT / "docs")
    notebook = json.loads((PROJECT / "docs" / "sentiment_lab.ipynb").read_text(encoding="utf-8"))
    cells = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(not cell["outputs"] for cell in notebook["cells"] if "outputs" in cell)
    names: dict = {}
    for cell in cells:
        exec(cell.replace("epochs = 3", "epochs = 1"), names)
    assert list(names["predictions"]["label"]) == ["Positive", "Negative", "Negative"]
    assert names["gates"].shape == (len(names["words"]), 3)
    assert names["words"]["change"].sum() == pytest.approx(
        names["trace"].probability - names["trace"].curve_before
    )
    assert len(names["heatmaps"].data) == 3
    assert names["difference"] < 1e-5
    assert names["info"].metrics["test"]["accuracy"] > 0.6
