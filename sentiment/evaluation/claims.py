"""What the article says of its networks, each with what was measured here.

The verdicts are worked out from the tables that ship, never written down.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from sentiment.errors import SentimentError
from sentiment.evaluation.comparison import COMPARED_PREFIX, paired, seed_figures
from sentiment.evaluation.predictions import TestPredictions
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.places import SHIPPED

MEMORY_TABLE = SHIPPED / "memory.json"
SPEED_TABLE = SHIPPED / "speed.json"
REMEMBERED = 0.95  # accuracy of the memory task, mean over seeds
LUCKY = 0.6  # a mean beyond it: one of the seeds did remember
SIGNIFICANT = 0.05
TEN_TIMES = 10.0
NOT_MEASURED = "not measured"


@dataclass(frozen=True)
class Claim:
    """A sentence of the article, and a verdict on it."""

    text: str
    verdict: str  # "holds", "does not hold", "holds from …", "not measured"
    evidence: str  # one line with figures

    @property
    def color(self) -> str:
        if self.verdict == NOT_MEASURED:
            return "gray"
        if self.verdict == "holds":
            return "green"
        return "orange" if self.verdict.startswith("does not") else "blue"


Figures = Mapping[str, Sequence[dict[str, Any]]]  # of `comparison.seed_figures`


def shipped_claims() -> list[Claim]:
    """All claims, judged by the tables and models that ship."""
    memory = _read(MEMORY_TABLE)
    return judge(
        memory.get("results", []),
        _read(SPEED_TABLE).get("results", []),
        seed_figures(),
        memory.get("skip_connections", {}),
        _shipped_predictions(),
    )


def judge(
    memory: Sequence[dict[str, Any]],
    speed: Sequence[dict[str, Any]],
    figures: Figures,
    skip: Mapping[str, float],
    predictions: Mapping[str, TestPredictions],
) -> list[Claim]:
    """The claims in the article's order; any table may be empty."""
    return [
        _rnn_forgets(memory, figures),
        _lstm_remembers(memory),
        _better(
            "A bidirectional LSTM understands more than an LSTM.",
            "bilstm",
            "lstm",
            figures,
            predictions,
        ),
        _gru(figures, speed, predictions),
        _indrnn_is_fast(speed),
        _indrnn_remembers(memory),
        _skip_connections(skip, memory),
        _baseline(figures, predictions),
    ]


def _reach(memory: Sequence[dict[str, Any]], contender: str) -> tuple[int, dict[int, float]]:
    """The largest distance up to which a contender remembers, 0 for none; and all its means."""
    by_distance: dict[int, list[float]] = {}
    for result in memory:
        if result["contender"] == contender:
            by_distance.setdefault(result["distractors"], []).append(result["accuracy"])
    means = {distance: mean(values) for distance, values in sorted(by_distance.items())}
    reach = 0
    for distance, accuracy in means.items():
        if accuracy < REMEMBERED:
            break
        reach = distance
    return reach, means


def _told(means: Mapping[int, float]) -> str:
    return ", ".join(f"{accuracy:.0%} at {distance:,}" for distance, accuracy in means.items())


def _rnn_forgets(memory: Sequence[dict[str, Any]], figures: Figures) -> Claim:
    text = "A plain RNN fails to keep long-term dependencies."
    reach, means = _reach(memory, "rnn")
    if not means:
        return Claim(text, NOT_MEASURED, "")
    furthest = max(means)
    beyond = [distance for distance in means if distance > reach]
    verdict = f"holds from {beyond[0]} steps on" if beyond else "does not hold"
    if any(means[distance] > LUCKY for distance in beyond):
        verdict += ", not with every seed"
    if reach == 0:
        verdict = "holds"
    evidence = (
        f"Right about the first of N tokens: {_told(means)} (half is guessing; up to "
        f"{furthest:,} were tried)."
    )
    if figures.get("rnn") and figures.get("lstm"):
        gap = _mean_accuracy(figures["lstm"]) - _mean_accuracy(figures["rnn"])
        evidence += (
            f" With pooling over all words it needs no long memory: on IMDB it is {abs(gap):.1%} "
            f"{'behind' if gap > 0 else 'ahead of'} the LSTM."
        )
    return Claim(text, verdict, evidence)


def _lstm_remembers(memory: Sequence[dict[str, Any]]) -> Claim:
    text = "The gates of the LSTM keep what a plain RNN loses."
    (shut, shut_means), (open_, open_means) = (
        _reach(memory, name) for name in ("lstm", "lstm (open gates)")
    )
    rnn, _ = _reach(memory, "rnn")
    if not shut_means or not open_means:
        return Claim(text, NOT_MEASURED, "")
    if shut > rnn:
        verdict = "holds"
    elif open_ > rnn:
        verdict = "holds if its gates start open"
    else:
        verdict = "does not hold"
    return Claim(
        text,
        verdict,
        f"As torch starts it, a fresh LSTM forgets half at every step and does not get to learn "
        f"otherwise in the steps it is given: {_told(shut_means)}. Started with open forget gates: "
        f"{_told(open_means)}.",
    )


def _better(
    text: str, first: str, second: str, figures: Figures, predictions: Mapping[str, TestPredictions]
) -> Claim:
    if first not in predictions or second not in predictions:
        return Claim(text, NOT_MEASURED, "")
    result = paired(predictions[first], predictions[second])
    gap = _mean_accuracy(figures[first]) - _mean_accuracy(figures[second])
    wins = sum(
        one["accuracy"] > other["accuracy"]
        for one, other in zip(figures[first], figures[second], strict=False)
    )
    seeds = min(len(figures[first]), len(figures[second]))
    if result.p_value < SIGNIFICANT and result.difference > 0 and wins == seeds:
        verdict = "holds"
    elif result.p_value < SIGNIFICANT and result.difference < 0 and wins == 0:
        verdict = "does not hold"
    else:
        verdict = "does not hold clearly"
    return Claim(
        text,
        verdict,
        f"On IMDB {_mean_accuracy(figures[first]):.1%} against "
        f"{_mean_accuracy(figures[second]):.1%} ({gap:+.1%}, mean of {seeds} seeds, ahead with "
        f"{wins}); "
        f"the two that ship differ by {result.difference:+.1%}, McNemar p = {result.p_value:.2g}.",
    )


