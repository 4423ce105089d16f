"""How things are measured side by side, and what is told of them."""

import contextlib
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Row:
    what: str
    seconds: float
    against: str
    ratio: float  # of the other thing's seconds to these
    target: str
    met: bool | None  # None: there is no target


def seconds_of(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def side_by_side(
    one: Callable[[], object], other: Callable[[], object], runs: int
) -> tuple[float, float]:
    """Median seconds of `one`, and median of the ratios other / one, measured in turn."""
    one()
    other()
    pairs = [(seconds_of(one), seconds_of(other)) for _ in range(runs)]
    return (
        statistics.median(pair[0] for pair in pairs),
        statistics.median(pair[1] / pair[0] for pair in pairs),
    )


@contextlib.contextmanager
def browser_for(what: str) -> "Iterator[Browser | None]":
    """A browser to measure `what` with; where there is none, None, and that is said."""
    from playwright.sync_api import sync_playwright

    from tests.browser.driver import BrowserMissing, launch

    with sync_playwright() as playwright:
        browser = None
        try:
            browser = launch(playwright.chromium)
        except BrowserMissing as missing:
            print(f"{what} is not measured. {missing}", file=sys.stderr)
        yield browser


def received_by(page: "Page") -> list[int]:
    """The bytes of everything that the app sends to `page` from now on."""
    received: list[int] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: received.append(len(frame))),
    )
    return received
