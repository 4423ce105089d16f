"""Many visitors at once while a network trains, over the websocket protocol.

Each visitor opens page after page and changes a control every `PAUSE` seconds. Light controls only
draw what is known; heavy ones make a network compute for seconds. A row is one page: the median of
its reruns, against the same page with one visitor; then their 95th percentile, the bytes of one
rerun, and the errors.
"""

import asyncio
import itertools
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.measure import Row
from tests.benchmarks.websocket_session import Answer, Visitor

PAUSE = 1.0  # seconds between an answer and the next change
VISITORS = {10: 1.0, 50: 5.0}  # at once: seconds within which 95% of the light reruns are done
SECONDS = 60.0  # of each crowd
ALONE = 15.0  # seconds of training without visitors, before and after each crowd
RERUNS = 2_000  # after which the memory of the server is measured
MEMORY = 1.2e9  # bytes
SLOWDOWN = 0.1  # of the training
HEAVY_EVERY = 10  # changes of a visitor
CHANGES = 3  # of each control, before the next page
NUMBERS = itertools.count()  # of all tallies: a text that was sent before would only be looked up


@dataclass(frozen=True)
class Step:
    """A page to open, by its path and link, and a control on it to change."""

    title: str
    page: str
    link: dict[str, str]
    key: str = ""  # of the control; none: the page is only opened
    values: tuple[Any, ...] = ()  # in turn; {n} in a text is a new number each time


SENTENCE = "the cast is great and the camera work is lovely but story {n} is dull "
REVIEW = SENTENCE * 3
LIGHT = (
    Step("Home", "", {}),
    Step("Inspect, Gates", "inspect", {}, "quantity", ("cell state", "hidden state")),
    Step("Inspect, new text", "inspect", {}, "text", (REVIEW,)),
    Step("Inspect, Step by step", "inspect", {"view": "Step by step"}, "unit", (3, 4)),
    Step(
        "Inspect, Memory",
        "inspect",
        {"view": "Memory", "model": "imdb-bilstm"},
        "layer",
        ("layer 1, forward", "layer 1, backward"),
    ),
    Step("Explore, Lengths", "explore", {}, "min_length", (10, 20, 30)),
    Step(
        "Explore, Sequence length",
        "explore",
        {"explore_view": "Sequence length"},
        "sequence_length",
        (100, 200, 300),
    ),
    Step(
        "Explore, Vocabulary",
        "explore",
        {"explore_view": "Vocabulary"},
        "max_words",
        (5_000, 9_000),
    ),
    Step("Explore, Batches", "explore", {"explore_view": "Batches"}, "batch", (1, 2, 3)),
    Step("Reviews", "reviews", {"corpus": "Sample"}, "search", ("wonderful", "dull", "the end")),
    Step("Compare", "compare", {}, "first", ("gru", "lstm")),
    Step("Train", "train", {}, "preset", ("Quick", "Sample")),
    Step("Runs", "runs", {}),
    Step("Sources", "sources", {}),
)
HEAVY = (
    Step("Which words", "inspect", {"view": "Which words"}, "text", (REVIEW,)),
    Step("Find edit", "inspect", {"view": "What if", "text": REVIEW}, "whatif_find", (True,)),
    Step("One review", "compare", {"compare_view": "One review"}, "text", (REVIEW,)),
    Step("Gradients", "memory", {}, "text", (REVIEW,)),
)
PAGES = [step.title for step in (*LIGHT, *HEAVY)]


