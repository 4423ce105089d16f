"""The Inspect page: how soon a control of each view answers, and how much opening a view sends.

With the default model and reviews of 250 and 2,000 words. `rerun` measures a new review.
"""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.benchmarks.measure import Row, browser_for, received_by, side_by_side

PROJECT = Path(__file__).resolve().parents[2]
SENTENCE = "the cast is great and the camera work is lovely but the story is dull "  # 15 words
WORDS = {250: 0.15, 2_000: 0.4}  # of a review -> seconds a control may take
CONTROLS = {  # of a view: the control, and two values to go between
    "Gates": ("quantity", ("cell state", "hidden state")),
    "Step by step": ("unit", (3, 4)),
    "Memory": ("ledger_units", ("all", "strongest 8")),
    "What if": ("whatif_word", (1, 2)),
    "Interventions": ("intervene_gate", ("forget gate", "input gate")),
    "Units": ("unit", (3, 4)),
    "Encoding": ("padding", ("before", "after")),
}
MOST_BYTES = 1_000_000


def review(words: int) -> str:
    return " ".join((SENTENCE * (words // 15 + 1)).split()[:words])


def inspecting() -> Iterator[Row]:
    yield from _answers()
    yield from _payloads()


def inspecting_page(text: str) -> Any:
    """The Inspect page with a review (an AppTest)."""
    from streamlit.testing.v1 import AppTest

    page = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
    page.switch_page("pages/inspect.py").run()
    page.number_input(key="length").set_value(2_000)
    page.text_area(key="text").set_value(text).run()
    return page


def control(page: Any, key: str) -> Any:
    """The element with this key."""
    kinds = (page.number_input, page.button_group, page.selectbox)
    return next(one for kind in kinds for one in kind if one.key == key)


def _answers() -> Iterator[Row]:
    from streamlit.testing.v1 import AppTest

    from tests.pages.driver import open_view as open_tab

    empty = AppTest.from_string("import streamlit as st\nst.number_input('n', key='n')").run()
    counter = itertools.count()

    def rerun_empty() -> None:
        empty.number_input(key="n").set_value(next(counter) % 9).run()

    for words, most in WORDS.items():
        page = inspecting_page(review(words))
        for view, (key, values) in CONTROLS.items():
            open_tab(page, view)

            def change(page: AppTest = page, key: str = key, values: tuple = values) -> None:
                value = values[next(counter) % 2]
                found = control(page, key)
                if key == "whatif_word":
                    value = found.options[next(counter) % len(found.options)]
                found.set_value(value).run()

            seconds, ratio = side_by_side(change, rerun_empty, 8)
            what = f"{words:,} words, {view}: {key}"
            yield Row(what, seconds, "empty page", ratio, f"≤ {1e3 * most:.0f} ms", seconds <= most)


def _payloads() -> Iterator[Row]:
    """In a real browser, where there is one: what opening a view makes it load."""
    import time

    from playwright.sync_api import expect

    from sentiment.web.inspect.views import VIEWS
    from tests.browser.driver import open_view, running_app, settled

    with tempfile.TemporaryDirectory() as folder, browser_for("What is sent") as browser:
        if browser is None:
            return
        with running_app(Path(folder)) as app, browser.new_context() as context:
            page = context.new_page()
            received = received_by(page)
            page.goto(f"{app.url}/inspect?view=Export&text={quote(review(250))}")
            settled(page)
            for view in [name for name in VIEWS if name != "Export"]:
                received.clear()
                started = time.perf_counter()
                open_view(page, view)
                expect(page.get_by_text(VIEWS[view].caption)).to_be_visible()
                settled(page)
                seconds, sent = time.perf_counter() - started, sum(received)
                target = f"≤ 1 MB: {sent / 1e3:.0f} KB"
                yield Row(f"open {view}", seconds, "itself", 1, target, sent <= MOST_BYTES)
