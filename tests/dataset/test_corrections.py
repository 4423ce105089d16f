"""Corrections: applied when preparing, found again by digest, never lost, never in a test split."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sentiment import atomic
from sentiment.corpus.classes import NEGATIVE, POSITIVE
from sentiment.corpus.review import Split
from sentiment.dataset.corpora import RegisteredCorpus, corpora, register, unregister
from sentiment.dataset.corrections import (
    Correction,
    Corrections,
    LabelState,
    change_corrections,
    corrections_file,
    corrections_with,
    digest_of,
    hex_digest,
    load_corrections,
    undo_corrections,
)
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.prepared_statistics import statistics_of
from sentiment.dataset.quality_findings import Findings
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.splitting import text_digests
from sentiment.errors import ConfigError, CorpusError
from sentiment.runs.launch import create_run
from sentiment.runs.recipes import starting_recipe
from sentiment.training.config import Recipe
from sentiment.training.presets import PRESETS
from tests.corpora import small_corpus


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))


def digests_of(texts) -> list[str]:
    return [hex_digest(digest) for digest in text_digests(texts)]


def fix(texts, label, *, merge=False, check="label-errors", time="1") -> Correction:
    return Correction(tuple(digests_of(texts)), label, merge, check, time)


def prepared(tmp_path, corpus, *made: Correction, **settings) -> PreparedCorpus:
    change_corrections("x", *made)
    config = PrepareConfig(corrections=digest_of("x"), min_count=1, **settings)
    folder = tmp_path / f"made-{config.corrections}-{config.exclude}"
    with atomic.new_folder(folder) as fresh:
        encode_corpus(corpus, config, fresh)
    return PreparedCorpus.open(folder)


def test_a_fixed_label_applies_to_every_copy_of_the_text_and_moves_no_other_review(tmp_path):
    corpus = small_corpus(200)
    texts = list(corpus.texts)
    texts[7] = texts[2]
    corpus = replace(corpus, texts=texts)
    before = prepared(tmp_path, corpus)
    after = prepared(tmp_path, corpus, fix([texts[2]], POSITIVE), fix(["elsewhere"], NEGATIVE))
    assert (before.labels[[2, 7]].tolist(), after.labels[[2, 7]].tolist()) == ([0, 1], [1, 1])
    changed = np.flatnonzero(before.labels != after.labels).tolist()
    assert changed == [2] and after.report.corrected == 1
    assert after.report.unmatched_corrections == 1  # "elsewhere"
    assert after.label_states[[2, 7]].tolist() == [LabelState.CORRECTED, LabelState.CONFIRMED]
    assert after.source_labels.tolist() == before.labels.tolist() == corpus.labels.tolist()
    assert after.splits.tolist() == before.splits.tolist()
    assert after.drop_reasons.tolist() == before.drop_reasons.tolist()
    assert after.folder != before.folder and after.content == before.content
    assert after.review(2).label == POSITIVE
    lengths = statistics_of(after).lengths("train", POSITIVE).reviews
    assert lengths == statistics_of(before).lengths("train", POSITIVE).reviews + 1
    (after.folder / "statistics.json").write_text("{}")  # damaged: counted again
    assert statistics_of(after).lengths("train", POSITIVE).reviews == lengths


def test_corrections_survive_another_order_of_the_reviews(tmp_path):
    corpus = small_corpus(100)
    made = fix([corpus.texts[4]], POSITIVE)
    order = np.random.default_rng(1).permutation(100)
    shuffled = replace(
        corpus,
        texts=[corpus.texts[row] for row in order],
        labels=corpus.labels[order],
        fingerprint="shuffled",
    )
    after = prepared(tmp_path, shuffled, made)
    row = order.tolist().index(4)
    assert np.flatnonzero(after.labels != shuffled.labels).tolist() == [row]


def test_an_official_test_split_keeps_its_labels_and_reviews(tmp_path):
    corpus = small_corpus(200, official=True)
    texts = list(corpus.texts)
    texts[4], texts[6] = texts[104] + " indeed", texts[106] + " indeed"
    corpus = replace(corpus, texts=texts)
    made = [
        fix([texts[150]], 1 - int(corpus.labels[150])),
        fix([texts[4], texts[104]], POSITIVE, merge=True),
    ]
    after = prepared(tmp_path, corpus, *made)
    test = after.splits == Split.TEST
    assert test.sum() == 100
    assert after.labels[test].tolist() == corpus.labels[test].tolist()
    assert (after.drop_reasons[test] == DropReason.KEPT).all() and not after.label_states[
        test
    ].any()
    assert after.drop_reasons[4] == DropReason.MERGED  # its copy in the test split stays
    drawn = prepared(tmp_path, corpus, split="8:1:1", max_length=1_499)
    assert drawn.labels[150] == 1 - corpus.labels[150]


def test_of_merged_duplicates_one_review_stays_with_the_chosen_label(tmp_path):
    corpus = small_corpus(120)
    texts = list(corpus.texts)
    texts[9], texts[30] = texts[3], texts[3] + " indeed"
    corpus = replace(corpus, texts=texts)
    after = prepared(tmp_path, corpus, fix([texts[3], texts[30]], NEGATIVE, merge=True))
    reasons = after.drop_reasons[[3, 9, 30]].tolist()
    assert reasons == [DropReason.KEPT, DropReason.MERGED, DropReason.MERGED]
    assert after.labels[3] == NEGATIVE and corpus.labels[3] == POSITIVE
    assert after.report.dropped[DropReason.MERGED.title] == 2
    assert statistics_of(after).excluded_lengths().reviews == 2


def test_a_confirmed_label_is_not_excluded_as_an_error(tmp_path):
    corpus = small_corpus(1_000)
    wrong = np.arange(7, 1_000, 41)
    labels = corpus.labels.copy()
    labels[wrong] = 1 - labels[wrong]
    corpus = replace(corpus, labels=labels)
    raw = prepared(tmp_path, corpus)
    found = Findings.of(raw).rows("label-errors")
    excluded = prepared(tmp_path, corpus, exclude="label-errors")
    row = int(np.flatnonzero(excluded.drop_reasons == DropReason.LABEL_ERROR)[0])
    right = fix([corpus.texts[row]], None)
    after = prepared(tmp_path, corpus, right, exclude="label-errors")
    assert after.drop_reasons[row] == DropReason.KEPT and row in found
    assert after.labels.tolist() == corpus.labels.tolist()
    others = np.arange(1_000) != row
    assert after.drop_reasons[others].tolist() == excluded.drop_reasons[others].tolist()


def test_the_digest_depends_on_what_corrections_do_only():
    one, two = fix(["a"], POSITIVE, time="1"), fix(["b"], None, time="2")
    both = Corrections((one, two))
    assert both.digest == Corrections((replace(two, time="9", check="import"), one)).digest
    assert both.digest == Corrections((fix(["a"], NEGATIVE), one, two)).digest  # replaced
    different = [
        Corrections((one,)),
        Corrections((one, fix(["b"], NEGATIVE))),
        Corrections((fix(["a", "b"], POSITIVE, merge=True),)),
        Corrections((fix(["a"], POSITIVE, merge=True), fix(["b"], POSITIVE, merge=True))),
    ]
    assert len({both.digest, *(made.digest for made in different)}) == 5
    assert Corrections().digest == ""


def test_undo_takes_back_the_last_step_or_all():
    change_corrections("x", fix(["a"], POSITIVE, time="1"))
    first = digest_of("x")
    change_corrections("x", fix(["a"], None, time="2"), fix(["b"], NEGATIVE, time="2"))
    undo_corrections("x")
    assert digest_of("x") == first and len(load_corrections("x").made) == 1
    change_corrections("x", fix(["c"], POSITIVE, time="3"))
    undo_corrections("x", all_of_them=True)
    assert digest_of("x") == "" and load_corrections("x") == Corrections()
    undo_corrections("x")  # nothing left


def test_a_registered_corpus_is_prepared_with_its_corrections(tmp_path):
    corpus = small_corpus(80)
    path = tmp_path / "mine.csv"
    pd.DataFrame({"text": corpus.texts, "label": corpus.labels}).to_csv(path, index=False)
    register(RegisteredCorpus("mine", str(path)))
    plain = corpora()["mine"].open()
    change_corrections(corpora()["mine"].id, fix([corpus.texts[5]], NEGATIVE))
    corrected = corpora()["mine"]
    assert corrected.prepared() is None and corrected.as_read().prepared()
    assert corrected.open().report.corrected == 1
    start = starting_recipe(PRESETS["sample"].recipe, corpus=corrected)
    assert start.corrections == start.recipe.prepare.corrections == corrected.prepare.corrections
    earlier = starting_recipe(start.recipe, as_registered=False)
    assert earlier.recipe.prepare == start.recipe.prepare
    register(corrected)  # by another setting, as `exclude`
    undo_corrections(corrected.id)
    assert corpora()["mine"].folder == plain.folder
    change_corrections(corrected.id, fix([corpus.texts[5]], NEGATIVE))
    unregister("mine")
    register(RegisteredCorpus("mine", str(path)))
    assert corpora()["mine"].prepare.corrections == ""


def test_a_queued_run_keeps_its_corrections_when_more_are_made():
    change_corrections("x", fix(["a"], NEGATIVE))
    used = digest_of("x")
    create_run(Recipe(prepare=PrepareConfig(corrections=used)))
    change_corrections("x", fix(["b"], NEGATIVE, time="2"))
    assert digest_of("x") != used
    assert corrections_with(used).digest == used


ENTRY = {"texts": ["0" * 32], "label": 1, "merge": False, "check": "", "time": ""}


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"made": 3}',
        json.dumps({"made": [ENTRY | {"label": -7}]}),
        json.dumps({"made": [ENTRY | {"label": None, "merge": True}]}),
        json.dumps({"made": [ENTRY | {"texts": ["xyz"]}]}),
        json.dumps({"made": [ENTRY | {"texts": []}]}),
        '{"other": []}',
    ],
)
def test_a_damaged_file_is_reported_and_kept(content):
    sample = corpora()["Sample"]
    file = corrections_file(sample.id)
    file.parent.mkdir(parents=True)
    file.write_text(content)
    damaged = corpora()["Sample"]  # the list of corpora still opens
    for attempt in (
        damaged.open,
        lambda: change_corrections(sample.id, fix(["a"], POSITIVE)),
        lambda: undo_corrections(sample.id, all_of_them=True),
        lambda: create_run(Recipe(prepare=damaged.prepare)),
    ):
        with pytest.raises(CorpusError, match=file.name):
            attempt()
    assert file.read_text() == content


def test_unknown_and_invalid_digests():
    with pytest.raises(CorpusError, match="0" * 20):
        corrections_with("0" * 20)
    with pytest.raises(ConfigError, match="../x"):
        PrepareConfig(corrections="../x")
