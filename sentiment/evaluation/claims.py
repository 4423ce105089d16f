"""The article's claims about its networks, each with a verdict computed from measurements here.

Verdicts follow the shipped tables and models; none is written by hand.
"""

from collections.abc import Mapping, Sequence

from sentiment.errors import SentimentError
from sentiment.evaluation.claim import NOT_MEASURED, Claim, Figures, mean_accuracy
from sentiment.evaluation.comparison import (
    COMPARED_PREFIX,
    PairedComparison,
    p_value_text,
    paired,
    seed_figures,
)
from sentiment.evaluation.memory_claims import (
    indrnn_remembers,
    lstm_remembers,
    rnn_forgets,
    skip_connections,
)
from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.shipped_tables import (
    ClassResult,
    MemoryResult,
    MemoryTable,
    SkipConnections,
    SpeedResult,
    SpeedTable,
    read_class_results,
)
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.wording import percentage_points, signed

TEN_TIMES = 10.0
NEUTRAL, NETWORK, BAG = "neutral", "LSTM", "bag of words"
RECOGNIZED = 0.75  # recall of the neutral class; guessing among three finds a third


def shipped_claims() -> list[Claim]:
    """All claims with verdicts from the shipped tables and models. Raises SentimentError."""
    memory = MemoryTable.read()
    return check_claims(
        memory.results,
        SpeedTable.read().results,
        seed_figures(),
        memory.skip_connections,
        _shipped_predictions(),
        read_class_results(),
    )


def check_claims(
    memory: Sequence[MemoryResult],
    speed: Sequence[SpeedResult],
    figures: Figures,
    skip: SkipConnections | None,
    predictions: Mapping[str, TestPredictions],
    classes: Sequence[ClassResult],
) -> list[Claim]:
    """The claims in the article's order; any table may be empty."""
    return [
        _neutral_is_a_class(classes),
        rnn_forgets(memory, figures),
        lstm_remembers(memory),
        _bilstm_is_better(figures, predictions),
        _gru_matches_lstm(figures, speed, predictions),
        _indrnn_is_fast(speed),
        indrnn_remembers(memory),
        skip_connections(skip, memory),
        _networks_beat_baseline(figures),
    ]


def _neutral_is_a_class(results: Sequence[ClassResult]) -> Claim:
    text = "A review is Positive, Negative or Neutral."
    found = [
        (result, result.recall[names.index(NEUTRAL)])
        for result in results
        if NEUTRAL in (names := [name.casefold() for name in result.classes])
        and result.model in (NETWORK, BAG)  # without further settings
    ]
    networks = [recall for result, recall in found if result.model == NETWORK]
    if not networks:
        return Claim(text, NOT_MEASURED, "")
    if min(networks) >= RECOGNIZED:
        verdict = "holds on generated reviews"
    elif max(networks) >= RECOGNIZED:
        verdict = "holds in part, on generated reviews"
    else:
        verdict = "does not hold on generated reviews"
    listed = "; ".join(
        f"{result.data}, {result.model}: {recall:.0%} of the neutral reviews found, macro-F1 "
        f"{result.macro_f1:.2f}"
        for result, recall in found
    )
    return Claim(
        text,
        verdict,
        f"{listed}. IMDB has no neutral reviews: a model of two classes calls a review of 5 or 6 "
        "stars Negative or Positive, and at best uncertain.",
    )


def _bilstm_is_better(figures: Figures, predictions: Mapping[str, TestPredictions]) -> Claim:
    text = "A bidirectional LSTM understands more than an LSTM."
    if "bilstm" not in predictions or "lstm" not in predictions:
        return Claim(text, NOT_MEASURED, "")
    result = paired(predictions["bilstm"], predictions["lstm"])
    pairs = [
        (bilstm["accuracy"], lstm["accuracy"])
        for bilstm, lstm in zip(figures["bilstm"], figures["lstm"], strict=False)
    ]
    wins = sum(bilstm > lstm for bilstm, lstm in pairs)
    if result.significant and result.difference > 0 and wins == len(pairs):
        verdict = "holds"
    elif result.significant and result.difference < 0 and wins == 0:
        verdict = "does not hold"
    else:
        verdict = "does not hold clearly"
    return Claim(
        text,
        verdict,
        f"On IMDB {mean_accuracy(figures['bilstm']):.1%} against "
        f"{mean_accuracy(figures['lstm']):.1%} (mean of {len(pairs)} seeds, higher in {wins}). "
        f"The shipped models: {_paired_figures(result)}.",
    )


