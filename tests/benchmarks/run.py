"""`make bench`: speed, as ratios of things measured side by side in this one run.

Seconds depend on the machine and on what else it does; ratios hold. Each pair is measured in
turn, A B A B, and the median of the ratios is printed. Nothing here passes or fails.
"""

import argparse
import contextlib
import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from tests.benchmarks.exploring import exploring  # noqa: E402
from tests.benchmarks.exported_page import exported_page  # noqa: E402
from tests.benchmarks.inference import inference  # noqa: E402
from tests.benchmarks.inspecting import inspecting  # noqa: E402
from tests.benchmarks.load import load  # noqa: E402
from tests.benchmarks.measure import Row, browser_for, seconds_of, side_by_side  # noqa: E402
from tests.benchmarks.preparing import side_by_side_with_others  # noqa: E402
from tests.benchmarks.serving import serving  # noqa: E402
from tests.benchmarks.training import training  # noqa: E402
from tests.benchmarks.watching import watching  # noqa: E402

TEXT = (
    "A retired sailor returns to the island where he grew up and finds the lighthouse sold. "
    "The cast is great and the music is lovely, but I was bored after twenty minutes. "
)


def preparing() -> Iterator[Row]:
    yield from side_by_side_with_others()
    yield from _from_archive_and_cache()


def _from_archive_and_cache() -> Iterator[Row]:
    """The 50,000 labelled reviews from the archive, and from the cache."""
    from sentiment.corpus import text_files
    from sentiment.corpus.sources import find_archive
    from sentiment.dataset.prepare import prepare
    from sentiment.places import prepared_dir

    if find_archive() is None:
        print("No archive on this machine: preparing IMDB is not measured.", file=sys.stderr)
        return
    from_archive, from_cache = [], []
    for _ in range(3):
        shutil.rmtree(prepared_dir(), ignore_errors=True)
        from_archive.append(seconds_of(lambda: prepare("imdb")))
        text_files._digest.cache_clear()  # as a new process would find it: the archive is hashed
        from_cache.append(seconds_of(lambda: prepare("imdb").vocabulary))
    first, again = statistics.median(from_archive), statistics.median(from_cache)
    yield Row("prepare IMDB, archive", first, "itself", 1, "≤ 15 s", first <= 15)
    yield Row(
        "prepare IMDB, cache", again, "from the archive", first / again, "≤ 0.3 s", again <= 0.3
    )


def tracing() -> Iterator[Row]:
    """All gates at once against the textbook loop and against the plain forward pass."""
    import torch

    from sentiment.networks.build import new_classifier
    from sentiment.networks.config import NetworkConfig
    from tests.networks.stepwise import lstm_steps

    config = NetworkConfig(embedding_dim=128, hidden_size=256)
    network = new_classifier(config, 1_000).eval()
    ids = torch.randint(2, 1_000, (250,))
    length = torch.tensor([250])
    encoder = network.encoder

    def loop() -> None:
        with torch.inference_mode():
            lstm_steps(network.embedding(ids), encoder.layers[0][0])

    def forward() -> None:
        with torch.inference_mode():
            network(ids[None], length)

    seconds, ratio = side_by_side(lambda: network.trace(ids), loop, 15)
    name = "trace, 250 words, 256 units"
    yield Row(name, seconds, "cell-by-cell loop", ratio, "≥ 10×", ratio >= 10)
    seconds, ratio = side_by_side(lambda: network.trace(ids), forward, 30)
    cost = 1 / ratio
    yield Row(name, seconds, "plain forward pass", ratio, f"costs ≤ 1.5×: {cost:.2f}×", cost <= 1.5)


def reading() -> Iterator[Row]:
    """Every encoder against the LSTM of the same width, at three lengths."""
    from sentiment.evaluation.encoder_speed import STEPS, speed_table

    for result in speed_table(STEPS, repeats=3):
        layers = f" ×{result.layers}" if result.layers > 1 else ""
        name = f"{result.architecture}{layers}, {result.steps} steps, {result.precision}"
        words = result.steps * result.batch_size
        for what, speed, ratio in (
            ("forward", result.forward, result.forward_ratio),
            ("training", result.training, result.training_ratio),
        ):
            target = "claimed: 10×" if result.architecture == "indrnn" else ""
            yield Row(
                f"{name}, {what}",
                words / speed,
                "lstm",
                ratio,
                f"{speed:,.0f} words/s {target}",
                ratio >= 10 if target else None,
            )


