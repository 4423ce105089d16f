"""The training loop learns, is reproducible, stops early and keeps the best epoch."""

import pytest
import torch

from sentiment import atomic
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import ConfigError, RunError
from sentiment.evaluation.evaluate import evaluate
from sentiment.networks.build import new_classifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.registry import ARCHITECTURES
from sentiment.training.config import Recipe, TrainConfig, recipe_with
from sentiment.training.events import EndEvent, EpochEvent, StepEvent
from sentiment.training.fit import fit, validate
from sentiment.training.presets import PRESETS
from sentiment.training.state import FitState
from sentiment.training.step import adversarial_perturbation, training_step, zero_perturbation
from tests.corpora import small_corpus
from tests.marks import slow_but

SEQUENCE = SequenceConfig(sequence_length=40)
NETWORK = NetworkConfig(
    embedding_dim=8, hidden_size=8, dropout=0.1, embedding_dropout=0.0, word_dropout=0.0
)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit") / "prepared"
    with atomic.new_folder(folder) as fresh:
        encode_corpus(small_corpus(400), PrepareConfig(), fresh)
    return PreparedCorpus.open(folder)


def train(corpus, network=NETWORK, **settings):
    config = TrainConfig(**{"epochs": 8, "learning_rate": 0.02, "precision": "float32", **settings})
    torch.manual_seed(config.seed)
    model = new_classifier(network, len(corpus.vocabulary))
    train_part = ReviewDataset.of(corpus, Split.TRAIN, SEQUENCE)
    valid_part = ReviewDataset.of(corpus, Split.VALID, SEQUENCE)
    batches = training_batches(train_part, config.batch_size, config.seed)
    events = list(fit(FitState.new(model, config), batches, scoring_batches(valid_part), config))
    return model, events


def epochs_of(events):
    return [event for event in events if isinstance(event, EpochEvent)]


NAMES = [name for name, entry in ARCHITECTURES.items() if entry.encoder]


@pytest.mark.parametrize("architecture", slow_but(["lstm", "resnet"], NAMES))
def test_it_learns(corpus, architecture):
    network = NetworkConfig(**{**NETWORK.to_json(), "architecture": architecture})
    model, events = train(corpus, network)
    test = ReviewDataset.of(corpus, Split.TEST, SEQUENCE)
    assert evaluate(model, test, NEGATIVE_POSITIVE).accuracy > 0.9
    assert epochs_of(events)[-1].train_loss < epochs_of(events)[0].train_loss / 2


def test_the_same_seed_gives_the_same_training(corpus):
    losses = [
        [(e.train_loss, e.valid_loss) for e in epochs_of(train(corpus, seed=s)[1])]
        for s in (1, 1, 2)
    ]
    assert losses[0] == losses[1]
    assert losses[0] != losses[2]


def test_it_stops_early_and_keeps_the_best_epoch(corpus):
    # Such a high learning rate stops improving soon.
    model, events = train(corpus, epochs=30, learning_rate=0.3, schedule="constant", patience=2)
    epochs, end = epochs_of(events), events[-1]
    assert isinstance(end, EndEvent)
    assert len(epochs) < 30 and "2 epochs" in end.reason
    best = min(epochs, key=lambda epoch: epoch.valid_loss)
    assert end.best_epoch == best.epoch
    valid = scoring_batches(ReviewDataset.of(corpus, Split.VALID, SEQUENCE))
    assert validate(model, valid).loss == pytest.approx(best.valid_loss, rel=1e-5)
    assert not any(epoch.improved for epoch in epochs[best.epoch :])


def test_closing_early_leaves_the_best_weights_so_far(corpus):
    config = TrainConfig(epochs=5, precision="float32")
    torch.manual_seed(0)
    model = new_classifier(NETWORK, len(corpus.vocabulary))
    valid = scoring_batches(ReviewDataset.of(corpus, Split.VALID, SEQUENCE))
    batches = training_batches(ReviewDataset.of(corpus, Split.TRAIN, SEQUENCE), 32, 0)
    events = fit(FitState.new(model, config), batches, valid, config)
    first = next(event for event in events if isinstance(event, EpochEvent))
    events.close()
    assert not model.training
    assert validate(model, valid).loss == pytest.approx(first.valid_loss, rel=1e-5)


