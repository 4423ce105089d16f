"""The training record: accuracy without duplicates, validation, and the model card."""

from dataclasses import replace

import numpy as np
import pytest

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.review import Split
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.training_record import TrainingRecord
from sentiment.runs import trainer
from sentiment.runs.launch import create_run
from sentiment.runs.training_record import without_duplicates
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from tests.classes import of_both
from tests.corpora import small_corpus
from tests.records import training_record


def test_accuracy_without_duplicates_leaves_out_only_these(tmp_path):
    corpus = small_corpus(40, official=True)
    texts = list(corpus.texts)
    texts[20], texts[33] = texts[4], texts[9]  # two test reviews are texts of train
    tmp_path.joinpath("p").mkdir()
    encode_corpus(replace(corpus, texts=texts), PrepareConfig(), tmp_path / "p")
    prepared = PreparedCorpus.open(tmp_path / "p")
    rows = prepared.rows(Split.TEST)
    predicted = prepared.labels[rows].astype(np.float32)
    wrong = [rows.tolist().index(row) for row in (20, 21)]  # a duplicate and another review
    predicted[wrong] = 1 - predicted[wrong]
    predictions = TestPredictions(
        rows, prepared.labels[rows], prepared.lengths[rows], of_both(predicted)
    )
    figures = without_duplicates(prepared, predictions, NEGATIVE_POSITIVE)
    assert (figures.duplicates, figures.reviews) == (2, 18)
    assert figures.accuracy == 17 / 18

    plain = tmp_path / "plain"
    plain.mkdir()
    encode_corpus(corpus, PrepareConfig(), plain)
    assert without_duplicates(PreparedCorpus.open(plain), predictions, NEGATIVE_POSITIVE) is None


def test_the_card_lists_initialization_and_training_data(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    settings = {"hidden_size": 4, "embedding_dim": 4, "sequence_length": 20, "epochs": 1}
    settings |= {
        "initialization": "vectors",
        "synthetic_reviews": 100,
        "random_crops": 0.25,
        "adversarial": 0.02,
    }
    run = create_run(recipe_with(PRESETS["sample"].recipe, settings))
    info = trainer.train(run)
    card = (info.folder / "README.md").read_text()
    for part in (info.training.initialization, "100 synthetic", "0.25", "0.02"):
        assert part in card
    assert f"{info.training.temperature:.3f}" in card and f"{info.training.shift[0]:+.3f}" in card
    assert info.training.initialization.startswith("word vectors")
    assert info.training == TrainingRecord.from_json(info.training.to_json())


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seconds": "three"}, "seconds is 'three'"),
        ({"epochs": True}, "epochs is true"),
        ({"splits": {"train": 40}}, r"splits\.train is 40"),
        ({"diagnostics": {"shared_ids": False}}, "leaking_words"),
        ({"teacher": "none"}, "teacher"),
        ({"seed": None}, "seed is null"),
    ],
)
def test_a_damaged_record_is_refused_and_its_key_named(change, named):
    value = training_record().to_json()
    assert TrainingRecord.from_json(value) == training_record()
    with pytest.raises(TypeError, match=named):
        TrainingRecord.from_json({**value, **change})
    del value["seed"]
    with pytest.raises(TypeError, match="seed is missing"):
        TrainingRecord.from_json(value)
