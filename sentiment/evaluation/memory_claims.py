"""The claims about long-term dependencies, from the table of the memory task."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from statistics import mean

from sentiment.evaluation.claim import NOT_MEASURED, Claim, Figures, mean_accuracy
from sentiment.evaluation.shipped_tables import MemoryResult, SkipConnections

REMEMBERED = 0.95  # accuracy on the memory task, mean over seeds, that counts as remembering
ABOVE_CHANCE = 0.6  # a mean above it: at least one seed remembered


def rnn_forgets(memory: Sequence[MemoryResult], figures: Figures) -> Claim:
    text = "A plain RNN fails to keep long-term dependencies."
    reach, means = _reach(memory, "rnn")
    if not means:
        return Claim(text, NOT_MEASURED, "")
    beyond = [distance for distance in means if distance > reach]
    verdict = f"holds from {beyond[0]} steps on" if beyond else "does not hold"
    if any(means[distance] > ABOVE_CHANCE for distance in beyond):
        verdict += ", not with every seed"
    if reach == 0:
        verdict = "holds"
    evidence = f"Accuracy on the first of N tokens: {_list(means)}; chance is 50%."
    if figures.get("rnn") and figures.get("lstm"):
        gap = mean_accuracy(figures["lstm"]) - mean_accuracy(figures["rnn"])
        evidence += (
            " Pooling over all words removes the need for a long memory: on IMDB it is "
            f"{100 * abs(gap):.1f} percentage points {'below' if gap > 0 else 'above'} the LSTM."
        )
    return Claim(text, verdict, evidence)


def lstm_remembers(memory: Sequence[MemoryResult]) -> Claim:
    text = "The gates of the LSTM keep what a plain RNN loses."
    default, default_means = _reach(memory, "lstm")
    opened, opened_means = _reach(memory, "lstm (open gates)")
    rnn, _ = _reach(memory, "rnn")
    if not default_means or not opened_means:
        return Claim(text, NOT_MEASURED, "")
    if default > rnn:
        verdict = "holds"
    elif opened > rnn:
        verdict = "holds if its gates start open"
    else:
        verdict = "does not hold"
    return Claim(
        text,
        verdict,
        "With PyTorch's default initialization the forget gates start at one half, and an LSTM "
        f"does not learn to open them in the given steps: {_list(default_means)}. With forget "
        f"gates that start open: {_list(opened_means)}.",
    )


def indrnn_remembers(memory: Sequence[MemoryResult]) -> Claim:
    text = "An IndRNN keeps long-term dependencies."
    reach, means = _reach(memory, "indrnn")
    if not means:
        return Claim(text, NOT_MEASURED, "")
    whole = reach == max(means)
    verdict = "holds" if whole else f"holds up to {reach:,} steps" if reach else "does not hold"
    return Claim(text, verdict, f"Accuracy on the first of N tokens: {_list(means)}.")


def skip_connections(skip: SkipConnections | None, memory: Sequence[MemoryResult]) -> Claim:
    text = "The skip connections of a ResNet work against the vanishing gradient."
    if not skip:
        return Claim(text, NOT_MEASURED, "")
    evidence = (
        f"Gradient norm at the first of {skip.blocks} untrained blocks, relative to the last: "
        f"{skip.gradient_with:.2f} with skip connections, {skip.gradient_without:.2f} without "
        "(the normalization in each block preserves the rest)."
    )
    _, means = _reach(memory, "resnet")
    if means:
        evidence += f" Memory task, limited by the receptive field: {_list(means)} tokens."
    holds = skip.gradient_with > skip.gradient_without
    return Claim(text, "holds" if holds else "does not hold", evidence)


def _reach(memory: Sequence[MemoryResult], contender: str) -> tuple[int, dict[int, float]]:
    """The largest distance that a contender remembers, 0 for none, and its mean accuracy by
    distance."""
    by_distance: dict[int, list[float]] = {}
    for result in memory:
        if result.contender == contender:
            by_distance.setdefault(result.distractors, []).append(result.accuracy)
    means = {distance: mean(values) for distance, values in sorted(by_distance.items())}
    remembered = takewhile(lambda distance: means[distance] >= REMEMBERED, means)
    return max(remembered, default=0), means


def _list(means: Mapping[int, float]) -> str:
    return ", ".join(f"{accuracy:.0%} at {distance:,}" for distance, accuracy in means.items())