def test_step_events_have_plausible_values(corpus, monkeypatch):
    monkeypatch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)
    _, events = train(corpus, epochs=2)
    steps = [event for event in events if isinstance(event, StepEvent)]
    assert [event.step for event in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].progress == 1
    assert all(event.words_per_second > 0 and event.gradient_norm > 0 for event in steps)
    assert max(event.learning_rate for event in steps) == pytest.approx(0.02, rel=0.1)
    assert steps[-1].learning_rate < 0.001


def test_a_loss_that_is_not_finite_raises_an_error(corpus):
    config = TrainConfig(epochs=1, precision="float32")
    model = new_classifier(NETWORK, len(corpus.vocabulary))
    with torch.no_grad():
        model.head.weight.fill_(float("nan"))
    batches = training_batches(ReviewDataset.of(corpus, Split.TRAIN, SEQUENCE), 32, 0)
    with pytest.raises(RunError, match=r"nan at step 1.*learning_rate"):
        list(fit(FitState.new(model, config), batches, batches, config))


@pytest.mark.parametrize(
    ("field", "value"),
    [("epochs", 0), ("batch_size", -1), ("learning_rate", 0.0), ("gradient_clip", 0), ("seed", -1)],
)
def test_an_invalid_setting_is_named_with_its_value(field, value):
    with pytest.raises(ConfigError, match=f"{field} is {value!r}"):
        TrainConfig(**{field: value})


def test_recipes_survive_json_and_unknown_settings_are_named():
    for preset in PRESETS.values():
        assert Recipe.from_json(preset.recipe.to_json()) == preset.recipe
    changed = recipe_with(PRESETS["sample"].recipe, {"hidden_size": 7, "seed": 9, "source": "x"})
    assert (changed.network.hidden_size, changed.source) == (7, "x")
    assert changed.prepare.seed == changed.training.seed == 9
    with pytest.raises(ConfigError, match="hiden"):
        recipe_with(PRESETS["sample"].recipe, {"hiden": 1})


@pytest.fixture
def adversarial_batch(corpus):
    torch.manual_seed(0)
    model = new_classifier(
        NetworkConfig(
            embedding_dim=8, hidden_size=8, dropout=0.0, embedding_dropout=0.0, word_dropout=0.0
        ),
        len(corpus.vocabulary),
    )
    train = ReviewDataset.of(corpus, Split.TRAIN, SEQUENCE)
    return model, train.collate([train[item] for item in range(16)])


def mean_loss(model, batch, perturbation=None):
    logits = model.score(batch.ids, batch.lengths, 1, perturbation)
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, batch.labels.float())


def test_the_adversarial_perturbation_raises_the_loss_more_than_random_ones(adversarial_batch):
    model, batch = adversarial_batch
    zero = zero_perturbation(model, batch)
    before = mean_loss(model, batch, zero)
    before.backward()
    perturbation = adversarial_perturbation(model, batch, zero, 0.05)
    lengths = model.embedding(batch.ids).flatten(1).norm(dim=1)
    assert torch.allclose(perturbation.flatten(1).norm(dim=1), 0.05 * lengths)
    increase = mean_loss(model, batch, perturbation) - before
    for _ in range(10):
        other = torch.randn_like(perturbation)
        other *= (perturbation.flatten(1).norm(dim=1) / other.flatten(1).norm(dim=1))[:, None, None]
        assert increase > 3 * abs(mean_loss(model, batch, other) - before)


def test_an_adversarial_step_adds_the_gradients_of_both_losses(adversarial_batch):
    model, batch = adversarial_batch
    zero = zero_perturbation(model, batch)
    mean_loss(model, batch, zero).backward()
    perturbation = adversarial_perturbation(model, batch, zero, 0.1)
    model.zero_grad()
    both = mean_loss(model, batch) + mean_loss(model, batch, perturbation)
    expected = torch.autograd.grad(both, list(model.parameters()))
    config = TrainConfig(adversarial=0.1, precision="float32", gradient_clip=1e6)
    training_step(FitState.new(model, config), batch, config, 0.0)
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        assert torch.allclose(parameter.grad, gradient, atol=1e-6)
