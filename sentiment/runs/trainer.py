"""A whole run: prepare, fit, evaluate, save; reporting to its folder all the way."""

import contextlib
import json
import math
import os
import platform
import time
from collections.abc import Callable, Generator
from pathlib import Path

import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.dataset.prepare import prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import CorpusError, RunError, SentimentError, StorageError
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.build import new_network
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import StageProgress
from sentiment.runs.finalize import Output, measure_and_save
from sentiment.runs.launch import wait_for_turn
from sentiment.runs.pinned import PinnedReviews, forget_after
from sentiment.runs.queue import RunState
from sentiment.runs.run import Run, Status
from sentiment.runs.training_record import hardware_of, precision_of, training_record
from sentiment.settings import require
from sentiment.training.checkpoints import load_checkpoint, save_checkpoint
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup, device_for
from sentiment.training.fit import EndEvent, EpochEvent, Event, StepEvent, fit
from sentiment.training.fit_bag_of_words import fit_bag_of_words
from sentiment.training.initialization import RANDOM, initialize_network
from sentiment.training.memory_requirement import require_memory
from sentiment.training.state import FitState
from sentiment.training.training_set import build_training_set

HEARTBEAT_SECONDS = 1.0
CHECKPOINT_SECONDS = 30.0  # what a kill costs at most, and a little more


class Reporter:
    """Tells the run folder, and whoever else listens, where a run stands."""

    def __init__(self, run: Run, listener: Callable[[Status], None] | None = None):
        self.run = run
        self.listener = listener
        self.stage, self.progress, self.last = "Starting", 0.0, 0.0

    def at(self, stage: str, done: float, total: float) -> None:
        """Report progress within a stage, at most once a second unless the stage changes."""
        now = time.monotonic()
        progress = done / total if total else 1.0
        if stage == self.stage and now - self.last < HEARTBEAT_SECONDS and progress < 1:
            return
        self.stage, self.progress, self.last = stage, progress, now
        self.say("running")

    def say(self, state: RunState, message: str = "") -> None:
        self.run.say(state, self.stage, self.progress, message)
        if self.listener:
            self.listener(Status(state, self.stage, self.progress, message, os.getpid()))


def train(
    run: Run,
    *,
    output: Path | None = None,
    name: str = "",
    command: str = "",
    weights_dtype: torch.dtype | None = None,
    listener: Callable[[Status], None] | None = None,
    on_event: Callable[[Event], None] | None = None,
    group: ProcessGroup = SINGLE_PROCESS,
) -> ModelInfo:
    """Carry out `run` and write its model to `output`, or into the run's folder.

    name: what the model card calls it; the folder's or the run's, if not given.
    group: the processes that do it together, which this one leads; the others `train_as_follower`.
    Whatever happens, the run's status tells how it ended. Raises SentimentError.
    """
    report = Reporter(run, listener)
    wait_for_turn(run, lambda place: listener and listener(Status("queued", f"In line, {place}")))
    run.reserve()
    try:
        target = output or run.model
        name = name or (output.name if output else run.id)
        destination = Output(target, name, command, weights_dtype)
        info, state, message = _train(run, report, destination, on_event, group)
        report.stage, report.progress = "Done", 1.0
        report.say(state, message)
        run.release()
        if state == "finished":
            run.drop_checkpoints()  # the model is there; nothing is left to go on with
        return info
    except KeyboardInterrupt:
        report.say("stopped", "Interrupted from the keyboard.")
        raise
    except StorageError as error:
        run.release()
        with contextlib.suppress(StorageError):  # the log may still have it, and it is seen to end
            report.say("failed", f"{error} It can be resumed from its last checkpoint.")
        raise
    except SentimentError as error:
        report.say("failed", str(error))
        raise
    except MemoryError as error:
        report.say("failed", "Out of memory. Choose fewer units, a smaller batch or vocabulary.")
        raise RunError(
            "The machine ran out of memory. Lower batch_size, hidden_size or max_words."
        ) from error
    except Exception as error:
        report.say("failed", f"An error of ours: {error!r}. The run's log has the details.")
        raise


def _train(
    run: Run,
    report: Reporter,
    output: Output,
    on_event: Callable[[Event], None] | None,
    group: ProcessGroup,
) -> tuple[ModelInfo, RunState, str]:
    recipe = run.recipe()
    require(
        recipe.training.batch_size >= group.world_size,
        f"batch_size is {recipe.training.batch_size}, too small for {group.world_size} processes, "
        "each of which reads a share of every batch.",
    )
    device = device_for(recipe.training.device)
    corpus = prepare(recipe.source, recipe.prepare, recipe.table, progress=report.at)
    group.broadcast(json.dumps([recipe.to_json(), corpus.fingerprint]).encode())
    datasets = _datasets(corpus, recipe, report.at, run.folder)
    for split, dataset in datasets.items():
        if not len(dataset):
            raise CorpusError(
                f"The {split.title} part of {corpus.name} is empty ({len(corpus)} reviews in "
                "all). Training needs at least ten reviews of each label; loosen the cutoffs or "
                "add reviews."
            )

    require_memory(recipe, len(corpus.vocabulary))
    torch.manual_seed(recipe.training.seed)
    network = new_network(recipe.network, len(corpus.vocabulary))
    planned = recipe.training.epochs * math.ceil(
        len(datasets[Split.TRAIN]) / recipe.training.batch_size
    )
    pinned = PinnedReviews(run.folder, recipe.pinned, corpus.vocabulary, recipe.sequence, planned)
    initialization = RANDOM
    if isinstance(network, SentimentClassifier):
        initialization = initialize_network(network, corpus, recipe.training, report.at)
    network.to(device)
    finished = _fit(run, network, datasets, recipe.training, pinned, report, on_event, group)
    record = training_record(
        recipe,
        corpus,
        network,
        run.events(),
        command=output.command,
        initialization=initialization,
        hardware=hardware_of(device, group),
        precision=precision_of(network, recipe.training, device),
    )
    info = measure_and_save(network, corpus, recipe, datasets, record, output, report.at)
    if not finished:
        return info, "stopped", "Stopped on request; the best epoch so far was kept."
    return info, "finished", record.stop_reason


