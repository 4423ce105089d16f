"""How fast an exported page reads a review, beside torch."""

import statistics
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np

from tests.benchmarks.measure import Row, browser_for, seconds_of

WORDS, RUNS = 100, 20
# Measured in the page, so that the way to the browser and back does not count.
READ = """text => {
    const started = performance.now()
    sentiment.predict(text)
    return (performance.now() - started) / 1000
}"""


def exported_page() -> Iterator[Row]:
    """Texts of 100 words, none seen before, in Chromium and by torch in turn, a thread each."""
    import torch

    from sentiment.export.page import model_page
    from sentiment.inspection.predictor import Predictor
    from sentiment.networks.model_folder import DEFAULT_MODEL, ModelInfo, model_folder

    info = ModelInfo.read(model_folder(DEFAULT_MODEL))
    predictor = Predictor(*info.load(), info.sequence, info.classes)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # as the app does for one review
    order = np.random.default_rng(0)
    words = predictor.vocabulary.words[2:]
    texts = [" ".join(order.choice(words, WORDS)) for _ in range(2 * RUNS)]
    with tempfile.TemporaryDirectory() as folder, browser_for("The exported page") as browser:
        if browser is None:
            return
        path = Path(folder) / "model.html"
        path.write_text(model_page(info), encoding="utf-8")
        with browser.new_context(offline=True) as context:
            page = context.new_page()
            page.goto(path.as_uri())
            page.wait_for_function("document.documentElement.dataset.turn")
            pairs = []
            for text in texts:
                read = partial(predictor.predict, [text])
                pairs.append((page.evaluate(READ, text), seconds_of(read)))
    torch.set_num_threads(threads)
    pairs = pairs[RUNS:]  # before them, the browser compiles
    seconds = statistics.median(pair[0] for pair in pairs)
    ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
    yield Row(f"exported page, {WORDS} words", seconds, "torch", ratio, "≤ 50 ms", seconds <= 0.05)
