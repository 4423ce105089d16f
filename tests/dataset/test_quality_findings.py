"""Counts and examples of the findings, without a page."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import (
    Findings,
    example_rows,
    example_table,
    finding_counts,
)
from sentiment.encoding.settings import PrepareConfig
from tests.corpora import small_corpus


@pytest.fixture
def corpus(monkeypatch, tmp_path):
    """Reviews 0, 1 and 2 are equal, and so are 4 and 5; reviews 6 and 7 leak a rating."""
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    made = small_corpus(100)
    texts = list(made.texts)
    texts[1] = texts[2] = texts[0]
    texts[5] = texts[4]
    texts[6] += " 9/10"
    texts[7] += " 2/10"
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(replace(made, texts=texts), PrepareConfig(), fresh)
    return PreparedCorpus.open(tmp_path / "made")


def test_counts_name_all_and_excluded_reviews(corpus):
    findings = Findings.of(corpus)
    assert finding_counts("html", findings) == "none found"
    assert finding_counts("ratings", findings).startswith("2 found")
    assert "2 excluded" in finding_counts("ratings", findings)
    assert finding_counts("duplicates", findings).startswith("5 found")
    assert "3 excluded" in finding_counts("duplicates", findings)


def test_groups_come_first_by_size_with_their_numbers(corpus):
    findings = Findings.of(corpus)
    rows, groups = example_rows("duplicates", findings, 100)
    assert rows.tolist() == [0, 1, 2, 4, 5]
    assert groups.tolist() == [1, 1, 1, 2, 2]
    rows, groups = example_rows("duplicates", findings, 4)
    assert rows.tolist() == [0, 1, 2, 4] and len(groups) == 4
    rows, groups = example_rows("html", findings, 4)
    assert len(rows) == len(groups) == 0


@pytest.mark.parametrize("name", QUALITY_CHECKS)
def test_table_has_an_entry_per_example(name, corpus):
    findings = Findings.of(corpus)
    rows, table = example_table(name, findings, corpus, 100)
    assert [entry["review"] for entry in table] == [corpus.review(int(row)).name for row in rows]
    for entry in table:
        assert ("group" in entry) == QUALITY_CHECKS[name].grouped != ("found" in entry)


def test_table_shows_the_evidence(corpus):
    _, table = example_table("ratings", Findings.of(corpus), corpus, 100)
    assert [entry["found"] for entry in table] == ["9/10", "2/10"]
    assert np.all(["/10" in entry["text"] for entry in table])
