"""What a model says of its training: the figure without copies, and what the card tells."""

from dataclasses import replace

import numpy as np

from sentiment.corpus.review import Split
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.evaluation.predictions import TestPredictions
from sentiment.runs import trainer
from sentiment.runs.launch import create_run
from sentiment.runs.training_record import without_copies
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from tests.corpora import small_corpus


def test_the_figure_without_copies_leaves_out_just_those(tmp_path):
    corpus = small_corpus(40, official=True)
    texts = list(corpus.texts)
    texts[20], texts[33] = texts[4], texts[9]  # two test reviews are texts of train
    tmp_path.joinpath("p").mkdir()
    encode_corpus(replace(corpus, texts=texts), PrepareConfig(), tmp_path / "p")
    prepared = PreparedCorpus.open(tmp_path / "p")
    rows = prepared.rows(Split.TEST)
    said = prepared.labels[rows].astype(np.float32)
    wrong = [rows.tolist().index(row) for row in (20, 21)]  # a copy, and one that is none
    said[wrong] = 1 - said[wrong]
    predictions = TestPredictions(rows, prepared.labels[rows], prepared.lengths[rows], said)
    figures = without_copies(prepared, predictions)
    assert figures["copies"] == 2 and figures["reviews"] == 18
    assert figures["accuracy"] == 17 / 18

    plain = tmp_path / "plain"
    plain.mkdir()
    encode_corpus(corpus, PrepareConfig(), plain)
    assert without_copies(PreparedCorpus.open(plain), predictions) is None


def test_the_card_tells_what_a_network_began_with_and_was_trained_on(tmp_path, monkeypatch):
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
    for told in (
        "It began with word vectors of the training and unlabelled reviews",
        "100 composed remarks",
        "weight 0.25",
        "Adversarial steps of 0.02",
        f"Temperature {info.training['temperature']:.3f} and shift",
    ):
        assert told in card
    assert info.training["temperature"] > 0
