"""Limits of the service; each is an option of `serve`."""

from dataclasses import dataclass

from sentiment.corpus import limits
from sentiment.settings import Settings, setting


@dataclass(frozen=True)
class ServingLimits(Settings):
    """Limits of one request, and of all requests together."""

    max_texts: int = setting(128, "Texts of a request", "Texts in one request.", low=1, high=10_000)
    max_characters: int = setting(
        100_000,
        "Characters of a text",
        "Characters of one text.",
        low=1,
        high=limits.LIMITS.text_characters,
    )
    max_body_bytes: int = setting(
        2_000_000, "Bytes of a request", "Bytes of one request.", low=1_000, high=100_000_000
    )
    max_held_bytes: int = setting(
        64_000_000,
        "Bytes of all requests",
        "Bytes of all unanswered requests.",
        low=1_000,
        high=10_000_000_000,
    )
    max_queue: int = setting(
        1_024, "Queue (texts)", "Texts that may wait at once.", low=1, high=1_000_000
    )
    max_seconds: float = setting(
        30.0,
        "Time (seconds)",
        "Seconds until a request must have arrived, and then until its answer.",
        low=0.01,
        high=3_600,
    )
    max_trace_values: int = setting(
        500_000,
        "Values of a trace",
        "Values of gates and states in the answer of /trace: words × units × quantities.",
        low=1_000,
        high=100_000_000,
    )
    max_batch: int = setting(
        64, "Batch (texts)", "Texts that are predicted together.", low=1, high=1_024
    )
    window_ms: float = setting(
        3.0,
        "Batching window (ms)",
        "Longest time in milliseconds that a free core waits for more texts. 0: no wait.",
        low=0,
        high=1_000,
    )