class Tally:
    """What came back, by page."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = defaultdict(list)

    @property
    def reruns(self) -> int:
        return sum(map(len, self.answers.values()))

    async def take(self, title: str, asked: Coroutine[Any, Any, Answer]) -> None:
        try:
            answer = await asked
        except Exception as error:  # it counts, and the others go on
            answer = Answer(0.0, 0, f"{type(error).__name__}: {error}")
        self.answers[title].append(answer)

    async def make(self, visitor: Visitor, step: Step, changes: int, pause: float) -> None:
        """Open the page of a step and change its control so many times."""
        link = {name: self._new(value) for name, value in step.link.items()}
        heavy = step in HEAVY
        await self.take(
            "open the page of it" if heavy else step.title, visitor.open(step.page, **link)
        )
        for value in itertools.islice(itertools.cycle(step.values), changes if step.key else 0):
            await asyncio.sleep(pause)
            await self.take(step.title, visitor.change(step.key, self._new(value)))
        await asyncio.sleep(pause)

    def _new(self, value: Any) -> Any:
        return value.replace("{n}", str(next(NUMBERS))) if isinstance(value, str) else value


async def tour(url: str, tally: Tally, place: int, pause: float, until: Callable[[], bool]) -> None:
    """One visitor, who starts at the step of their place."""
    await asyncio.sleep(pause * (place % 10) / 10)
    visitor = Visitor(url)
    heavy = itertools.cycle(HEAVY[place % len(HEAVY) :] + HEAVY[: place % len(HEAVY)])
    light = itertools.cycle(LIGHT[place % len(LIGHT) :] + LIGHT[: place % len(LIGHT)])
    changed = place % HEAVY_EVERY
    while not until():
        await tally.make(visitor, next(light), CHANGES, pause)
        changed += CHANGES
        if changed >= HEAVY_EVERY and not until():
            await tally.make(visitor, next(heavy), 1, pause)
            changed -= HEAVY_EVERY
    await visitor.leave()


async def _alone(url: str, tally: Tally) -> None:
    """Every step once, by a single visitor."""
    visitor = Visitor(url)
    for step in (*LIGHT, *HEAVY):
        await tally.make(visitor, step, CHANGES if step in LIGHT else 1, 0.0)
    await visitor.leave()


async def _crowd(url: str, tally: Tally, visitors: int, until: Callable[[], bool]) -> None:
    async with asyncio.TaskGroup() as group:
        for place in range(visitors):
            group.create_task(tour(url, tally, place, PAUSE, until))


def load() -> Iterator[Row]:
    from tests.benchmarks.watching import endless_training, steps_a_second
    from tests.browser.driver import running_app

    os.environ.pop("SENTIMENT_ARCHIVE", None)
    before = os.environ["SENTIMENT_DATA"]
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder)) as app:
        server = psutil.Process(app.server.pid)
        os.environ["SENTIMENT_DATA"] = str(app.data)
        try:
            with endless_training() as run:
                alone, done = Tally(), 0
                asyncio.run(_alone(app.url, Tally()))  # loads models and corpora
                asyncio.run(_alone(app.url, alone))
                yield from _rows(alone, alone, "1 session")
                for visitors, most in VISITORS.items():
                    quiet = steps_a_second(run, lambda: time.sleep(ALONE))
                    tally, cpu, started = Tally(), _cpu(server), time.monotonic()
                    own, ends = _cpu(psutil.Process()), started + SECONDS

                    def crowd(
                        tally: Tally = tally, number: int = visitors, at: float = ends
                    ) -> None:
                        asyncio.run(_crowd(app.url, tally, number, lambda: time.monotonic() > at))

                    busy = steps_a_second(run, crowd)
                    cpu, taken = _cpu(server) - cpu, time.monotonic() - started
                    own = (_cpu(psutil.Process()) - own) / taken  # it shares the cores
                    quiet = (quiet + steps_a_second(run, lambda: time.sleep(ALONE))) / 2
                    what = f"{visitors} sessions"
                    yield from _rows(tally, alone, what)
                    yield _total(tally, alone, what, most)
                    each = cpu / tally.reruns
                    target = f"{tally.reruns / taken:.1f} reruns/s, {cpu / taken:.0%} of a core"
                    yield Row(f"{what}: CPU of a rerun", each, "", 1, target, None)
                    slower = 1 - busy / quiet
                    target = (
                        f"costs ≤ {SLOWDOWN:.0%}: {slower:.1%}; the visitors: {own:.0%} of a core"
                    )
                    yield Row(
                        f"{what}: training, a step",
                        1 / busy,
                        "no session",
                        busy / quiet,
                        target,
                        slower <= SLOWDOWN,
                    )
                    done += tally.reruns
                if done < RERUNS:
                    tally, left = Tally(), RERUNS - done
                    asyncio.run(_crowd(app.url, tally, 10, lambda: tally.reruns >= left))
                    done += tally.reruns
                memory = server.memory_info().rss
                target = f"≤ {MEMORY / 1e6:,.0f} MB: {memory / 1e6:,.0f} MB"
                yield Row(f"memory after {done:,} reruns", 0, "", 1, target, memory <= MEMORY)
        finally:
            os.environ["SENTIMENT_DATA"] = before


def _cpu(server: psutil.Process) -> float:
    times = server.cpu_times()
    return times.user + times.system


def _rows(tally: Tally, alone: Tally, what: str) -> Iterator[Row]:
    for title in PAGES:
        if answers := tally.answers[title]:
            middle = statistics.median(one.seconds for one in answers)
            before = statistics.median(one.seconds for one in alone.answers[title])
            row = f"{what}: {'heavy, ' if title in PAGES[len(LIGHT) :] else ''}{title}"
            yield Row(row, middle, "1 session", before / max(middle, 1e-9), _spread(answers), None)


def _total(tally: Tally, alone: Tally, what: str, most: float) -> Row:
    light, one = (
        [answer for step in LIGHT for answer in of.answers[step.title]] for of in (tally, alone)
    )
    middle = statistics.median(answer.seconds for answer in light)
    ratio = statistics.median(answer.seconds for answer in one) / middle
    errors = [
        answer.error for answers in tally.answers.values() for answer in answers if answer.error
    ]
    for error in dict.fromkeys(errors):
        print(f"{errors.count(error)} × {error[:300]}")
    met = _p95(light) <= most and not errors
    target = f"p95 ≤ {most:g} s, no errors: {_spread(light)}"
    return Row(f"{what}: light reruns", middle, "1 session", ratio, target, met)


def _spread(answers: list[Answer]) -> str:
    kilobytes = statistics.mean(answer.sent for answer in answers) / 1e3
    errors = sum(bool(answer.error) for answer in answers)
    return (
        f"p95 {_p95(answers):.2f} s of {len(answers)}, {kilobytes:.0f} KB each"
        + f", {errors} errors" * bool(errors)
    )


def _p95(answers: list[Answer]) -> float:
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
