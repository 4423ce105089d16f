"""Creates, queues, launches and resumes runs."""

import contextlib
import os
import secrets
import time
from collections.abc import Callable

from sentiment import atomic
from sentiment.errors import RunError
from sentiment.places import runs_dir
from sentiment.runs import processes
from sentiment.runs.queue import Row
from sentiment.runs.run import Run, all_runs
from sentiment.training.config import Recipe
from sentiment.training.memory_requirement import require_memory

POLL_SECONDS = 0.5  # between two looks whether it is one's turn


def create_run(recipe: Recipe) -> Run:
    """Make the folder of a new run and put it in line, owned by this process until another
    takes it over.

    A process that `torchrun` started again after a failure gets the run it had begun.
    Raises ConfigError if the machine has too little memory for it.
    """
    key = processes.launch_key()
    for run in all_runs() if key else []:
        with contextlib.suppress(OSError):
            if (run.folder / "launch_run.txt").read_text("utf-8") == key:
                return run
    require_memory(recipe)
    now = time.time()
    moment = time.strftime("%Y%m%d-%H%M%S", time.localtime(now)) + f"-{int(now % 1 * 1000):03d}"
    folder = runs_dir() / f"{moment}-{secrets.token_hex(2)}"  # sorts by time
    with atomic.new_folder(folder) as fresh:
        atomic.write_json(fresh / "recipe.json", recipe.to_json())
        if key:
            (fresh / "launch_run.txt").write_text(key, encoding="utf-8")
    run = Run(folder)
    _put_in_line(run)
    return run


def launch_run(recipe: Recipe) -> Run:
    """Start a run in a process that outlives this one; it waits until it is its turn."""
    run = create_run(recipe)
    _work_on(run)
    return run


def resume_run(run: Run) -> None:
    """Let a run that was stopped or interrupted go on from its last checkpoint.

    One that came to no checkpoint starts again. Raises RunError if it is at work or finished.
    """
    if not run.can_resume():
        state = run.status().state
        raise RunError(f"The run {run.id} cannot go on: it is {state}. Start a new one instead.")
    (run.folder / "stop").unlink(missing_ok=True)
    run.sweep()
    _put_in_line(run)
    _work_on(run)


def wait_for_turn(run: Run, waiting: Callable[[int], None] | None = None) -> None:
    """Return when `run` may start; called by the process that carries it out.

    waiting: told the place in line, 1 being the next. Raises RunError if it is cancelled.
    """
    row = run.table.get(run.id)
    if row is None or row.state not in ("queued", "running"):
        _put_in_line(run)  # carried out once more, by hand
    elif row.state == "running" and row.pid == os.getpid():
        return
    run.say("queued", "Waiting", 0.0)
    while not run.table.claim(run.id):
        if run.stop_requested():
            run.say("cancelled", "Ended", 0.0, "Cancelled before it began.")
            raise RunError(f"The run {run.id} was cancelled before it began.")
        if waiting:
            waiting(run.queue_position())
        time.sleep(POLL_SECONDS)


def _put_in_line(run: Run) -> None:
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


def _work_on(run: Run) -> None:
    try:
        pid = processes.start(["train", "--run", str(run.folder)], run.folder / "log.txt")
    except RunError as error:
        run.say("failed", "Ended", 0.0, str(error))
        raise
    # Its own process from here on, also while it has not come to say so itself.
    run.table.change(run.id, pid=pid, started=processes.start_time(pid))
