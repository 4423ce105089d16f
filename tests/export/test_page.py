"""The page of a model: what is in the file. tests/browser/test_exported_page.py opens it."""

import re

import numpy as np
import pytest
import torch

from sentiment.__main__ import main
from sentiment.errors import ModelError
from sentiment.export.page import model_page, program
from sentiment.export.page_weights import page_weights
from sentiment.export.patterns import javascript_pattern
from sentiment.networks.model_folder import ModelInfo, model_folder
from tests.test_docs import PROJECT


@pytest.mark.parametrize("name", ["compare-resnet", "compare-bow"])
def test_other_networks_are_refused_by_name(name):
    with pytest.raises(ModelError, match=name):
        model_page(ModelInfo.read(model_folder(name)))


def test_the_command_writes_one_file_and_never_over_another(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["export", "imdb-lstm", "--html"]) == 0
    page = (tmp_path / "imdb-lstm.html").read_text(encoding="utf-8")
    assert len(page.encode()) < 10e6
    assert "<dt>Units</dt><dd>320</dd>" in page  # one layer and direction
    assert not re.search(r"""(src|href)=["']?(?!data:)[a-z]""", page)
    assert main(["export", "compare-lstm", "--html", "imdb-lstm.html"]) == 1
    assert "imdb-lstm.html" in capsys.readouterr().err
    assert (tmp_path / "imdb-lstm.html").read_text(encoding="utf-8") == page
    for names in ([], ["imdb-lstm", "compare-lstm"], ["nonsense"]):
        assert main(["export", *names, "--html", "other.html"]) == 1
    assert not (tmp_path / "other.html").exists()
    assert main(["export", "compare-lstm", "--script"]) == 0
    size = (tmp_path / "compare-lstm.py").stat().st_size
    assert f"compare-lstm.py ({size / 1e3:.1f} kB)" in capsys.readouterr().out


def test_the_demo_has_the_current_program():
    demo = (PROJECT / "docs" / "demo.html").read_text(encoding="utf-8")
    assert program() in demo, "run `make docs`"
    assert len(demo.encode()) < 4e6


def test_rounded_weights_are_near_and_exact_in_the_content():
    weights = {"embedding.weight": torch.randn(5, 8), "a": torch.randn(3), "b": torch.tensor([1e6])}
    weights["embedding.weight"][0] = 0
    page = page_weights(weights)
    for name, value in weights.items():
        np.testing.assert_allclose(page.rounded[name], value, rtol=1e-3, atol=0.02)
    stored = {
        name: np.frombuffer(page.content, kind, int(np.prod(shape)), start).reshape(shape)
        for name, (kind, start, shape) in page.layout.items()
    }
    vectors = stored["embedding.weight"] * stored["embedding.scale"][:, None]
    assert np.array_equal(vectors, page.rounded["embedding.weight"])
    assert np.array_equal(stored["a"].astype(np.float32), page.rounded["a"])
    assert page.layout["b"][0] == "float32"  # beyond the largest number of 16 bits


def test_syntax_without_translation_is_an_error():
    with pytest.raises(ValueError, match="AT_BEGINNING"):
        javascript_pattern(re.compile("^a"))
