"""A whole run: prepare, train, evaluate, save; progress is reported to the run's table."""

import contextlib
import json
import math
import platform
import time
from collections.abc import Callable, Generator
from pathlib import Path

import torch

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset, scoring_batches, training_batches
from sentiment.dataset.classes import require_all_classes
from sentiment.dataset.prepare_report import NEW_SPLITS
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.errors import CorpusError, RunError, SentimentError, StorageError
from sentiment.networks.bag_of_words import BagOfWords
from sentiment.networks.build import output_for
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.precision import uses_bfloat16
from sentiment.progress import StageProgress
from sentiment.runs.event_log import PartsEvent
from sentiment.runs.finalize import Output, measure_and_save
from sentiment.runs.launch import wait_for_turn
from sentiment.runs.pinned import PinnedReviews, delete_after
from sentiment.runs.queue import RunState
from sentiment.runs.reporter import Reporter
from sentiment.runs.run import Run, Status
from sentiment.runs.training_record import hardware_of, precision_of, training_record
from sentiment.settings import named, require
from sentiment.training.checkpoints import load_checkpoint, save_checkpoint
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.distributed import SINGLE_PROCESS, ProcessGroup, device_for
from sentiment.training.events import EndEvent, EpochEvent, Event, StepEvent
from sentiment.training.fit import fit
from sentiment.training.fit_bag_of_words import fit_bag_of_words
from sentiment.training.initialization import (
    initialize_network,
    prepare_reviews,
    random_network,
)
from sentiment.training.memory_requirement import require_memory
from sentiment.training.starting_model import RANDOM
from sentiment.training.state import FitState
from sentiment.training.training_set import build_training_set

CHECKPOINT_SECONDS = 30.0  # between checkpoints: about the most work a kill can cost


def train(
    run: Run,
    *,
    output: Path | None = None,
    name: str = "",
    command: str = "",
    weights_dtype: torch.dtype | None = None,
    listener: Callable[[Status], None] | None = None,
    on_event: Callable[[Event | PartsEvent], None] | None = None,
    group: ProcessGroup = SINGLE_PROCESS,
) -> ModelInfo:
    """Train `run` and write its model to `output`, or into the run's folder.

    name: on the model card; by default that of the folder or of the run.
    command: shell command that repeats the training, for the model card.
    group: the processes that train together, with this one as leader; the others call
    `train_follower`.
    The run's status records how it ended, also after an error. Raises SentimentError.
    """
    reporter = Reporter(run, listener)
    wait_for_turn(
        run,
        lambda position: listener and listener(Status("queued", f"Queued, position {position}")),
    )
    run.reserve_disk_space()
    try:
        target = output or run.model
        name = name or (output.name if output else run.id)
        destination = Output(target, name, command, weights_dtype)
        info, state, message = _train(run, reporter, destination, on_event, group)
        reporter.stage, reporter.progress = "Done", 1.0
        reporter.set_state(state, message)
        run.release_disk_space()
        if state == "finished":
            run.delete_checkpoints()  # the model is saved; there is nothing left to resume
        return info
    except KeyboardInterrupt:
        reporter.set_state("stopped", "Interrupted from the keyboard.")
        raise
    except StorageError as error:
        run.release_disk_space()
        with contextlib.suppress(StorageError):  # if the disk is full: the log has the message
            reporter.set_state("failed", f"{error} Resume the run from its last checkpoint.")
        raise
    except SentimentError as error:
        reporter.set_state("failed", str(error))
        raise
    except MemoryError as error:
        message = "Out of memory. Lower batch_size, hidden_size or max_words."
        reporter.set_state("failed", message)
        raise RunError(message) from error
    except Exception as error:
        reporter.set_state("failed", f"Internal error: {error!r}. The run's log has the details.")
        raise


def _train(
    run: Run,
    reporter: Reporter,
    output: Output,
    on_event: Callable[[Event | PartsEvent], None] | None,
    group: ProcessGroup,
) -> tuple[ModelInfo, RunState, str]:
    recipe = run.recipe()
    require(
        recipe.training.batch_size >= group.world_size,
        f"batch_size is {recipe.training.batch_size}; expected at least {group.world_size}, one "
        "review for each process.",
    )
    device = device_for(recipe.training.device)
    uses_bfloat16(recipe.training.precision, device.type)  # raises before work that takes long
    corpus = prepare_reviews(recipe, reporter.update)
    group.broadcast(json.dumps([recipe.to_json(), corpus.fingerprint]).encode())
    output_for(recipe.network, corpus.classes)  # before work that takes long
    if corpus.report.splits.keys() == {Split.TEST.title}:
        raise CorpusError(
            f"All reviews of {corpus.name} are in the test split; expected a training split. "
            "Evaluate a model on them (Compare page, or evaluate --split all). To train on them, "
            f"set {named(PrepareConfig, 'split')} to {NEW_SPLITS}."
        )
    train_labels = corpus.labels[corpus.rows(Split.TRAIN)]
    require_all_classes(train_labels, corpus.classes, f"The training split of {corpus.name}")
    parts = PartsEvent(corpus.report.splits, corpus.classes)
    run.append(parts)
    if on_event:
        on_event(parts)
    datasets = _datasets(corpus, recipe, group, reporter.update, run.folder)
    for split, dataset in datasets.items():
        if not len(dataset):
            raise CorpusError(
                f"The {split.title} split of {corpus.name} has no reviews ({len(corpus):,} were "
                "read); expected at least one. Add reviews, or set split to 8:1:1."
            )

    require_memory(recipe, len(corpus.vocabulary))
    network = random_network(recipe, corpus)
    planned_steps = recipe.training.epochs * math.ceil(
        len(datasets[Split.TRAIN]) / recipe.training.batch_size
    )
    pinned = PinnedReviews(
        run.folder,
        recipe.pinned,
        corpus.vocabulary,
        corpus.classes,
        recipe.sequence,
        planned_steps,
    )
    initialization = RANDOM
    if isinstance(network, SentimentClassifier):
        initialization = initialize_network(network, corpus, recipe.training, reporter.update)
    network.to(device)
    finished = _fit(run, network, datasets, recipe.training, pinned, reporter, on_event, group)
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
    info = measure_and_save(network, corpus, recipe, datasets, record, output, reporter.update)
    if not finished:
        return info, "stopped", "Stopped on request; the model is that of the best epoch so far."
    return info, "finished", record.stop_reason


