"""The Explore page: how soon each control answers on the server, and how much that sends.

On IMDB's 100,000 reviews, from the statistics that ship, and on the sample corpus, whose texts are
here. With the archive on this machine, IMDB's texts are prepared first and are looked into as well.
"""

import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.measure import Row, browser_for, received_by, side_by_side

PROJECT = Path(__file__).resolve().parents[2]
VIEWS = ("Lengths", "Sequence length", "Vocabulary", "Batches")
CONTROLS = {  # of all views: the key on the server, the name in the browser
    "min_length": "Shortest kept",
    "sequence_length": "Sequence length",
    "max_words": "Vocabulary",
}
MOST_SECONDS, MOST_BYTES = 0.1, 300_000


def exploring() -> Iterator[Row]:
    from sentiment.corpus.sources import find_archive
    from sentiment.dataset.prepare import prepare

    if find_archive() is not None:
        prepare("imdb")
    yield from _answers()
    yield from _payloads()


def _answers() -> Iterator[Row]:
    from streamlit.testing.v1 import AppTest

    counter = itertools.count()
    empty = AppTest.from_string("import streamlit as st\nst.number_input('n', key='n')").run()

    def change(test: AppTest, key: str) -> None:
        test.number_input(key=key).set_value(next(counter) % 200 + 1).run()

    for corpus, view in itertools.product(("IMDB", "Sample"), VIEWS):
        page = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
        page.switch_page("pages/explore.py").run()
        page.selectbox(key="corpus").set_value(corpus).run()
        page.button_group(key="explore_view").set_value(view).run()
        for key, name in CONTROLS.items():
            seconds, ratio = side_by_side(
                lambda page=page, key=key: change(page, key),  # type: ignore[misc]
                lambda: change(empty, "n"),
                10,
            )
            what = f"{corpus}, {view}: {name}"
            met = seconds <= MOST_SECONDS
            yield Row(what, seconds, "empty page", ratio, "≤ 100 ms", met)


def _payloads() -> Iterator[Row]:
    """In a real browser, where there is one: the most that a change of each view makes it load."""
    import time

    from playwright.sync_api import Page, expect

    from tests.browser.driver import running_app, settled

    def largest(page: Page, url: str) -> tuple[float, int]:
        """Seconds until the page has taken a change in, median; the most bytes of one."""
        received = received_by(page)
        page.goto(url)
        settled(page)
        page.get_by_text("Cutoffs, sequence length and vocabulary", exact=True).click()
        taken, sent = [], []
        to_train = page.get_by_role("link", name="Train with these settings")
        for value, name in itertools.product((70, 90), CONTROLS.values()):
            received.clear()
            before = to_train.get_attribute("href") or ""
            field = page.get_by_role("spinbutton", name=name)
            field.fill(str(value))
            started = time.perf_counter()
            field.press("Enter")
            expect(to_train).not_to_have_attribute("href", before)
            settled(page)
            taken.append(time.perf_counter() - started)
            sent.append(sum(received))
        return sorted(taken)[len(taken) // 2], max(sent)

    with tempfile.TemporaryDirectory() as folder, browser_for("What is sent") as browser:
        if browser is None:
            return
        with running_app(Path(folder)) as app:
            for corpus, view in itertools.product(("IMDB", "Sample"), VIEWS):
                with browser.new_context() as context:
                    url = f"{app.url}/explore?corpus={corpus}&explore_view={view.replace(' ', '+')}"
                    seconds, most = largest(context.new_page(), url)
                target = f"≤ 300 KB: {most / 1e3:.0f} KB"
                what = f"{corpus}, {view}: in the browser"
                yield Row(what, seconds, "itself", 1, target, most <= MOST_BYTES)
