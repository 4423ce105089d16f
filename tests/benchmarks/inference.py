"""How fast the default model answers, by itself and in bulk."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from sentiment.scoring.score import CHUNK_ROWS
from tests.benchmarks.measure import Row, seconds_of, side_by_side

if TYPE_CHECKING:
    from sentiment.inspection.predictor import Predictor

WORDS = 230
TABLE = 8 * CHUNK_ROWS  # reviews of a file: work for each core
PLAIN = 200  # of these, predicted plainly
BULK = 1_000  # reviews, as long as those of the test split


def inference() -> Iterator[Row]:
    import torch

    from sentiment.dataset.batches import ReviewDataset
    from sentiment.evaluation.predictions import TestPredictions
    from sentiment.inspection.predictor import Predictor
    from sentiment.networks.inference import probabilities
    from sentiment.networks.model_folder import DEFAULT_MODEL, ModelInfo, model_folder

    info = ModelInfo.read(model_folder(DEFAULT_MODEL))
    loading = [seconds_of(info.load) for _ in range(5)]
    load = statistics.median(loading)
    yield Row(f"load {info.name}", load, "itself", 1, "≤ 0.5 s", load <= 0.5)

    predictor = Predictor(*info.load(), info.sequence, info.classes)
    order = np.random.default_rng(0)
    words = predictor.vocabulary.words[2:2_000]
    texts = iter([" ".join(order.choice(words, WORDS)) for _ in range(200)])
    verdict, ratio = side_by_side(
        lambda: predictor.predict([next(texts)]), lambda: predictor.trace(next(texts)), 40
    )
    yield Row("a typed review, verdict", verdict, "its trace", ratio, "≤ 15 ms", verdict <= 0.015)
    trace = verdict * ratio
    yield Row("a typed review, trace", trace, "its verdict", 1 / ratio, "≤ 40 ms", trace <= 0.04)

    # Made-up reviews, as long as the real ones of the test split.
    predictions = TestPredictions.load(model_folder("compare-lstm"))
    assert predictions is not None
    known = predictions.lengths
    lengths = order.choice(known, BULK)
    ids = order.integers(2, len(predictor.vocabulary), lengths.sum())
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    labels = np.zeros(BULK, np.int8)
    dataset = ReviewDataset(ids, offsets, labels, np.arange(BULK), info.sequence)
    padded = torch.zeros(BULK, info.sequence.sequence_length, dtype=torch.long)
    for row, item in zip(padded, range(BULK), strict=True):
        review = torch.from_numpy(dataset[item][0])
        row[: len(review)] = review
    counts = torch.from_numpy(np.minimum(lengths, info.sequence.sequence_length)).long()

    @torch.inference_mode()
    def plainly() -> None:
        for start in range(0, BULK, 50):
            predictor.network(padded[start : start + 50], counts[start : start + 50])

    seconds, ratio = side_by_side(
        lambda: probabilities(predictor.network, dataset, precision="auto"), plainly, 3
    )
    yield Row("bulk, a review", seconds / BULK, "padded, batches of 50", ratio, "≥ 3×", ratio >= 3)
    many = order.choice(known, TABLE)
    yield from _table(predictor, [" ".join(order.choice(words, n)) for n in many])


def _table(predictor: "Predictor", texts: list[str]) -> Iterator[Row]:
    """A file of reviews, against encoding and padding each to the sequence length.

    Both with all cores: torch uses them in the plain loop.
    """
    import torch

    from sentiment.corpus.whole_rows import whole_table
    from sentiment.scoring.score import scored_rows

    @torch.inference_mode()
    def plainly() -> None:
        for start in range(0, PLAIN, 50):
            encoded = [predictor.encode(text) for text in texts[start : start + 50]]
            rows = torch.from_numpy(np.stack([one.row for one in encoded])).long()
            predictor.network(rows, torch.tensor([len(one.kept) for one in encoded]))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reviews.txt"
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        table = whole_table(path)
        seconds, ratio = side_by_side(
            lambda: list(scored_rows(predictor, table, predictor.sequence)), plainly, 3
        )
    each = ratio * TABLE / PLAIN  # per review
    yield Row(
        "a table, a review", seconds / TABLE, "padded, batches of 50", each, "≥ 4×", each >= 4
    )