def _fit(
    run: Run,
    network: Network,
    datasets: dict[Split, ReviewDataset],
    config: TrainConfig,
    pinned: PinnedReviews,
    reporter: Reporter,
    on_event: Callable[[Event | PartsEvent], None] | None,
    group: ProcessGroup,
) -> bool:
    """Train from the run's last checkpoint, if any; False if a stop was requested."""
    state = FitState.new(network, config) if isinstance(network, SentimentClassifier) else None
    resumed = state is not None and load_checkpoint(run.checkpoints, state, group)
    run.rewind(*(state.step, state.epoch) if state and resumed else (0, 1))
    delete_after(run.folder, state.step if state and resumed else -1)
    if state and not resumed:
        pinned.record(state.averaged_network.eval(), 0)
    events = _fit_events(state or network, datasets, config, group)
    saved = time.monotonic()
    reporter.update("Training", 0, 1)
    for event in events:
        run.append(event)
        if on_event:
            on_event(event)
        if isinstance(event, StepEvent):
            reporter.update("Training", event.progress, 1)
        stopping = group.broadcast_flag(run.stop_requested())
        due = isinstance(event, EpochEvent) or time.monotonic() - saved >= CHECKPOINT_SECONDS
        saving = _agree_to_save(state, not isinstance(event, EndEvent) and (due or stopping), group)
        if state and (saving or pinned.due(state.step)):
            pinned.record(state.averaged_network.eval(), state.step)
        if state and saving:
            save_checkpoint(run.checkpoints, state, event.seconds)
            saved = time.monotonic()
        if stopping:
            events.close()
            return isinstance(event, EndEvent)
    return True


def _agree_to_save(state: FitState | None, due: bool, group: ProcessGroup) -> bool:
    """Whether the leader saves now; if so, gather the random states of all processes first."""
    saving = group.broadcast_flag(due)
    if state and saving:
        state.rng_states = group.all_gather(torch.get_rng_state())
    return saving


def _fit_events(
    subject: FitState | Network,
    datasets: dict[Split, ReviewDataset],
    config: TrainConfig,
    group: ProcessGroup = SINGLE_PROCESS,
) -> Generator[Event]:
    """The events of `fit_bag_of_words` or `fit`, by the type of `subject`."""
    train, valid = datasets[Split.TRAIN], datasets[Split.VALID]
    if isinstance(subject, BagOfWords):
        yield from fit_bag_of_words(subject, train, valid, config)
    elif isinstance(subject, FitState):
        batches = training_batches(train, config.batch_size, config.seed, group.shard)
        yield from fit(subject, batches, scoring_batches(valid, share=group.shard), config, group)


def train_follower(group: ProcessGroup) -> None:
    """Train together with the leader of a run, on this machine or another.

    Writes nothing but the prepared corpus. Raises SentimentError.
    """
    settings, fingerprint = json.loads(group.broadcast(b""))
    recipe = Recipe.from_json(settings)
    corpus = prepare_reviews(recipe)
    if corpus.fingerprint != fingerprint:
        raise CorpusError(
            f"{recipe.source} on {platform.node()} has other reviews than on the leader's machine. "
            "Copy the same file to every machine."
        )
    # From here on in step with the leader: the same group operations in the same order.
    datasets = _datasets(corpus, recipe, group, lambda *_: None)
    network = random_network(recipe, corpus)
    if not isinstance(network, SentimentClassifier):
        return  # a bag of words is fitted by the leader alone
    initialize_network(network, corpus, recipe.training, lambda *_: None)
    network.to(device_for(recipe.training.device))
    state = FitState.new(network, recipe.training)
    # Dropout differs between processes.
    torch.manual_seed(recipe.training.seed + group.rank)
    load_checkpoint(Path(), state, group)
    for _ in _fit_events(state, datasets, recipe.training, group):
        stopping = group.broadcast_flag(False)
        _agree_to_save(state, False, group)
        if stopping:
            break


def _datasets(
    corpus: PreparedCorpus,
    recipe: Recipe,
    group: ProcessGroup,
    progress: StageProgress,
    cache: Path | None = None,
) -> dict[Split, ReviewDataset]:
    evaluated = (Split.VALID, Split.TEST)
    return {
        Split.TRAIN: build_training_set(corpus, recipe, progress, cache, group),
        **{split: ReviewDataset.of(corpus, split, recipe.sequence) for split in evaluated},
    }
