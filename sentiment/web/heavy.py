"""Pool for heavy work, which takes seconds: one bounded pool for all sessions.

Only a few jobs of the pool compute at a time, so that other controls stay fast. The jobs take
turns, so that short ones need not wait for long ones; further jobs are queued. A session has at
most one job, because its script waits for it. If two sessions need the same result, one job
computes it. A job ends when no session waits for it. While a network trains, or in the hosted
mode, jobs have the lowest priority.
"""

import contextlib
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import add_script_run_ctx, get_script_run_ctx

from sentiment import workspace
from sentiment.progress import StageProgress
from sentiment.runs.run import all_runs

COMPUTING = max(1, (os.cpu_count() or 2) // 2)  # jobs at a time
POOL = 4 * COMPUTING  # jobs that take turns
TURN = 0.3  # seconds
REDRAW = 0.5  # seconds
LOWEST_PRIORITY = 19

Result = TypeVar("Result")


class Turns:
    """Lets a few threads compute at a time, in the order in which they ask."""

    def __init__(self, computing: int):
        self.free, self.waiting = computing, deque[object]()
        self.changed = threading.Condition()

    def take(self) -> None:
        place = object()
        with self.changed:
            self.waiting.append(place)
            self.changed.wait_for(lambda: self.free and self.waiting[0] is place)
            self.waiting.popleft()
            self.free -= 1
            self.changed.notify_all()

    def give_back(self) -> None:
        with self.changed:
            self.free += 1
            self.changed.notify_all()


class _Unwanted(BaseException):
    """Raised in a job that no session waits for, to end it."""


class _Job:
    def __init__(self, work: Callable[[StageProgress], Any]):
        self.work = work
        self.context = get_script_run_ctx(suppress_warning=True)  # of the visitor who asks first
        self.sessions = 0  # that wait for it
        self.started = False
        self.progress: tuple[str, int, int] | None = None
        self.since = 0.0  # of the turn
        self.future: Future[Any] = Future()

    def run(self) -> Any:
        self.started = True
        if self.context:  # the work reads and writes the files of this visitor
            add_script_run_ctx(threading.current_thread(), self.context)
        _turns.take()
        self.since = time.monotonic()
        try:
            return self.work(self.report)
        finally:
            _turns.give_back()

    def report(self, stage: str, done: int, total: int) -> None:
        """Store the progress; after TURN seconds, let the next job compute. The work calls it."""
        self.progress = stage, done, total
        if not self.sessions:
            raise _Unwanted
        if _turns.waiting and time.monotonic() - self.since > TURN:
            _turns.give_back()
            _turns.take()
            self.since = time.monotonic()

    def shown(self) -> tuple[float, str]:
        """The share done and a text for the progress bar."""
        if not self.started:
            return 0.0, f"Queued (position {_position(self)})"
        if self.progress is None:
            return 0.0, "Computing"
        stage, done, total = self.progress
        return min(done / max(total, 1), 1.0), f"{stage}: {done:,} of {total:,}"


_turns = Turns(COMPUTING)
_jobs: dict[Hashable, _Job] = {}  # in the order in which they were asked for
_lock = threading.Lock()


def run(key: Hashable, work: Callable[[StageProgress], Result]) -> Result:
    """Run `work` in the pool under a progress bar and return its result; `key` identifies the job.

    Two sessions with the same key share one job, so the key must name the content or the folder
    that `work` depends on. `work` must not draw on the page. It ends at its next report of progress
    if the visitor changes a control or leaves.
    """
    training = workspace.hosted() or any(one.status().active for one in all_runs())
    with _lock:
        known = _jobs.get(key)
        job = known or _jobs.setdefault(key, _Job(work))
        job.sessions += 1
        if known is None:
            job.future = _pool(training).submit(job.run)
    slot = st.empty()
    try:
        while wait([job.future], REDRAW).not_done:
            slot.progress(*job.shown())  # raises if the script of this session is to stop
        result: Result = job.future.result()
        return result
    finally:
        with _lock:
            job.sessions -= 1
            if not job.sessions and _jobs.get(key) is job:
                del _jobs[key]
                job.future.cancel()
        slot.empty()


def result_in(place: dict[str, Any], work: Callable[[StageProgress], Result]) -> Result:
    """The result in `place`; without one, run `work` and store its result there.

    A cached function must not draw a progress bar. So `st.cache_resource` caches an empty
    dictionary, the place of the result.
    """
    if "result" not in place:
        place["result"] = run(id(place), work)
    result: Result = place["result"]
    return result


@st.cache_resource(show_spinner=False)
def _pool(training: bool) -> ThreadPoolExecutor:
    # Two pools, since a thread may lower its priority but not raise it again.
    return ThreadPoolExecutor(POOL, "heavy", initializer=_lower_priority if training else None)


def _lower_priority() -> None:
    if sys.platform == "linux":  # elsewhere, a priority belongs to the whole process
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)


def _position(job: _Job) -> int:
    with _lock:
        queued = [one for one in _jobs.values() if not one.started]
    return queued.index(job) + 1 if job in queued else 1
