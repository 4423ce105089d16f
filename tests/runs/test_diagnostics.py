"""Each problem is found, and a healthy run has no findings."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.training_record import DiagnosticData, LeakingWord
from sentiment.runs import trainer
from sentiment.runs.diagnostic_data import (
    diagnostic_data,
    leaking_words,
    overlap_with_test,
    saturated_gates,
)
from sentiment.runs.diagnostics import diagnose
from sentiment.runs.launch import create_run
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from tests.corpora import small_corpus

RECIPE = PRESETS["sample"].recipe
HEALTHY_FIGURES = {"reviews": 100, "confusion": [[44, 6], [5, 45]]}


def steps(losses, norm=0.5):
    return [
        {"step": 20 * (n + 1), "loss": loss, "gradient_norm": norm} for n, loss in enumerate(losses)
    ]


def epochs(*pairs):
    return [
        {"epoch": n + 1, "train_loss": train, "valid_loss": valid}
        for n, (train, valid) in enumerate(pairs)
    ]


FALLING = {
    "StepEvent": steps(np.linspace(0.69, 0.3, 10)),
    "EpochEvent": epochs((0.5, 0.4), (0.3, 0.35)),
}


HEALTHY = DiagnosticData(
    unknown_share={"train": 0.01, "test": 0.03},
    shared_ids=False,
    leaking_words=[],
    test_overlap=0.0,
    saturated_gates={"forget gate": 0.2},
)


CLASSES = ("Negative", "Positive")


def titles(events=FALLING, data=None, metrics=None):
    return [finding.title for finding in diagnose(events, RECIPE, data, metrics)]


def test_a_healthy_run_has_no_findings():
    assert titles(data=HEALTHY, metrics={"test": HEALTHY_FIGURES}) == []
    assert titles({}) == []  # it has just started
    assert titles({"StepEvent": steps([0.69, 0.69])}) == []


@pytest.mark.parametrize(
    ("events", "title"),
    [
        ({"StepEvent": steps([0.693] * 10)}, "The loss does not fall."),
        ({"StepEvent": steps(np.linspace(0.7, 1.4, 10))}, "The loss does not fall."),
        ({"StepEvent": steps(np.linspace(0.69, 0.3, 10), 1e-6)}, "The gradients vanish."),
        ({"StepEvent": steps(np.linspace(0.69, 0.3, 10), 500.0)}, "The gradients explode."),
        ({"EpochEvent": epochs((0.4, 0.35), (0.2, 0.45))}, "The network overfits from epoch 1 on."),
    ],
)
def test_problems_in_the_curves(events, title):
    assert titles(events) == [title]


@pytest.mark.parametrize("label", CLASSES)
def test_a_split_with_few_reviews_of_a_class(label):
    enough, classes = {"Negative": 10, "Positive": 10}, {"classes": {"names": CLASSES}}
    splits = {"train": enough, "valid": enough, "test": enough | {label: 3}}
    assert titles({"PartsEvent": [{"splits": splits} | classes]}) == [
        "A class has too few reviews."
    ]
    healthy = splits | {"test": enough}
    assert titles({"PartsEvent": [{"splits": each} | classes for each in (splits, healthy)]}) == []


def parts_of(*names, train=(100, 100, 100)):
    """The events of a run on reviews of these classes."""
    enough = dict.fromkeys(names, 100)
    splits = {"train": dict(zip(names, train, strict=False)), "valid": enough, "test": enough}
    return {"PartsEvent": [{"splits": splits, "classes": {"names": names}}]}


@pytest.mark.parametrize("names", [CLASSES, ("Negative", "Neutral", "Positive")])
@pytest.mark.parametrize("code", [0, -1])
def test_a_constant_prediction(names, code):
    row = [0] * len(names)
    row[code] = 50
    figures = {"reviews": 50 * len(names), "confusion": [row] * len(names)}
    found = titles(parts_of(*names), metrics={"test": figures})
    assert found == [f"The model almost always predicts {names[code]}."]


def test_the_most_frequent_class_may_be_predicted_nearly_always():
    lopsided = {"reviews": 100, "confusion": [[0, 1], [0, 99]]}
    assert titles(parts_of(*CLASSES), metrics={"test": lopsided}) == []


def test_a_class_that_is_never_predicted():
    names = ("Negative", "Neutral", "Positive")
    confusion = [[40, 0, 10], [25, 0, 25], [5, 0, 45]]
    figures = {"reviews": 150, "confusion": confusion}
    assert titles(parts_of(*names), metrics={"test": figures}) == [
        "The model never predicts Neutral."
    ]
    confusion[1][1] = 1
    assert titles(parts_of(*names), metrics={"test": figures}) == []


def test_classes_of_very_different_sizes():
    events = parts_of("Negative", "Neutral", "Positive", train=(500, 20, 90))
    assert titles(events) == ["The classes are of very different sizes."]
    balanced = recipe_with(RECIPE, {"balanced_classes": True})
    assert diagnose(events, balanced) == []
    assert titles(parts_of("Negative", "Positive", train=(90, 10))) == []


def test_the_loss_of_guessing_depends_on_the_number_of_classes():
    events = {"StepEvent": steps([0.9] * 8)}
    assert titles(events | parts_of(*CLASSES)) == ["The loss does not fall."]
    falls_not = {"StepEvent": steps([1.09] * 8)}
    five = parts_of(*"abcde", train=(100,) * 5)
    assert titles(falls_not | five) == []  # far better than guessing among five


@pytest.mark.parametrize(
    ("change", "title"),
    [
        ({"unknown_share": {"train": 0.0, "test": 0.4}}, "Many words are unknown."),
        ({"shared_ids": True}, "Padding and unknown words share an id."),
        ({"test_overlap": 0.2}, "The training split contains test reviews."),
        ({"saturated_gates": {"forget gate": 0.97}}, "The forget gate is saturated."),
        (
            {"leaking_words": [LeakingWord("tagpos", 0.5, 1.0, "Positive")]},
            "The texts seem to contain the label.",
        ),
    ],
)
def test_problems_in_data_and_gates(change, title):
    (finding,) = diagnose(FALLING, RECIPE, replace(HEALTHY, **change))
    assert finding.title == title
    assert any(character.isdigit() for character in finding.evidence + finding.remedy)


def prepared(corpus, folder):
    with atomic.new_folder(folder) as fresh:
        encode_corpus(corpus, PrepareConfig(min_count=1), fresh)
    return PreparedCorpus.open(folder)


def test_a_label_in_the_text_is_found_and_words_of_sentiment_are_not(tmp_path):
    # Each word of sentiment is pure, but none is in more than a sixth of the reviews.
    assert leaking_words(prepared(small_corpus(400), tmp_path / "clean")) == []
    tagged = small_corpus(400, seed=1)
    texts = [
        f"{text} {'tagpos' if label else 'tagneg'}"
        for text, label in zip(tagged.texts, tagged.labels, strict=True)
    ]
    leaking = type(tagged)(**{**tagged.__dict__, "texts": texts, "fingerprint": "tagged"})
    found = {leak.word: leak for leak in leaking_words(prepared(leaking, tmp_path / "leaking"))}
    assert found["tagpos"].label == "Positive" and found["tagneg"].purity == 1.0
    assert found["tagpos"].share == pytest.approx(0.5, abs=0.1)


def lopsided(tag, share=0.02, reviews=1_000):
    """A corpus with few negative reviews; `tag(label, number)` is added to each text."""
    random = np.random.default_rng(0)
    labels = (random.random(reviews) >= share).astype(np.int8)
    words = [*"abcdefghij", "cast"]
    texts = [
        f"no{number} cast {' '.join(random.choice(words, 12))} {tag(label, number)}"
        for number, label in enumerate(labels.tolist())
    ]
    corpus = replace(small_corpus(reviews), texts=texts, labels=labels)
    splits = np.full(reviews, Split.TRAIN, np.int8)
    splits[:40], splits[40:80] = Split.VALID, Split.TEST
    return replace(corpus, splits=splits, official=True)


@pytest.mark.parametrize(
    ("tag", "share", "found"),
    [
        (lambda label, number: "", 0.02, {}),  # 98% of every word's reviews are positive
        (lambda label, number: "rare" * (number % 50 == 0), 0.02, {}),
        (lambda label, number: "tagneg" * (1 - label), 0.02, {"tagneg": "Negative"}),
        (lambda label, number: "tagpos" * label, 0.2, {"tagpos": "Positive"}),
        (lambda label, number: "tagneg" * (1 - label), 0.5, {"tagneg": "Negative"}),
        (lambda label, number: "usual" * (label or number % 5 == 0), 0.5, {}),
    ],
)
def test_leaking_words_are_measured_against_the_share_of_the_class(tmp_path, tag, share, found):
    corpus = prepared(lopsided(tag, share), tmp_path / "corpus")
    assert {leak.word: leak.label for leak in leaking_words(corpus)} == found


def test_the_overlap_compares_texts_and_not_token_ids(tmp_path):
    corpus = small_corpus(200, official=True)
    texts = list(corpus.texts)
    for row in range(100, 150):  # the same ids where the last word is unknown
        texts[row] = texts[row - 100].rsplit(" ", 1)[0] + f" unknown{row}"
    with atomic.new_folder(tmp_path / "ids") as fresh:
        encode_corpus(replace(corpus, texts=texts), PrepareConfig(min_count=2), fresh)
    assert overlap_with_test(PreparedCorpus.open(tmp_path / "ids")) == 0
    for row in range(100, 150):  # copies that the splits do not recognize
        texts[row] = texts[row - 100].upper() + " "
    copied = prepared(replace(corpus, texts=texts), tmp_path / "copies")
    assert overlap_with_test(copied) == pytest.approx(0.5, abs=0.07)  # without those in valid


def test_gates_forced_open_are_saturated(tmp_path):
    corpus = prepared(small_corpus(100), tmp_path / "gates")
    torch.manual_seed(0)
    network = new_network(NetworkConfig(embedding_dim=8, hidden_size=8), len(corpus.vocabulary))
    valid = ReviewDataset.of(corpus, Split.VALID, SequenceConfig(sequence_length=40))
    assert max(saturated_gates(network, valid).values()) < 0.1
    with torch.no_grad():
        network.encoder.layers[0][0].bias_hh_l0[8:16] = 20.0
    shares = saturated_gates(network, valid)
    assert shares["forget gate"] == 1.0 and shares["input gate"] < 0.1
    about = diagnostic_data(corpus, network, valid)
    assert about.shared_ids is False and about.test_overlap == 0.0


def test_a_real_run_is_diagnosed(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    monkeypatch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)
    tiny = {"epochs": 1, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20}
    sick = recipe_with(PRESETS["sample"].recipe, {**tiny, "learning_rate": 1e-7})
    run = create_run(sick)
    info = trainer.train(run)
    data = info.training.diagnostics
    found = [finding.title for finding in diagnose(run.events(), sick, data, info.metrics)]
    assert "The loss does not fall." in found