def reruns() -> Iterator[Row]:
    """A change of each page's main control, on the server, against an empty page."""
    from streamlit.testing.v1 import AppTest

    from sentiment.corpus.sources import find_archive
    from sentiment.dataset.corpora import corpora
    from sentiment.dataset.prepare import prepare
    from sentiment.dataset.quality_findings import Findings

    def page(name: str) -> AppTest:
        test = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
        return test.switch_page(f"pages/{name}.py").run()

    empty = AppTest.from_string("import streamlit as st\nst.number_input('n', key='n')").run()
    inspect, train = page("inspect"), page("train")
    reviews, compare = page("reviews"), page("compare")
    compare.button_group(key="compare_view").set_value("One review").run()
    if find_archive() is None:
        reviews.selectbox(key="corpus").set_value("Sample").run()
    else:
        prepare("imdb")
        reviews.run()
    quality, checks = page("reviews"), ["ratings", "label-errors"]
    quality.selectbox(key="corpus").set_value(reviews.selectbox(key="corpus").value).run()
    quality.button_group(key="reviews_view").set_value("Quality").run()
    kept = corpora()[quality.selectbox(key="corpus").value]
    Findings.of(kept.open())
    quality.run()
    counter = iter(range(1, 100_000))

    def change(test: AppTest, key: str) -> None:
        test.number_input(key=key).set_value(next(counter) % 200 + 1).run()

    controls: dict[str, Callable[[], object]] = {
        "Reviews: search": lambda: (
            reviews.text_input(key="search")
            .set_value(["wonderful", "dreadful", "the end"][next(counter) % 3])
            .run()
        ),
        "Quality: another check": lambda: (
            quality.button_group(key="check").set_value(checks[next(counter) % 2]).run()
        ),
        "Train: preset": lambda: (
            train.selectbox(key="preset").set_value(["quick", "sample"][next(counter) % 2]).run()
        ),
        "Compare: a review, every model": lambda: (
            compare.text_area(key="text").set_value(f"{TEXT} {next(counter)}").run()
        ),
        "Inspect: 30 words": lambda: (
            inspect.text_area(key="text").set_value(f"{TEXT} {next(counter)}").run()
        ),
        "Inspect: 230 words": lambda: (
            inspect.text_area(key="text").set_value(f"{TEXT * 7} {next(counter)}").run()
        ),
    }
    for what, control in controls.items():
        seconds, ratio = side_by_side(control, lambda: change(empty, "n"), 10)
        yield Row(f"rerun, {what}", seconds, "empty page", ratio, "≤ 100 ms", seconds <= 0.1)


def cold_start() -> Iterator[Row]:
    """From nothing to a usable home page in a browser, against an app that shows one line."""
    from playwright.sync_api import Browser

    from tests.browser.driver import running_app

    def start(browser: Browser, script: Path) -> None:
        with (
            tempfile.TemporaryDirectory() as folder,
            running_app(Path(folder), command=["streamlit", "run", str(script)]) as app,
            browser.new_context() as context,
        ):
            page = context.new_page()
            page.goto(app.url)
            page.get_by_role("heading", name="Sentiment Lab").wait_for()
            if script == PROJECT / "app.py":
                page.get_by_role("heading", name="Positive").wait_for()  # the verdict
            ready.append(time.perf_counter())

    ready: list[float] = []
    with tempfile.TemporaryDirectory() as folder, browser_for("The cold start") as browser:
        if browser is None:
            return
        bare = Path(folder) / "bare.py"
        bare.write_text("import streamlit as st\nst.title('Sentiment Lab')\n")
        seconds: dict[Path, list[float]] = {PROJECT / "app.py": [], bare: []}
        for _ in range(4):
            for script, taken in seconds.items():
                started = time.perf_counter()
                start(browser, script)
                taken.append(ready[-1] - started)  # without the time it takes to shut down
    ours, bares = (taken[1:] for taken in seconds.values())  # the first fills the file cache
    ratios = [bare / our for our, bare in zip(ours, bares, strict=True)]
    median = statistics.median(ours)
    yield Row(
        "cold start to home",
        median,
        "one-line app",
        statistics.median(ratios),
        "≤ 3 s",
        median <= 3,
    )


PARTS = {
    "prepare": preparing,
    "trace": tracing,
    "speed": reading,
    "rerun": reruns,
    "explore": exploring,
    "inspect": inspecting,
    "train": training,
    "answer": inference,
    "page": exported_page,
    "watch": watching,
    "load": load,
    "serve": serving,
    "start": cold_start,
}


@contextlib.contextmanager
def own_data_folder() -> Iterator[None]:
    """Measure in a folder of its own, so that nothing of the user's is touched or counted."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SENTIMENT_DATA"] = folder
        yield


def main() -> None:
    logging.disable(logging.WARNING)  # streamlit warns about running without a browser
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="default: all parts")
    chosen = parser.parse_args().only or list(PARTS)
    print(f"{'what':<42}{'median':>11}  {'ratio to':<20}{'':>9}  target")
    with own_data_folder():
        for part in chosen:
            for row in PARTS[part]():
                shown = (
                    f"{row.seconds:.2f} s" if row.seconds >= 1 else f"{row.seconds * 1e3:.1f} ms"
                )
                met = {None: "", True: " (met)", False: " (MISSED)"}[row.met]
                print(
                    f"{row.what:<42}{shown:>11}  {row.against:<20}{row.ratio:>8.2f}×  "
                    f"{row.target}{met}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
