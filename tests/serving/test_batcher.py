"""Dynamic batching: an answer does not depend on its batch, and an invalid text fails only its own
request."""

import asyncio
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import torch

from sentiment.errors import ModelError, ReviewError
from sentiment.inspection.predictor import Predictor
from sentiment.networks.config import NetworkConfig
from sentiment.serving.batcher import Batcher, answers_of
from sentiment.serving.limits import ServingLimits
from sentiment.serving.problems import ServiceError
from tests.event_loop import run_coroutine
from tests.export.tiny import RATINGS, tiny_model


@pytest.fixture(scope="module")
def predictor(tmp_path_factory: pytest.TempPathFactory) -> Predictor:
    config = NetworkConfig("bilstm", 6, 5, 2, "last")
    info = tiny_model(tmp_path_factory.mktemp("model") / "stars", config, RATINGS)
    return Predictor(*info.load(), info.sequence, info.classes)


def texts_of(lengths: list[int]) -> list[str]:
    random = np.random.default_rng(0)
    return [" ".join(f"w{n}" for n in random.integers(0, 50, length)) for length in lengths]


@pytest.mark.parametrize("cut", [1, 2, 7, 24])
def test_answers_do_not_depend_on_the_batch(predictor, cut):
    texts = texts_of([1, 2, 400, 31, 250, 3, 90, 700, 33, 1, 250, 251] * 2)
    alone = [predictor.predict([text])[0] for text in texts]
    requests = [texts[start : start + cut] for start in range(0, len(texts), cut)]
    found = [one for answer in answers_of(predictor, requests) for one in answer]
    for one, other in zip(found, alone, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, rtol=0, atol=1e-6)
        assert (one.words, one.truncated) == (other.words, other.truncated)


def test_a_request_that_fails_costs_only_itself(predictor, monkeypatch):
    good, empty, broken = ["w1 w2"], ["w3", "?!"], ["w7"]
    whole = predictor.predict_encoded

    def predict_encoded(texts):
        if any(one.text == "w7" for one in texts):
            raise ModelError("not a number")
        return whole(texts)

    monkeypatch.setattr(predictor, "predict_encoded", predict_encoded)
    first, second, third, last = answers_of(predictor, [good, empty, broken, good])
    assert isinstance(second, ReviewError) and "inputs[1]" in str(second)
    assert isinstance(third, ModelError)
    assert first == last == predictor.predict(good)


def test_requests_at_once_are_predicted_together(predictor):
    batches = []

    async def crowd():
        limits = ServingLimits(window_ms=50, max_batch=16)
        batcher = Batcher(limits, 1, lambda texts, waited: batches.append(texts))
        async with batcher.running():
            asked = [batcher.predict(predictor, [text]) for text in texts_of([5] * 40)]
            answers = await asyncio.gather(*asked)
            assert batcher.queued == 0
        return answers

    answers = run_coroutine(crowd())
    assert batches == [16, 16, 8]
    alone = predictor.predict(texts_of([5] * 40))
    for (one,), other in zip(answers, alone, strict=True):
        np.testing.assert_allclose(one.probabilities, other.probabilities, rtol=0, atol=1e-6)


class Blocked:
    """A batcher whose only worker is busy until `free` is set."""

    def __init__(self, predictor: Predictor, **limits: float):
        self.predictor, self.free = predictor, threading.Event()
        self.batcher = Batcher(ServingLimits(window_ms=0, **limits), 1)

    async def __aenter__(self) -> Batcher:
        self.running = self.batcher.running()
        await self.running.__aenter__()
        work = self.batcher.compute(self.predictor, "w1", self.free.wait)
        self.first = asyncio.create_task(work)
        await asyncio.sleep(0.05)
        assert self.batcher.queued == 0  # it has begun
        return self.batcher

    async def __aexit__(self, *_: object) -> None:
        self.free.set()
        await asyncio.gather(self.first, return_exceptions=True)
        await self.running.__aexit__(None, None, None)


def test_a_full_queue_refuses_and_names_a_time(predictor):
    async def crowd():
        async with Blocked(predictor, max_queue=3) as batcher:
            waiting = asyncio.create_task(batcher.predict(predictor, ["w1", "w2"]))
            await asyncio.sleep(0)
            with pytest.raises(ServiceError) as refused:
                await batcher.predict(predictor, ["w1", "w2"])
            assert refused.value.status == 503 and refused.value.retry_after >= 1
            waiting.cancel()

    run_coroutine(crowd())


def test_time_in_the_queue_ends_and_makes_room(predictor):
    async def crowd():
        async with Blocked(predictor, max_seconds=0.2) as batcher:
            started = time.monotonic()
            with pytest.raises(ServiceError) as late:
                await batcher.predict(predictor, ["w1"])
            assert late.value.status == 504 and time.monotonic() - started >= 0.2
            assert batcher.queued == 0

    run_coroutine(crowd())


def test_texts_of_a_client_that_left_are_not_predicted(predictor):
    asked = []

    async def crowd():
        blocked = Blocked(predictor)
        async with blocked as batcher:
            batcher.on_batch = lambda texts, waited: asked.append(texts)
            gone = asyncio.create_task(batcher.predict(predictor, ["w1", "w2"]))
            stays = asyncio.create_task(batcher.predict(predictor, ["w3"]))
            await asyncio.sleep(0)
            assert batcher.queued == 3
            gone.cancel()
            await asyncio.gather(gone, return_exceptions=True)
            assert batcher.queued == 1
            blocked.free.set()
            assert len(await stays) == 1

    run_coroutine(crowd())
    assert asked == [1]


def test_who_waits_when_the_service_ends_gets_an_answer(predictor):
    async def crowd():
        async with Blocked(predictor) as batcher:
            other = Predictor(predictor.network, predictor.vocabulary, predictor.sequence, RATINGS)
            taken = asyncio.create_task(batcher.predict(predictor, ["w1"]))
            waiting = asyncio.create_task(batcher.predict(other, ["w1"]))
            await asyncio.sleep(0)
        await asyncio.gather(taken, return_exceptions=True)
        with pytest.raises(ServiceError) as ended:
            await waiting
        assert ended.value.status == 503

    run_coroutine(crowd())


def test_models_are_not_mixed(predictor, tmp_path: Path):
    torch.manual_seed(1)
    info = tiny_model(tmp_path / "other", NetworkConfig("lstm", 7, 20, 1, "max"), RATINGS)
    other = Predictor(*info.load(), info.sequence, info.classes)

    async def crowd():
        batcher = Batcher(ServingLimits(window_ms=50), 2)
        async with batcher.running():
            return await asyncio.gather(
                *(batcher.predict(model, ["w1 w2"]) for model in [predictor, other] * 5)
            )

    for (answer,), model in zip(run_coroutine(crowd()), [predictor, other] * 5, strict=True):
        expected = model.predict(["w1 w2"])[0].probabilities
        np.testing.assert_allclose(answer.probabilities, expected, rtol=0, atol=1e-6)