def _fit(
    run: Run,
    network: Network,
    datasets: dict[Split, ReviewDataset],
    config: TrainConfig,
    pinned: PinnedReviews,
    report: Reporter,
    on_event: Callable[[Event], None] | None,
    group: ProcessGroup,
) -> bool:
    """Train, from the run's last checkpoint if it has one; False if it was asked to stop."""
    state = FitState.new(network, config) if isinstance(network, SentimentClassifier) else None
    resumed = state is not None and load_checkpoint(run.checkpoints, state, group)
    run.rewind(*(state.step, state.epoch) if state and resumed else (0, 1))
    forget_after(run.folder, state.step if state and resumed else -1)
    if state and not resumed:
        pinned.record(state.averaged_network.eval(), 0)
    events = _fitting(state or network, datasets, config, group)
    saved = time.monotonic()
    report.at("Training", 0, 1)
    for event in events:
        run.append(event)
        if on_event:
            on_event(event)
        if isinstance(event, StepEvent):
            report.at("Training", event.progress, 1)
        stopping = group.broadcast_flag(run.stop_requested())
        due = isinstance(event, EpochEvent) or time.monotonic() - saved >= CHECKPOINT_SECONDS
        saving = _saving(state, not isinstance(event, EndEvent) and (due or stopping), group)
        if state and (saving or pinned.due(state.step)):
            pinned.record(state.averaged_network.eval(), state.step)
        if state and saving:
            save_checkpoint(run.checkpoints, state, event.seconds)
            saved = time.monotonic()
        if stopping:
            events.close()
            return isinstance(event, EndEvent)
    return True


def _saving(state: FitState | None, wanted: bool, group: ProcessGroup) -> bool:
    """Whether the leader wants to save now; then everybody's random state is at hand."""
    saving = group.broadcast_flag(wanted)
    if state and saving:
        state.rng_states = group.all_gather(torch.get_rng_state())
    return saving


def _fitting(
    subject: FitState | Network,
    datasets: dict[Split, ReviewDataset],
    config: TrainConfig,
    group: ProcessGroup = SINGLE_PROCESS,
) -> Generator[Event]:
    """The events of the one way of fitting that suits what is to be fitted."""
    train, valid = datasets[Split.TRAIN], datasets[Split.VALID]
    if isinstance(subject, BagOfWords):
        yield from fit_bag_of_words(subject, train, valid, config)
    elif isinstance(subject, FitState):
        batches = training_batches(train, config.batch_size, config.seed, group.shard)
        yield from fit(subject, batches, scoring_batches(valid, share=group.shard), config, group)


def train_as_follower(group: ProcessGroup) -> None:
    """Train with a leader that carries out a run, on this machine or another.

    Keeps no folder but the prepared corpus. Raises SentimentError.
    """
    settings, fingerprint = json.loads(group.broadcast(b""))
    recipe = Recipe.from_json(settings)
    corpus = prepare(recipe.source, recipe.prepare, recipe.table)
    if corpus.fingerprint != fingerprint:
        raise CorpusError(
            f"{recipe.source} holds other reviews here ({platform.node()}) than on the machine "
            "that leads the training. Copy the same file to every machine."
        )
    torch.manual_seed(recipe.training.seed)
    network = new_network(recipe.network, len(corpus.vocabulary))
    if not isinstance(network, SentimentClassifier):
        return  # the leader needs no help
    initialize_network(network, corpus, recipe.training, lambda *_: None)
    network.to(device_for(recipe.training.device))
    state = FitState.new(network, recipe.training)
    torch.manual_seed(recipe.training.seed + group.rank)  # for dropout of its own
    load_checkpoint(Path(), state, group)
    # From here on in step with the leader's `_fit`: what it asks the group, this asks too.
    datasets = _datasets(corpus, recipe, lambda *_: None)
    for _ in _fitting(state, datasets, recipe.training, group):
        stopping = group.broadcast_flag(False)
        _saving(state, False, group)
        if stopping:
            break


def _datasets(
    corpus: PreparedCorpus, recipe: Recipe, progress: StageProgress, keep: Path | None = None
) -> dict[Split, ReviewDataset]:
    parts = (Split.VALID, Split.TEST)
    return {
        Split.TRAIN: build_training_set(corpus, recipe, progress, keep),
        **{split: ReviewDataset.of(corpus, split, recipe.sequence) for split in parts},
    }