def _gru_matches_lstm(
    figures: Figures, speed: Sequence[SpeedResult], predictions: Mapping[str, TestPredictions]
) -> Claim:
    text = "A GRU does as well as an LSTM with fewer gates."
    if "gru" not in predictions or "lstm" not in predictions:
        return Claim(text, NOT_MEASURED, "")
    gap = mean_accuracy(figures["gru"]) - mean_accuracy(figures["lstm"])
    result = paired(predictions["gru"], predictions["lstm"])
    worse = result.significant and result.difference < 0 and gap < 0
    ratios = [row.training_ratio for row in speed if row.architecture == "gru"]
    evidence = (
        f"With as many parameters, {percentage_points(gap, 2)} on IMDB (mean of "
        f"{len(figures['gru'])} seeds). The shipped models: {_paired_figures(result)}."
    )
    if ratios:
        evidence += f" It trains at {min(ratios):.2f} to {max(ratios):.2f} times the LSTM's speed."
    return Claim(text, "does not hold" if worse else "holds", evidence)


def _indrnn_is_fast(speed: Sequence[SpeedResult]) -> Claim:
    text = "An IndRNN processes longer sequences ten times faster."
    rows = [row for row in speed if (row.architecture, row.precision) == ("indrnn", "float32")]
    one, two = ([row for row in rows if row.layers == layers] for layers in (1, 2))
    if not one:
        return Claim(text, NOT_MEASURED, "")
    fast = [row for row in one if row.training_ratio >= TEN_TIMES]
    if len(fast) == len(one):
        verdict = "holds"
    elif fast or any(row.forward_ratio >= TEN_TIMES for row in one):
        verdict = "holds in part"
    else:
        verdict = "does not hold"
    ratios = ", ".join(
        f"{row.training_ratio:.1f}× in training and {row.forward_ratio:.1f}× forward at "
        f"{row.steps:,} steps"
        for row in one
    )
    evidence = (
        "One layer against one LSTM layer of the same width, float32, on a CPU, batches of "
        f"{', '.join(str(row.batch_size) for row in one)} reviews: {ratios}."
    )
    if two:
        slowest, fastest = (pick(row.training_ratio for row in two) for pick in (min, max))
        evidence += f" With the two layers it needs: {slowest:.1f}× to {fastest:.1f}× in training."
    return Claim(text, verdict, evidence)


def _networks_beat_baseline(figures: Figures) -> Claim:
    text = "A network that reads in order beats a bag of words (our claim, not the article's)."
    if "bow" not in figures or "lstm" not in figures:
        return Claim(text, NOT_MEASURED, "")
    best = max(
        (name for name in figures if name != "bow"), key=lambda name: mean_accuracy(figures[name])
    )
    bag, network = mean_accuracy(figures["bow"]), mean_accuracy(figures[best])
    return Claim(
        text,
        "holds" if network > bag else "does not hold",
        f"Accuracy of the bag of words and word pairs: {bag:.1%} after "
        f"{figures['bow'][0]['train_seconds']:.0f} s of training; of the best of these small "
        f"networks, {best}: {network:.1%} after {figures[best][0]['train_seconds']:.0f} s.",
    )


def _paired_figures(result: PairedComparison) -> str:
    low, high = result.interval
    return (
        f"{percentage_points(result.difference, 2)} (95% confidence interval "
        f"{signed(100 * low, '.2f')} to {signed(100 * high, '.2f')}), McNemar "
        f"p {p_value_text(result.p_value)}"
    )


def _shipped_predictions() -> dict[str, TestPredictions]:
    predictions = {}
    for name in seed_figures():
        try:
            info = ModelInfo.read(model_folder(f"{COMPARED_PREFIX}{name}"))
            if loaded := TestPredictions.load(info.folder):
                predictions[name] = loaded
        except SentimentError:
            continue  # a deleted model is not compared
    return predictions
