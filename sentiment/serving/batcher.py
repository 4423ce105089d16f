"""Dynamic batching: requests that arrive together are predicted in one batch.

Requests wait in one queue, in order of arrival. A free worker thread takes texts for the same model
from the front. If the queue has less than a full batch, it first waits a few milliseconds for more.
A prediction does not depend on the other texts of its batch.

The queue belongs to the event loop; only `_answers` runs in other threads.
"""

import asyncio
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sentiment.encoding.encode_text import EncodedText
from sentiment.errors import ReviewError
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.predictor import Predictor
from sentiment.serving.limits import ServingLimits
from sentiment.serving.problems import ServiceError, busy
from sentiment.wording import counted

Answer = TypeVar("Answer")
_RECENT = 0.2  # weight of the last batch in the mean time of a text


@dataclass(eq=False)
class _Job(Generic[Answer]):
    """The texts of one request, or another computation for one text."""

    predictor: Predictor
    texts: Sequence[str]
    compute: Callable[[], Answer] | None  # None: predictions for the texts
    answer: "asyncio.Future[Answer]"
    since: float  # time.monotonic()


class Batcher:
    """Queue of requests, and the threads that answer them.

    on_batch: called with the number of texts of each batch and the waiting time of each of its
    requests in seconds.
    """

    def __init__(
        self,
        limits: ServingLimits,
        workers: int,
        on_batch: Callable[[int, Sequence[float]], None] = lambda texts, waited: None,
    ):
        self.limits, self.workers, self.on_batch = limits, workers, on_batch
        self.queued = 0  # texts
        self._jobs: deque[_Job[Any]] = deque()
        self._free = workers
        self._text_seconds = 0.0  # mean time of a text in the last batches
        self._changed = asyncio.Event()  # a job has arrived, or a worker is free
        self._running: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answer requests during the block."""
        self._pool = ThreadPoolExecutor(self.workers, "serve")
        dispatcher = asyncio.create_task(self._dispatch())
        try:
            yield
        finally:
            dispatcher.cancel()
            for job in self._jobs:
                if not job.answer.done():
                    job.answer.set_exception(_ending())
            self._pool.shutdown(wait=False, cancel_futures=True)
            await asyncio.gather(*self._running)

    async def predict(self, predictor: Predictor, texts: Sequence[str]) -> list[Prediction]:
        """A Prediction for each text.

        Raises ReviewError for a text without words, ServiceError if the queue is full or after
        `max_seconds`.
        """
        return await self._answer(predictor, texts, None)

    async def compute(
        self, predictor: Predictor, text: str, compute: Callable[[], Answer]
    ) -> Answer:
        """The result of another computation for one text, which waits in the same queue."""
        return await self._answer(predictor, [text], compute)

    async def _answer(
        self, predictor: Predictor, texts: Sequence[str], compute: Callable[[], Answer] | None
    ) -> Any:
        if self.queued + len(texts) > self.limits.max_queue:
            raise busy(
                f"The queue is full: {counted(self.queued, 'text')} of at most "
                f"{self.limits.max_queue:,} are waiting. Send the request again later.",
                self.seconds_to_wait,
            )
        answer = asyncio.get_running_loop().create_future()
        job = _Job(predictor, texts, compute, answer, time.monotonic())
        self._jobs.append(job)
        self.queued += len(texts)
        self._changed.set()
        try:
            async with asyncio.timeout(self.limits.max_seconds):
                return await answer
        except TimeoutError:
            raise ServiceError(
                504,
                "timeout",
                f"No answer within {self.limits.max_seconds:g} s, because the server is busy. Send "
                "the request again later, or fewer texts at once.",
            ) from None
        finally:  # also when the client disconnects
            if job in self._jobs:
                self._jobs.remove(job)
                self.queued -= len(texts)

    @property
    def seconds_to_wait(self) -> int:
        """Estimated whole seconds until the queue is empty, at the recent speed."""
        return max(1, min(60, math.ceil(self.queued * self._text_seconds / self.workers)))

    async def _dispatch(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            while self._jobs and self._free:
                oldest = self._jobs[0]
                pause = oldest.since + self.limits.window_ms / 1e3 - time.monotonic()
                if pause > 0 and self.queued < self.limits.max_batch:
                    await asyncio.sleep(pause)
                    continue  # the client may have disconnected
                task = asyncio.create_task(self._run(self._take()))
                self._free -= 1
                self._running.add(task)
                task.add_done_callback(self._running.discard)

    def _take(self) -> list[_Job[Any]]:
        """Remove the jobs of the next batch from the queue: an equal share for each free worker."""
        most = min(self.limits.max_batch, math.ceil(self.queued / self._free))
        first = self._jobs[0]
        taken, texts = [first], len(first.texts)
        if first.compute is None:
            for job in list(self._jobs)[1:]:
                if texts + len(job.texts) > most:
                    break
                if job.predictor is first.predictor and job.compute is None:
                    taken.append(job)
                    texts += len(job.texts)
        for job in taken:
            self._jobs.remove(job)
        self.queued -= texts
        return taken

    async def _run(self, jobs: list[_Job[Any]]) -> None:
        started, texts = time.monotonic(), sum(len(job.texts) for job in jobs)
        self.on_batch(texts, [started - job.since for job in jobs])
        loop = asyncio.get_running_loop()
        try:
            answers = await loop.run_in_executor(self._pool, _answers, jobs)
        except (RuntimeError, asyncio.CancelledError):  # the pool has been shut down
            answers = [_ending() for _ in jobs]
        seconds = (time.monotonic() - started) / texts
        self._text_seconds += _RECENT * (seconds - self._text_seconds)
        self._free += 1
        self._changed.set()
        for job, answer in zip(jobs, answers, strict=True):
            if job.answer.done():  # disconnected or timed out
                continue
            if isinstance(answer, Exception):
                job.answer.set_exception(answer)
            else:
                job.answer.set_result(answer)


def _ending() -> ServiceError:
    return busy("The server is ending. Send the request again later.", 5)


def _answers(jobs: Sequence[_Job[Any]]) -> list[Any]:
    """The answer of each job, or its exception. Runs in a worker thread."""
    if (compute := jobs[0].compute) is not None:  # such a job is alone in its batch
        try:
            return [compute()]
        except Exception as error:
            return [error]
    return answers_of(jobs[0].predictor, [job.texts for job in jobs])


def answers_of(
    predictor: Predictor, requests: Sequence[Sequence[str]]
) -> list[list[Prediction] | Exception]:
    """Predictions for the texts of each request, or its exception."""
    encoded: list[list[EncodedText] | Exception] = []
    for texts in requests:
        try:
            encoded.append(_encoded(predictor, texts))
        except Exception as error:
            encoded.append(error)
    valid = [one for one in encoded if not isinstance(one, Exception)]
    try:
        found = predictor.predict_encoded([text for texts in valid for text in texts])
    except Exception as error:
        if len(requests) > 1:  # alone, only the cause fails
            return [answer for texts in requests for answer in answers_of(predictor, [texts])]
        return [error]
    return [one if isinstance(one, Exception) else [next(found) for _ in one] for one in encoded]


def _encoded(predictor: Predictor, texts: Sequence[str]) -> list[EncodedText]:
    encoded = []
    for number, text in enumerate(texts):
        try:
            encoded.append(predictor.encode(text))
        except ReviewError as error:
            raise ReviewError(f"inputs[{number}]: {error}" if len(texts) > 1 else str(error)) from (
                error
            )
    return encoded
