"""Texts on disk read like a list of strings."""

import gc

import numpy as np
import pytest

from sentiment.corpus import stored_texts
from sentiment.corpus.stored_texts import RowNames, StoredTexts

TEXTS = ["", "one", "zwei ß", "три", "😀" * 50, "long " * 300, "\x85 next\nline", ""] * 9


@pytest.fixture(params=[10, 1 << 20], ids=["on disk", "in memory"])
def stored(request, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(stored_texts, "IN_MEMORY_BYTES", request.param)
    monkeypatch.setattr(stored_texts, "_READ_BYTES", 700)  # some texts are longer
    texts = StoredTexts()
    for text in TEXTS:
        texts.append(text)
    return texts


def test_all_texts(stored):
    assert len(stored) == len(TEXTS) and list(stored) == TEXTS
    assert [stored[n] for n in range(len(TEXTS))] == TEXTS
    assert stored[-2] == TEXTS[-2] and stored[3:9:2] == TEXTS[3:9:2]
    with pytest.raises(IndexError):
        stored[len(TEXTS)]


def test_selected_texts(stored):
    rows = np.arange(1, len(TEXTS), 3)
    stored.keep_only(rows)
    expected = [TEXTS[row] for row in rows]
    assert len(stored) == len(rows) and list(stored) == expected
    assert [stored[n] for n in range(len(rows))] == expected and stored[-1] == expected[-1]
    stored.keep_only(np.array([], np.int64))
    assert list(stored) == []


def test_two_readers_at_once(stored):
    first = iter(stored)
    taken = [next(first) for _ in range(10)]
    assert list(stored) == TEXTS and stored[5] == TEXTS[5]
    assert taken + list(first) == TEXTS


def test_the_file_is_removed(stored, tmp_path):
    assert list(stored) == TEXTS
    del stored
    gc.collect()
    assert list((tmp_path / "data").iterdir()) == []


def test_names_of_rows():
    names = RowNames(lambda number: f"row {number}", np.array([2, 3, 7]))
    assert list(names) == ["row 2", "row 3", "row 7"] and names[1:] == ["row 3", "row 7"]