def _gru(
    figures: Figures, speed: Sequence[dict[str, Any]], predictions: Mapping[str, TestPredictions]
) -> Claim:
    text = "A GRU does as well as an LSTM with fewer gates."
    if "gru" not in predictions or "lstm" not in predictions:
        return Claim(text, NOT_MEASURED, "")
    gap = _mean_accuracy(figures["gru"]) - _mean_accuracy(figures["lstm"])
    result = paired(predictions["gru"], predictions["lstm"])
    worse = result.p_value < SIGNIFICANT and result.difference < 0 and gap < 0
    ratios = [row["training_ratio"] for row in speed if row["architecture"] == "gru"]
    pace = (
        f" Here it trains at {min(ratios):.2f} to {max(ratios):.2f} times the LSTM's speed."
        if ratios
        else ""
    )
    return Claim(
        text,
        "does not hold" if worse else "holds",
        f"With as many parameters, {gap:+.2%} on IMDB (mean of {len(figures['gru'])} seeds), "
        f"McNemar p = {result.p_value:.2g} for the two that ship.{pace}",
    )


def _indrnn_is_fast(speed: Sequence[dict[str, Any]]) -> Claim:
    text = "An IndRNN processes longer sequences ten times faster."
    rows = [
        row
        for row in speed
        if row["architecture"] == "indrnn" and row["layers"] == 1 and row["precision"] == "float32"
    ]
    if not rows:
        return Claim(text, NOT_MEASURED, "")
    fast = [row["steps"] for row in rows if row["training_ratio"] >= TEN_TIMES]
    forward = [row["steps"] for row in rows if row["forward_ratio"] >= TEN_TIMES]
    if len(fast) == len(rows):
        verdict = "holds"
    elif fast or forward:
        verdict = "holds in part"
    else:
        verdict = "does not hold"
    told = ", ".join(
        f"{row['training_ratio']:.1f}× in training and {row['forward_ratio']:.1f}× forward at "
        f"{row['steps']:,} steps"
        for row in rows
    )
    sizes = ", ".join(str(row["batch_size"]) for row in rows)
    evidence = (
        f"One layer against one LSTM layer of the same width, float32, on a processor, batches of "
        f"{sizes} reviews: {told}."
    )
    two = [
        row["training_ratio"]
        for row in speed
        if row["architecture"] == "indrnn" and row["layers"] == 2 and row["precision"] == "float32"
    ]
    if two:
        evidence += (
            f" With the two layers it needs, {min(two):.1f}× to {max(two):.1f}× in training."
        )
    return Claim(text, verdict, evidence)


def _indrnn_remembers(memory: Sequence[dict[str, Any]]) -> Claim:
    text = "An IndRNN keeps long-term dependencies."
    reach, means = _reach(memory, "indrnn")
    if not means:
        return Claim(text, NOT_MEASURED, "")
    whole = reach == max(means)
    verdict = "holds" if whole else f"holds up to {reach:,} steps" if reach else "does not hold"
    return Claim(text, verdict, f"Right about the first of N tokens: {_told(means)}.")


def _skip_connections(skip: Mapping[str, float], memory: Sequence[dict[str, Any]]) -> Claim:
    text = "The skip connections of a ResNet work against the vanishing gradient."
    if not skip:
        return Claim(text, NOT_MEASURED, "")
    _, means = _reach(memory, "resnet")
    gain = skip["with"] / skip["without"]
    evidence = (
        f"Through {skip['blocks']} untrained blocks, {skip['with']:.2f} of the gradient arrives "
        f"with them and {skip['without']:.2f} without; the normalization in each block keeps the "
        "rest alive."
    )
    if means:
        evidence += f" On the memory task it knows only what it sees: {_told(means)} tokens."
    return Claim(text, "holds" if gain > 1 else "does not hold", evidence)


def _baseline(figures: Figures, predictions: Mapping[str, TestPredictions]) -> Claim:
    text = "A network that reads in order beats counting words (ours, not the article's)."
    if "bow" not in figures or "lstm" not in figures:
        return Claim(text, NOT_MEASURED, "")
    best = max(
        (name for name in figures if name != "bow"), key=lambda name: _mean_accuracy(figures[name])
    )
    bag, network = _mean_accuracy(figures["bow"]), _mean_accuracy(figures[best])
    return Claim(
        text,
        "holds" if network > bag else "does not hold",
        f"The bag of words, which knows no order beyond pairs, is right on {bag:.1%} after "
        f"{figures['bow'][0]['train_seconds']:.0f} s of training; the best of these small "
        f"networks, {best}, on {network:.1%} after {figures[best][0]['train_seconds']:.0f} s.",
    )


def _mean_accuracy(figures: Sequence[dict[str, Any]]) -> float:
    return mean(figure["accuracy"] for figure in figures)


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return value


def _shipped_predictions() -> dict[str, TestPredictions]:
    found = {}
    for name in seed_figures():
        try:
            info = ModelInfo.read(model_folder(f"{COMPARED_PREFIX}{name}"))
            if predictions := TestPredictions.load(info.folder):
                found[name] = predictions
        except SentimentError:
            continue  # a model that was deleted is not compared
    return found
