"""A run resumed from a checkpoint equals an uninterrupted run, to the last bit."""

import os
import re
import shutil
import signal
import sys
import time

import pytest
import torch

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import RunError, StorageError
from sentiment.networks.build import new_classifier
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo
from sentiment.runs import trainer
from sentiment.runs.launch import create_run, launch_run, resume_run
from sentiment.training import checkpoints
from sentiment.training.checkpoints import load_checkpoint, save_checkpoint
from sentiment.training.config import TrainConfig, recipe_with
from sentiment.training.events import EpochEvent, StepEvent
from sentiment.training.fit import fit
from sentiment.training.presets import PRESETS
from sentiment.training.state import FitState
from tests.bad_items import (
    BAD_FILES,
    BAD_JSON,
    flip_bits,
    link_to_nothing,
    replace_by_file,
    set_value,
)
from tests.corpora import small_corpus

SEQUENCE = SequenceConfig(sequence_length=40)
NETWORK = NetworkConfig(embedding_dim=8, hidden_size=8)  # with every kind of dropout
CONFIG = TrainConfig(epochs=3, learning_rate=0.02, seed=4)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("checkpoints") / "prepared"
    with atomic.new_folder(folder) as fresh:
        encode_corpus(small_corpus(400), PrepareConfig(), fresh)
    return PreparedCorpus.open(folder)


@pytest.fixture(autouse=True)
def every_step(monkeypatch, new_user):
    """One event per step, so that training can be interrupted at any step."""
    monkeypatch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)


def start(corpus):
    torch.manual_seed(CONFIG.seed)
    state = FitState.new(new_classifier(NETWORK, len(corpus.vocabulary)), CONFIG)
    return state, lambda state: fit(
        state,
        training_batches(
            ReviewDataset.of(corpus, Split.TRAIN, SEQUENCE), CONFIG.batch_size, CONFIG.seed
        ),
        scoring_batches(ReviewDataset.of(corpus, Split.VALID, SEQUENCE)),
        CONFIG,
    )


def losses(events):
    return [
        (event.step, event.loss, event.gradient_norm)
        if isinstance(event, StepEvent)
        else (event.step, event.train_loss, event.valid_loss, event.train_accuracy)
        for event in events
        if isinstance(event, StepEvent | EpochEvent)
    ]


