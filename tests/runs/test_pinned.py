"""Pinned reviews: snapshots equal the traces of the network at that step."""

import numpy as np
import pytest
from scipy.special import expit, logit

from sentiment.errors import ConfigError, RunError
from sentiment.inspection.predictor import Predictor
from sentiment.runs import pinned, trainer
from sentiment.runs.launch import create_run
from sentiment.training.config import PINNED, Recipe, recipe_with
from sentiment.training.events import StepEvent
from sentiment.training.presets import PRESETS

pytestmark = pytest.mark.slow  # starts trainings

TEXTS = ("a wonderful film, I loved it", "dull and far too long")
QUICK = recipe_with(
    PRESETS["sample"].recipe,
    {
        "epochs": 2,
        "hidden_size": 4,
        "embedding_dim": 4,
        "sequence_length": 20,
        "ema_decay": 0.0,
        "pinned": TEXTS,
    },
)


@pytest.fixture(autouse=True)
def own_runs(new_user):
    """A data folder of the test's own."""


def test_the_last_snapshot_equals_the_trace_of_the_saved_model():
    run = create_run(QUICK)
    info = trainer.train(run)
    assert run.events()["EndEvent"][0]["best_epoch"] == 2, "the last epoch is the best"
    model = Predictor.load(run.model)
    for number, text in enumerate(TEXTS):
        steps = pinned.steps(run.folder, number)
        assert steps[0] == 0 and steps[-1] == run.events()["EpochEvent"][-1]["step"]
        last, trace = pinned.snapshot(run.folder, number, steps[-1]), model.trace(text)
        assert last.words == trace.encoded.kept_tokens
        # Calibration follows the last snapshot.
        scaled = logit(last.probabilities[:, 1]) / info.training.temperature
        calibrated = expit(scaled + info.training.shift[0])
        np.testing.assert_allclose(calibrated, trace.probabilities[:, 1], atol=1e-6)
        for symbol, values in trace.layers[0].values.items():  # stored in 16 bits
            np.testing.assert_allclose(last.layers[0].values[symbol], values, atol=2e-3)
        assert last.quantities == trace.quantities
        assert last.unknown_words == [w for w in last.words if w not in model.vocabulary]
        variation = last.layers[0].values["h"].std(axis=0)
        units = pinned.most_active_units(run.folder, number, 0, 3)
        assert variation[units].tolist() == sorted(variation, reverse=True)[:3]
        over_training = pinned.probabilities_by_step(run.folder, number)
        assert over_training.shape == (len(steps), 2)
        assert abs(over_training[0, 1] - 0.5) < 0.1, "untrained before the first step"
        np.testing.assert_array_equal(over_training[-1], last.probabilities[-1])


def test_pinning_does_not_change_the_training():
    losses = []
    for texts in (TEXTS, ()):
        run = create_run(recipe_with(QUICK, {"pinned": texts, "epochs": 1}))
        trainer.train(run)
        losses.append([event["valid_loss"] for event in run.events()["EpochEvent"]])
        assert bool(pinned.steps(run.folder, 0)) == bool(texts)
    assert losses[0] == losses[1]


def test_resuming_deletes_later_snapshots(monkeypatch):
    monkeypatch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)
    run = create_run(QUICK)

    def stop(event):
        if isinstance(event, StepEvent) and event.step == 60:
            run.request_stop()

    trainer.train(run, on_event=stop)
    assert pinned.steps(run.folder, 0)[-1] == 60
    (run.folder / pinned.FOLDER / "0-step-00000099.npz").write_bytes(b"of a step that is repeated")
    (run.folder / "stop").unlink()
    trainer.train(run)
    steps = pinned.steps(run.folder, 0)
    assert 60 in steps and 99 not in steps and steps[-1] > 200


def test_the_number_of_snapshots_is_limited(monkeypatch):
    monkeypatch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)
    monkeypatch.setattr(pinned, "MAX_SNAPSHOTS", 10)
    run = create_run(QUICK)
    trainer.train(run)
    steps = pinned.steps(run.folder, 0)
    assert len(steps) <= 11 and steps[0] == 0
    assert steps == pinned.steps(run.folder, 1)


def test_invalid_pinned_reviews_and_damaged_snapshots():
    for texts, message in (
        (("a",) * 4, "4 .*3"),
        (("word " * 100,), "500 .*400"),
        (("?!",), r"'\?!'"),
    ):
        with pytest.raises(ConfigError, match=message):
            recipe_with(QUICK, {"pinned": texts})
    run = create_run(QUICK)
    (run.folder / pinned.FOLDER).mkdir()
    (run.folder / pinned.FOLDER / "0-step-00000007.npz").write_bytes(b"no archive")
    with pytest.raises(RunError, match=r"step-00000007\.npz"):
        pinned.snapshot(run.folder, 0, 7)


def test_a_recipe_keeps_its_pinned_reviews_in_json():
    assert Recipe().pinned == (PINNED,)
    assert Recipe.from_json(QUICK.to_json()) == QUICK
