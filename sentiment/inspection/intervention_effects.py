"""Effects of interventions on the accuracy of a model, measured once and stored.

Torch is imported only to measure.
"""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sentiment import atomic
from sentiment.corpus.classes import Classes, predicted_labels
from sentiment.corpus.review import Split
from sentiment.corpus.table_config import TableConfig
from sentiment.errors import RunError
from sentiment.evaluation.comparison import mcnemar, p_value_text
from sentiment.evaluation.metrics import wilson_interval
from sentiment.inspection.interventions import Intervention
from sentiment.inspection.reference_corpus import (
    corpus_key,
    launch_command,
    model_fingerprint,
    open_prepared,
)
from sentiment.listing import Listing, entries, list_items, modified
from sentiment.networks.model_folder import ModelInfo
from sentiment.places import data_dir
from sentiment.progress import StageProgress, stage_of
from sentiment.runs.jobs import Job
from sentiment.stored import read_array, read_json
from sentiment.wording import percentage_points, signed

FORMAT = 2
COMMAND = "intervene"  # also the name of its job
BASELINE = "baseline.npy"  # probabilities without interventions, (reviews, classes)

_REMEDY = "Delete it and measure again."


@dataclass(frozen=True)
class Effect:
    """The effect of interventions on predictions for the test split of a corpus."""

    interventions: str
    corpus: str
    reviews: int
    before: float  # accuracy
    before_low: float  # 95% Wilson interval
    before_high: float
    after: float
    after_low: float
    after_high: float
    difference: float  # after - before
    difference_low: float  # 95% interval of the paired difference
    difference_high: float
    classes: tuple[str, ...]
    flips: tuple[int, ...]  # verdicts that flip to each class
    lost: int  # of these, correct before
    gained: int  # of these, correct after
    p_value: float  # of the exact McNemar test, two-sided
    seconds: float

    @classmethod
    def of(
        cls,
        interventions: str,
        corpus: str,
        labels: np.ndarray,
        before: np.ndarray,
        after: np.ndarray,
        classes: Classes,
        seconds: float = 0.0,
    ) -> "Effect":
        """labels: codes, (N,); before, after: probabilities, (N, classes)."""
        verdicts = predicted_labels(before), predicted_labels(after)
        correct_before, correct_after = (verdict == labels for verdict in verdicts)
        flipped = verdicts[1][verdicts[0] != verdicts[1]]
        pair, count = mcnemar(correct_after, correct_before), len(labels)
        gained, lost = pair.only_first, pair.only_second
        return cls(
            interventions=interventions,
            corpus=corpus,
            reviews=count,
            before=float(correct_before.mean()),
            **_interval("before", correct_before),
            after=float(correct_after.mean()),
            **_interval("after", correct_after),
            difference=pair.difference,
            difference_low=pair.interval[0],
            difference_high=pair.interval[1],
            classes=classes.names,
            flips=tuple(np.bincount(flipped, minlength=len(classes)).tolist()),
            lost=lost,
            gained=gained,
            p_value=pair.p_value,
            seconds=seconds,
        )

    def __post_init__(self) -> None:
        if len(self.classes) != len(self.flips):
            raise ValueError(f"it has {len(self.classes)} classes and {len(self.flips)} flips")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def finding(self) -> str:
        """The effect in sentences."""
        flipped = sum(self.flips)
        to = [
            f"{count:,} to {name}"
            for name, count in reversed(list(zip(self.classes, self.flips, strict=True)))
        ]
        accuracy = (
            f"Accuracy on {self.reviews:,} test reviews of {self.corpus}: {self.before:.1%} "
            f"before, {self.after:.1%} after: {percentage_points(self.difference, 2)} (95% "
            f"confidence interval {signed(100 * self.difference_low, '.2f')} to "
            f"{signed(100 * self.difference_high, '.2f')}). "
        )
        if not flipped:
            return accuracy + "No verdict flips."
        significant = "is not significant" if self.p_value > 0.05 else "is significant"
        return accuracy + (
            f"{flipped:,} verdicts flip, {', '.join(to[:-1])} and {to[-1]}; {self.gained:,} "
            f"become correct and {self.lost:,} wrong. The difference {significant} at the 5% "
            f"level (McNemar p {p_value_text(self.p_value)})."
        )


def _interval(name: str, right: np.ndarray) -> dict[str, float]:
    low, high = wilson_interval(int(right.sum()), len(right))
    return {f"{name}_low": low, f"{name}_high": high}


def notation(interventions: Sequence[Intervention]) -> str:
    """The interventions in one line of normalized notation."""
    return "; ".join(map(str, interventions))


def stored_effect(info: ModelInfo, corpus: str, interventions: str) -> Effect | None:
    """The stored effect, or None; corpus: its `corpus_key`. Raises RunError if it is damaged."""
    path = _folder(info, corpus) / _file(interventions)
    return _read(path) if path.exists() else None


def stored_effects(info: ModelInfo, corpus: str) -> Listing[Effect]:
    """All effects measured with this model on this corpus, newest first."""
    files = sorted(entries(_folder(info, corpus), ".json"), key=modified, reverse=True)
    return list_items("measured effect", files, _read)


def _read(path: Path) -> Effect:
    return read_json(path, Effect, RunError, _REMEDY)


def measure_effect(
    info: ModelInfo,
    source: str,
    interventions: Sequence[Intervention],
    progress: StageProgress | None = None,
    table: TableConfig | None = None,
) -> Effect:
    """The effect on the test split, stored or else measured. Raises SentimentError."""
    key, line = corpus_key(info, source, table), notation(interventions)
    if effect := stored_effect(info, key, line):
        return effect
    from sentiment.dataset.batches import ReviewDataset
    from sentiment.inspection.intervened_trace import intervened_probabilities
    from sentiment.networks.inference import probabilities

    started = time.perf_counter()
    corpus = open_prepared(info, source, progress, table)
    rows = corpus.rows(Split.TEST)
    if not len(rows):
        raise RunError(f"{corpus.name} has no test split. Choose another corpus.")
    network, vocabulary = info.load()
    dataset = ReviewDataset.of_texts(
        corpus.texts(rows),
        corpus.labels[rows],
        vocabulary,
        info.sequence,
        stage_of(progress, "Encoding"),
    )
    path = _folder(info, key) / BASELINE
    if not path.is_file():
        before = probabilities(network, dataset, stage_of(progress, "Baseline"))
        atomic.write_array(path, before)
    before = read_array(
        path, RunError, _REMEDY, shape=(len(rows), len(info.classes)), low=0, high=1
    )
    after = intervened_probabilities(
        network, dataset, interventions, stage_of(progress, "With interventions")
    )
    seconds = time.perf_counter() - started
    effect = Effect.of(line, corpus.name, dataset.labels, before, after, info.classes, seconds)
    atomic.write_json(_folder(info, key) / _file(line), effect.to_json())
    return effect


def launch_measurement(
    info: ModelInfo,
    source: str,
    interventions: Sequence[Intervention],
    table: TableConfig | None = None,
) -> None:
    """Measure in a process that outlives the page. Raises RunError if a measurement is running."""
    line = notation(interventions)
    launch_command(COMMAND, info, source, table, ["--set", line], interventions=line)


def job() -> Job:
    """The job that measures."""
    return Job.named(COMMAND)


def _folder(info: ModelInfo, corpus: str) -> Path:
    return data_dir() / "interventions" / f"{model_fingerprint(info)}-{corpus}"


def _file(interventions: str) -> str:
    return hashlib.sha256(f"{FORMAT} {interventions}".encode()).hexdigest()[:20] + ".json"