@pytest.fixture(scope="module")
def whole(corpus):
    """The events and the final weights of a training that nothing interrupts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)
        state, run = start(corpus)
        events = list(run(state))
    assert len(events) > 30
    return events, state.network.state_dict()


@pytest.mark.parametrize("cut", [1, 7, 9, 10, 11, 12, 20, 29])
def test_resuming_gives_the_same_losses_to_the_last_bit(corpus, tmp_path, cut, whole):
    """Interrupted after any event: within an epoch, before and after its validation."""
    events_of_whole, weights = whole
    state, run = start(corpus)
    events = run(state)
    before = [next(events) for _ in range(cut)]
    save_checkpoint(tmp_path, state, 12.5)
    events.close()

    torch.manual_seed(99)  # a new process has another random state
    resumed, run = start(corpus)
    assert load_checkpoint(tmp_path, resumed)
    assert resumed.seconds == 12.5
    after = list(run(resumed))
    assert losses(before) + losses(after) == losses(events_of_whole)
    assert after[-1].best_epoch == events_of_whole[-1].best_epoch
    assert after[-1].seconds > 12.5
    for name, value in weights.items():
        assert torch.equal(resumed.network.state_dict()[name], value), name


@pytest.fixture(scope="module")
def saved(corpus, tmp_path_factory):
    """A folder after four checkpoints."""
    folder = tmp_path_factory.mktemp("saved")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sentiment.training.fit.LOG_SECONDS", 0.0)
        state, run = start(corpus)
        events = run(state)
        for _ in range(4):
            next(events)
            save_checkpoint(folder, state, 0.0)
        events.close()
    return folder


def test_the_last_two_are_kept(saved):
    steps = [path.name for path in checkpoints.checkpoints(saved)]
    assert steps == ["step-00000004", "step-00000003"]


def change_a_number(path):
    set_value(path, ("state", "batches_done"), 0)  # of the right type: only the checksum tells


STATE = {**BAD_FILES, **BAD_JSON, "a number changed": change_a_number}
TENSORS = {**BAD_FILES, "bits": flip_bits}
DAMAGES = [
    *(("state.json", damage) for damage in STATE.values()),
    *(("tensors.safetensors", damage) for damage in TENSORS.values()),
    ("", replace_by_file),
    ("", link_to_nothing),
]


@pytest.mark.parametrize(("file", "damage"), DAMAGES)
def test_a_checkpoint_damaged_in_any_way_falls_back_to_the_one_before(
    corpus, saved, tmp_path, file, damage
):
    folder = shutil.copytree(saved, tmp_path / "checkpoints")
    damage(folder / "step-00000004" / file if file else folder / "step-00000004")
    fresh, _ = start(corpus)
    assert load_checkpoint(folder, fresh) and fresh.step == 3


def test_a_run_does_not_start_over_unasked_if_every_checkpoint_is_damaged(corpus, saved, tmp_path):
    folder = shutil.copytree(saved, tmp_path / "checkpoints")
    for path in checkpoints.checkpoints(folder):
        (path / "state.json").write_text("{")
    fresh, _ = start(corpus)
    with pytest.raises(RunError, match=re.escape(str(folder))):
        load_checkpoint(folder, fresh)
    assert fresh.step == 0


def test_a_checkpoint_of_another_network_is_rejected(corpus, tmp_path):
    state, run = start(corpus)
    next(run(state))
    save_checkpoint(tmp_path, state, 0.0)
    other = new_classifier(NetworkConfig(embedding_dim=8, hidden_size=9), 50)
    with pytest.raises(RunError, match=re.escape(str(tmp_path))):
        load_checkpoint(tmp_path, FitState.new(other, CONFIG))


LONG = recipe_with(
    PRESETS["sample"].recipe,
    {"epochs": 6, "patience": 6, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20},
)


def epoch_losses(run):
    return [
        (event["epoch"], event["step"], event["train_loss"], event["valid_loss"])
        for event in run.events()["EpochEvent"]
    ]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SENTIMENT_DATA", str(tmp_path_factory.mktemp("whole")))
        run = create_run(LONG)
        info = trainer.train(run)
        return epoch_losses(run), info.checksums["weights.safetensors"]


def wait(condition, seconds=600.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_killed_run_resumes_to_the_same_model(uninterrupted):
    """Killed with SIGKILL and resumed in another process; `make faults` kills many times."""
    run = launch_run(LONG)
    wait(lambda: len(run.events().get("EpochEvent", [])) >= 2)
    os.kill(run.status().pid, signal.SIGKILL)
    wait(lambda: run.status().state == "interrupted")
    assert run.can_resume()
    resume_run(run)
    wait(lambda: not run.status().active)
    assert run.status().state == "finished", run.log_tail()
    wait(lambda: not run.checkpoints.exists())  # deleted when the model is saved
    assert not run.can_resume()
    assert (
        epoch_losses(run),
        ModelInfo.read(run.model).checksums["weights.safetensors"],
    ) == uninterrupted
    with pytest.raises(RunError, match="finished"):
        resume_run(run)


@pytest.mark.slow
def test_a_stopped_run_resumes_to_the_same_model(uninterrupted):
    run = create_run(LONG)
    seen = []

    def stop_in_second_epoch(event):
        seen.append(event)
        if isinstance(event, StepEvent) and event.epoch == 2:
            run.request_stop()

    trainer.train(run, on_event=stop_in_second_epoch)
    assert run.status().state == "stopped" and run.can_resume()
    (run.folder / "stop").unlink()
    info = trainer.train(run)
    assert (epoch_losses(run), info.checksums["weights.safetensors"]) == uninterrupted
    assert info.training.epochs == 6


@pytest.mark.slow
def test_a_full_disk_leaves_the_previous_checkpoint(monkeypatch):
    run = create_run(LONG)
    saved = []

    def full(folder, state, seconds):
        if saved:
            raise StorageError("Could not write: No space left on device.")
        saved.append(save_checkpoint(folder, state, seconds))
        return saved[0]

    monkeypatch.setattr("sentiment.runs.trainer.save_checkpoint", full)
    with pytest.raises(StorageError):
        trainer.train(run)
    status = run.status()
    assert (status.state, "No space left" in status.message) == ("failed", True)
    assert run.can_resume() and saved[0].is_dir()
