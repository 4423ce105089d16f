"""Creating, queueing, launching and resuming runs."""

import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from reprlib import repr as short
from typing import Any

from sentiment import atomic
from sentiment.dataset.corrections import corrections_with
from sentiment.errors import RunError
from sentiment.places import runs_dir
from sentiment.runs import processes
from sentiment.runs.queue import Row
from sentiment.runs.run import Run, all_runs
from sentiment.settings import require
from sentiment.stored import read_tail
from sentiment.training.config import Recipe
from sentiment.training.memory_requirement import require_memory
from sentiment.training.starting_model import require_start

POLL_SECONDS = 0.5  # between two checks of the queue


def create_run(recipe: Recipe, folder: Path | None = None) -> Run:
    """Create the folder of a new run and queue it, with this process as its own.

    folder: one that does not exist; by default one in the folder of all runs.
    A process that `torchrun` restarted after a failure gets its earlier run.
    Raises ConfigError if the machine has too little memory, CorpusError if the corrections are
    missing, ModelError if the model to start from is missing or has other word vectors.
    """
    key = processes.launch_key()
    for run in all_runs() if key else []:
        if read_tail(run.folder / "launch_run.txt", len(key) + 1) == key:
            return run
    require_memory(recipe)
    require_start(recipe.training.initialization, recipe.network)
    corrections_with(recipe.prepare.corrections)  # stores them until the run reads them
    folder = folder or _new_folder()
    with atomic.new_folder(folder) as fresh:
        atomic.write_json(fresh / "recipe.json", recipe.to_json())
        if key:
            (fresh / "launch_run.txt").write_text(key, encoding="utf-8")
    run = Run(folder)
    _enqueue(run)
    return run


def _new_folder() -> Path:
    now = time.time()
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now)) + f"-{int(now % 1 * 1000):03d}"
    return runs_dir() / f"{moment}-{secrets.token_hex(2)}"  # sorts by time


def launch_run(recipe: Recipe) -> Run:
    """Queue a run in a process that outlives this one."""
    run = create_run(recipe)
    _start_process(run)
    return run


def resume_run(run: Run) -> None:
    """Resume a stopped, failed or interrupted run from its last checkpoint, else from the start.

    Raises RunError if it is running, queued or finished.
    """
    reopen(run)
    _enqueue(run)
    _start_process(run)


def reopen(run: Run) -> None:
    """Let a run go on that ended before it finished. Raises RunError for any other."""
    run.recipe()  # the reason why it is damaged
    if not run.can_resume():
        state = run.status().state
        raise RunError(
            f"The run {run.name()} cannot be resumed: it is {state}. Start a new run instead."
        )
    (run.folder / "stop").unlink(missing_ok=True)
    run.delete_temporary_files()


def require_settings(run: Run, recipe: Recipe) -> None:
    """Raise ConfigError if the run has other settings."""
    own, given = _settings(run.recipe()), _settings(recipe)
    differing = [
        f"{place[-1]} is {short(own[place])} (given: {short(given[place])})"
        for place in own
        if own[place] != given[place]
    ]
    require(
        not differing,
        f"The run in {run.folder} has other settings: {', '.join(differing)}. Give its settings, "
        "or none, to resume it; or another folder for a new run.",
    )


def _settings(recipe: Recipe) -> dict[tuple[str, ...], Any]:
    """Each setting by its part and name."""
    parts = recipe.to_json()
    whole = {(name,): value for name, value in parts.items() if not isinstance(value, dict)}
    return whole | {
        (part, name): value
        for part, settings in parts.items()
        if isinstance(settings, dict)
        for name, value in settings.items()
    }


def wait_for_turn(run: Run, on_wait: Callable[[int], None] | None = None) -> None:
    """Block until `run` may start; called by its process.

    on_wait: called with the queue position, 1 for the next. Raises RunError if it is cancelled.
    """
    row = run.table.get(run.id)
    if row is None or row.state not in ("queued", "running"):
        _enqueue(run)  # run again from a shell
    elif row.state == "running" and row.pid == os.getpid():
        return
    run.set_status("queued", "Waiting", 0.0)
    while not run.table.claim(run.id):
        if run.stop_requested():
            run.set_status("cancelled", "Ended", 0.0, "Cancelled before it started.")
            raise RunError(f"The run {run.id} was cancelled before it started.")
        if on_wait:
            on_wait(run.queue_position())
        time.sleep(POLL_SECONDS)


def _enqueue(run: Run) -> None:
    row = run.table.get(run.id)
    pid = os.getpid()
    run.table.put(
        Row(
            id=run.id,
            name=row.name if row else "",
            queued=time.time(),
            state="queued",
            stage="Starting",
            progress=0.0,
            heartbeat=time.time(),
            pid=pid,
            started=processes.start_time(pid),
            message="",
        )
    )


def _start_process(run: Run) -> None:
    try:
        pid = processes.start(["train", "--run-folder", str(run.folder)], run.folder / "log.txt")
    except RunError as error:
        run.set_status("failed", "Ended", 0.0, str(error))
        raise
    # Before the new process reports itself.
    run.table.update(run.id, pid=pid, started=processes.start_time(pid))
