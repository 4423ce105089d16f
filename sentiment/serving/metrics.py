"""Metrics of the service for Prometheus."""

from collections.abc import Callable, Sequence

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """One registry per service."""

    def __init__(self, queued: Callable[[], int]) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "sentiment_requests",
            "Requests by endpoint and HTTP status; 499: the client disconnected",
            ["endpoint", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "sentiment_request_seconds",
            "Time from a request to its answer",
            ["endpoint"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._texts = Counter(
            "sentiment_texts", "Predicted texts by model", ["model"], registry=self.registry
        )
        self._batches = Histogram(
            "sentiment_batch_texts", "Texts in a batch", buckets=_TEXTS, registry=self.registry
        )
        self._waiting = Histogram(
            "sentiment_queue_seconds",
            "Time that requests wait in the queue",
            buckets=_SECONDS,
            registry=self.registry,
        )
        gauge = Gauge("sentiment_queued_texts", "Texts in the queue", registry=self.registry)
        gauge.set_function(queued)

    def request(self, endpoint: str, status: int, seconds: float) -> None:
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)

    def predicted(self, model: str, texts: int) -> None:
        self._texts.labels(model).inc(texts)

    def batch(self, texts: int, waited: Sequence[float]) -> None:
        self._batches.observe(texts)
        for seconds in waited:
            self._waiting.observe(seconds)

    def exposition(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
