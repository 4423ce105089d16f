"""Trainings with more than two classes: losses by hand, and models that learn them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax
from sklearn.utils.class_weight import compute_class_weight

from sentiment.corpus.classes import Classes
from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ConfigError
from sentiment.evaluation.evaluate import evaluate
from sentiment.networks.build import new_network, output_for
from sentiment.networks.class_output import class_output
from sentiment.networks.config import NetworkConfig
from sentiment.training.config import TrainConfig
from sentiment.training.events import EpochEvent
from sentiment.training.fit import fit, validate
from sentiment.training.fit_bag_of_words import fit_bag_of_words
from sentiment.training.state import FitState
from sentiment.training.training_set import class_weights, shares_of
from tests.corpora import small_corpus

RANDOM = np.random.default_rng(0)
SEQUENCE = SequenceConfig(sequence_length=40)
STARS = Classes(("1", "2", "3", "4", "5"), ordered=True)
KINDS = [(2, False), (3, False), (5, True)]


def probabilities_by_hand(outputs: np.ndarray, classes: int, ordinal: bool) -> np.ndarray:
    if classes == 2:
        return np.concatenate([expit(-outputs), expit(outputs)], axis=1)
    if not ordinal:
        return softmax(outputs, axis=1)
    above = np.cumprod(expit(outputs), axis=1)  # P(y > j)
    return -np.diff(above, axis=1, prepend=1.0, append=0.0)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("classes", "ordinal"), KINDS)
def test_losses_by_hand(classes, ordinal, weighted):
    output = class_output(classes, ordinal)
    outputs = RANDOM.normal(size=(30, output.size))
    labels = RANDOM.integers(0, classes, 30)
    soft = RANDOM.dirichlet(np.ones(classes), 30)
    weights = RANDOM.random(classes) + 0.5 if weighted else np.ones(classes)
    logs = np.log(probabilities_by_hand(outputs, classes, ordinal))
    given = torch.from_numpy(weights) if weighted else None
    loss = output.loss(torch.from_numpy(outputs), torch.from_numpy(labels), given)
    expected = -(weights[labels] * logs[np.arange(30), labels]).sum()
    assert float(loss) == pytest.approx(expected, rel=1e-5)
    of_shares = output.loss(torch.from_numpy(outputs), torch.from_numpy(soft), given)
    assert float(of_shares) == pytest.approx(-(weights * soft * logs).sum(), rel=1e-5)
    correct = int(output.correct(torch.from_numpy(outputs), torch.from_numpy(labels)))
    assert correct == (logs.argmax(axis=1) == labels).sum()


def test_class_weights_are_those_of_scikit_learn():
    labels = np.array([0] * 50 + [1] * 7 + [2] * 3)
    dataset = ReviewDataset(np.ones(60), np.arange(61), labels, np.arange(60), SEQUENCE)
    expected = compute_class_weight("balanced", classes=np.arange(3), y=labels)
    np.testing.assert_allclose(class_weights(dataset, 3), expected, rtol=1e-6)
    soft = replace_labels(dataset, shares_of(labels, 3))
    np.testing.assert_allclose(class_weights(soft, 3), expected, rtol=1e-6)
    assert float((class_weights(dataset, 3)[labels]).mean()) == pytest.approx(1)


def replace_labels(dataset: ReviewDataset, labels: np.ndarray) -> ReviewDataset:
    return ReviewDataset(dataset.ids, dataset.offsets, labels, dataset.rows, dataset.config)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> PreparedCorpus:
    """Five classes of which the last is rare: the number of good words among four."""
    from sentiment.dataset.prepare import encode_corpus
    from sentiment.encoding.settings import PrepareConfig

    random = np.random.default_rng(3)
    labels = random.choice(5, 700, p=[0.3, 0.25, 0.2, 0.2, 0.05])
    texts = []
    for number, label in enumerate(labels.tolist()):
        words = ["great"] * label + ["awful"] * (4 - label) + ["the", "film", "a", "story"]
        texts.append(" ".join([*random.permutation(words).tolist(), f"no{number}"]))
    whole = replace(
        small_corpus(700),
        texts=texts,
        labels=labels.astype(np.int8),
        classes=STARS,
        fingerprint="five",
    )
    folder = tmp_path_factory.mktemp("five")
    encode_corpus(whole, PrepareConfig(), folder)
    return PreparedCorpus.open(folder)


def trained(corpus, architecture, *, ordinal=False, **settings):
    network_config = NetworkConfig(
        architecture=architecture,
        embedding_dim=12,
        hidden_size=12,
        embedding_dropout=0.0,
        dropout=0.0,
        pooling="mean",
        ordinal=ordinal,
    )
    config = TrainConfig(**{"epochs": 10, "learning_rate": 0.03, "precision": "float32"} | settings)
    train, valid = (
        ReviewDataset.of(corpus, split, SEQUENCE) for split in (Split.TRAIN, Split.VALID)
    )
    torch.manual_seed(0)
    output = output_for(network_config, corpus.classes)
    network = new_network(network_config, len(corpus.vocabulary), output)
    if architecture == "bow":
        events = list(fit_bag_of_words(network, train, valid, config))
    else:
        batches = training_batches(train, config.batch_size, 0)
        events = list(fit(FitState.new(network, config), batches, scoring_batches(valid), config))
    return network, events


@pytest.mark.parametrize("ordinal", [False, True])
@pytest.mark.parametrize("architecture", ["lstm", "bow"])
def test_five_classes_are_learned(corpus, architecture, ordinal):
    network, events = trained(corpus, architecture, ordinal=ordinal)
    assert network.output.size == 5 - ordinal
    test = ReviewDataset.of(corpus, Split.TEST, SEQUENCE)
    figures = evaluate(network, test, corpus.classes)
    # A bag knows which words occur, not how often: only the classes at the ends are clear to it.
    lowest = 0.9 if architecture == "lstm" else 0.4
    assert figures.accuracy > lowest
    assert figures.mean_absolute_error < (0.1 if architecture == "lstm" else 0.9)
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert epochs[-1].valid_macro_f1 <= 1 and epochs[-1].valid_loss < np.log(5)


@pytest.mark.parametrize("architecture", ["lstm", "bow"])
def test_balanced_classes_find_more_of_a_rare_class(architecture, tmp_path):
    from sentiment.dataset.prepare import encode_corpus
    from sentiment.encoding.settings import PrepareConfig

    random = np.random.default_rng(0)
    labels = (random.random(900) < 0.08).astype(np.int8)
    words = [  # "odd" is four times as frequent in the rare class
        "odd film" if random.random() < (0.8 if label else 0.2) else "plain film"
        for label in labels
    ]
    texts = [f"{text} no{number}" for number, text in enumerate(words)]
    whole = replace(small_corpus(900), texts=texts, labels=labels, fingerprint="rare")
    encode_corpus(whole, PrepareConfig(), tmp_path)
    rare = PreparedCorpus.open(tmp_path)
    test = ReviewDataset.of(rare, Split.TEST, SEQUENCE)
    recalls = []
    for balanced in (False, True):
        network, _ = trained(rare, architecture, epochs=2, balanced_classes=balanced)
        recalls.append(evaluate(network, test, rare.classes).recall[1])
    assert recalls[0] < 0.2 and recalls[1] > 0.6


def test_the_validation_has_the_macro_f1_and_the_weighted_loss(corpus):
    network, _ = trained(corpus, "lstm", epochs=1)
    valid = ReviewDataset.of(corpus, Split.VALID, SEQUENCE)
    figures = evaluate(network, valid, corpus.classes)
    found = validate(network, scoring_batches(valid))
    assert found.loss == pytest.approx(figures.loss, rel=1e-5)
    assert (found.accuracy, found.macro_f1) == pytest.approx((figures.accuracy, figures.macro_f1))
    weights = torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0])
    of_first = ReviewDataset(
        valid.ids, valid.offsets, corpus.labels, valid.rows[valid.labels == 0], SEQUENCE
    )
    weighted = validate(network, scoring_batches(valid), weights=weights).loss * len(valid)
    alone = validate(network, scoring_batches(of_first)).loss * len(of_first)
    assert weighted == pytest.approx(alone, rel=1e-5)


def test_an_ordinal_output_needs_an_order():
    unordered = Classes(("cars", "dogs", "eggs"))
    with pytest.raises(ConfigError, match=r"ordinal.*cars, dogs, eggs"):
        output_for(NetworkConfig(ordinal=True), unordered)
    assert output_for(NetworkConfig(), unordered).size == 3
    assert output_for(NetworkConfig(ordinal=True), STARS).size == 4
