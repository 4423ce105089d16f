"""What the quality checks ask: each found text once, until it is decided."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.corpus.classes import NEGATIVE, POSITIVE
from sentiment.dataset.correction_questions import questions
from sentiment.dataset.corrections import Corrections
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import Findings, evidence
from sentiment.encoding.settings import PrepareConfig
from tests.corpora import BAD, GOOD, small_corpus


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


def corpus_with(changes: dict[int, tuple[str, int]], official: bool = False):
    corpus = small_corpus(1_000, official=official)
    texts, labels = list(corpus.texts), corpus.labels.copy()
    for row, (text, label) in changes.items():
        texts[row], labels[row] = text, label
    return replace(corpus, texts=texts, labels=labels)


def findings_of(tmp_path, corpus) -> tuple[Findings, PreparedCorpus]:
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(corpus, PrepareConfig(), fresh)
    prepared = PreparedCorpus.open(tmp_path / "made")
    return Findings.of(prepared), prepared


def mislabelled(official: bool = False):
    plain = small_corpus(1_000, official=official)
    return {row: (plain.texts[row], 1 - int(plain.labels[row])) for row in range(7, 1_000, 41)}


def test_label_errors_are_asked_with_a_reason_until_they_are_decided(tmp_path):
    wrong = mislabelled()
    wrong[900] = wrong[7]  # a copy: one question for both
    findings, corpus = findings_of(tmp_path, corpus_with(wrong))
    asked = questions("label-errors", findings)
    texts = [corpus.review(one.rows[0]).text for one in asked.open]
    assert asked.total == len(asked.open) == len(set(texts)) > 5
    for one in asked.open:
        assert one.label != one.suggested and one.probability >= 0.95
        distinctive = GOOD if one.suggested == POSITIVE else BAD
        assert any(word in distinctive for word in one.words[0].split())
        shown = evidence("label-errors", findings, one.rows[0], "")
        assert one.words[0] in shown
    first, second = asked.open[:2]
    made = Corrections((first.accepted(first.suggested or 0), second.rejected()))
    after = findings.with_corrections(made)
    left = questions("label-errors", after)
    assert (left.total, left.open) == (asked.total, asked.open[2:])
    assert after.effect.labels[first.rows[0]] == first.suggested
    assert after.effect.labels[second.rows[0]] == second.label
    before = findings.drop_reasons_excluding(["label-errors"])
    kept = after.drop_reasons_excluding(["label-errors"])
    decided = np.flatnonzero(before != kept)
    assert set(decided) <= set(np.flatnonzero(after.effect.states)) and len(decided)


def test_an_official_test_split_is_not_asked_about(tmp_path):
    findings, _ = findings_of(tmp_path, corpus_with(mislabelled(official=True), official=True))
    assert findings.protected[findings.rows("label-errors")].any()
    asked = [row for one in questions("label-errors", findings).open for row in one.rows]
    assert asked and not findings.protected[asked].any()


def test_duplicates_are_asked_about_if_their_labels_differ(tmp_path):
    long = " ".join(f"w{n}" for n in range(60))
    changes = {
        10: ("the same film", POSITIVE),
        11: ("the same film", NEGATIVE),
        12: ("the same film", POSITIVE),
        20: ("another film twice", POSITIVE),
        21: ("another film twice", POSITIVE),
        30: (long, POSITIVE),
        31: (long + " indeed", NEGATIVE),
    }
    findings, _ = findings_of(tmp_path, corpus_with(changes))
    exact, near = questions("duplicates", findings), questions("near-duplicates", findings)
    (one,) = exact.open
    assert one.labels[0] == {POSITIVE: 2, NEGATIVE: 1} and one.suggested == POSITIVE
    (other,) = near.open
    assert (other.rows, other.suggested) == ((30, 31), None)
    merged = findings.with_corrections(
        Corrections((one.accepted(NEGATIVE), other.accepted(POSITIVE)))
    )
    for name in ("duplicates", "near-duplicates"):
        asked = questions(name, merged)
        assert (asked.open, asked.total) == ([], 1)
    dropped = np.flatnonzero(merged.drop_reasons_excluding([]) != findings.drop_reasons)
    assert dropped.tolist() == [11, 12, 31]
    assert merged.effect.labels[[10, 30]].tolist() == [NEGATIVE, POSITIVE]
    apart = findings.with_corrections(Corrections((one.rejected(), other.rejected())))
    assert not questions("duplicates", apart).open and not questions("near-duplicates", apart).open
    assert apart.effect.labels.tolist() == findings.labels.tolist()
    assert apart.drop_reasons_excluding([]).tolist() == findings.drop_reasons.tolist()


def test_a_fixed_label_settles_a_conflict_of_copies(tmp_path):
    wrong = mislabelled()
    text, label = wrong[7]
    findings, _ = findings_of(tmp_path, corpus_with({**wrong, 900: (text, 1 - label)}))
    (conflict,) = questions("duplicates", findings).open
    fix = replace(conflict.accepted(1 - label), merge=False, check="label-errors")
    assert questions("duplicates", findings.with_corrections(Corrections((fix,)))).open == []
