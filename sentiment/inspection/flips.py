"""The smallest edit that flips the verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from sentiment.corpus.classes import predicted_labels
from sentiment.inspection.attribution import attribute, methods_for
from sentiment.inspection.edits import Edit, Kind, neighbors, outputs_after_edits, single_edits
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.trace import Trace
from sentiment.inspection.variants import no_progress
from sentiment.progress import StageProgress

MAX_EDITS = 4
WORDS_BUDGET = 600_000  # words processed in all: 20 seconds of the shipped model
VARIANTS_BUDGET = 6_000
SWAPS = 4  # nearest neighbors tried for each word
BEAM = 12  # sets of edits that are extended if not all can be
EditTuple = tuple[Edit, ...]


@dataclass(frozen=True)
class EditSet:
    """A set of edits, and the verdict and the probability of the explained class after them."""

    edits: tuple[Edit, ...]
    label: int
    probability: float


@dataclass(frozen=True)
class FlipSearch:
    """The result of a search."""

    found: EditSet | None
    closest: EditSet | None  # to a flip, of all sets of edits tried
    variants: int  # tried
    exhaustive_up_to: int  # all sets of up to so many edits were tried

    def finding(self, trace: Trace) -> str:
        """The result in one sentence; trace: of the review without edits."""
        if self.found:
            count = len(self.found.edits)
            return (
                f"{count} {'edit flips' if count == 1 else 'edits flip'} the verdict to "
                f"{trace.classes.name(self.found.label)} and "
                f"{'changes' if count == 1 else 'change'} P({trace.name}) from "
                f"{trace.probability:.1%} to {self.found.probability:.1%}: {_titles(self.found)}."
            )
        if self.closest:
            return (
                f"No flip with up to {MAX_EDITS} edits. The closest reaches P({trace.name}) "
                f"{self.closest.probability:.1%}: {_titles(self.closest)}."
            )
        return f"No flip with up to {MAX_EDITS} edits."

    @property
    def coverage(self) -> str:
        """How complete the search was, in one sentence."""
        if self.exhaustive_up_to:
            edits = f"{self.exhaustive_up_to} edit{'s' if self.exhaustive_up_to > 1 else ''}"
            return f"{self.variants:,} variants, including all with up to {edits}."
        return (
            f"{self.variants:,} variants of the words with the largest attributions; a single "
            "edit of another word may flip the verdict as well."
        )


def _titles(edits: EditSet) -> str:
    return "; ".join(edit.title for edit in edits.edits)


def smallest_flip(
    predictor: Predictor,
    trace: Trace,
    kinds: Sequence[Kind] = ("delete", "negate", "swap"),
    progress: StageProgress = no_progress,
) -> FlipSearch:
    """Search for the fewest edits of `kinds` that flip the verdict of `trace`, within a budget: to
    any other class, or to the target of the trace if that is not the verdict.

    Single edits first, then sets of two, up to MAX_EDITS: all of them if the budget allows,
    otherwise the most promising. Of single edits these are edits of the words with the largest
    gradient × input; of sets, those with the largest sum of single effects. Of several flips with
    as many edits the one with the largest change is returned.
    """
    words, sequence = trace.encoded.kept_tokens, trace.encoded.config
    output = predictor.network.output
    target, verdict = trace.target, trace.prediction.label
    side = -1.0 if target == verdict else 1.0  # sign of the margin of the target after a flip
    budget = min(VARIANTS_BUDGET, WORDS_BUDGET // len(words))
    start = float(output.margin(outputs_after_edits(predictor, words, [()], sequence), target)[0])
    tried: dict[EditTuple, float] = {(): start}
    effects: dict[Edit, float] = {}
    closest: EditSet | None = None
    nearest = -np.inf  # margin of `closest`
    variants = exhaustive_up_to = 0
    for size in range(1, MAX_EDITS + 1):
        share = budget - variants if size == MAX_EDITS else 2 * (budget - variants) // 3
        if size == 1:
            candidates = _single(predictor, trace, kinds)
            sets, complete = candidates[:share], len(candidates) <= share
        else:
            sets, complete = _combined(tried, effects, side, share, len(words))
        if not sets:
            break
        outputs = outputs_after_edits(predictor, words, sets, sequence, progress)
        margins = output.margin(outputs, target).numpy()
        variants += len(sets)
        if complete and exhaustive_up_to == size - 1:
            exhaustive_up_to = size
        best = int(np.argmax(side * margins))
        probabilities = output.probabilities(outputs[best]).numpy()
        label = int(predicted_labels(probabilities))
        reached = EditSet(sets[best], label, float(probabilities[trace.explained]))
        if label != verdict if target == verdict else label == target:
            return FlipSearch(reached, reached, variants, exhaustive_up_to)
        if side * margins[best] > nearest:
            closest, nearest = reached, side * margins[best]
        tried = dict(zip(sets, margins.tolist(), strict=True))
        if size == 1:
            effects = {edits[0]: margin - start for edits, margin in tried.items()}
    return FlipSearch(None, closest, variants, exhaustive_up_to)


def _single(predictor: Predictor, trace: Trace, kinds: Sequence[Kind]) -> list[EditTuple]:
    """Every edit of one word, those of the words with the largest attributions first."""
    words, network = trace.encoded.kept_tokens, predictor.network
    methods = methods_for(network)
    method = "gradient × input" if "gradient × input" in methods else "ledger"
    counts = np.abs(attribute(network, trace, method).words)
    near = neighbors(network, predictor.vocabulary, words, SWAPS)
    return [
        (edit,)
        for place in np.argsort(-counts, kind="stable").tolist()
        for edit in single_edits(words, place, near[place], kinds)
    ]


def _combined(
    tried: dict[EditTuple, float],
    effects: dict[Edit, float],
    side: float,
    share: int,
    words: int,
) -> tuple[list[EditTuple], bool]:
    """Sets of one edit more than those in `tried`, the most promising first, at most `share`."""
    everything = len(tried) * len(effects) <= share
    ordered = sorted(tried, key=lambda edits: -side * tried[edits])
    partners = sorted(effects, key=lambda edit: -side * effects[edit])
    if not everything:
        ordered = ordered[:BEAM]
    promise: dict[EditTuple, float] = {}
    for edits, partner in product(ordered, partners):
        together = tuple(sorted((*edits, partner), key=lambda edit: edit.place))
        apart = all(edit.place != partner.place for edit in edits)
        if apart and sum(edit.kind == "delete" for edit in together) < words:
            expected = side * (tried[edits] + effects[partner])
            promise[together] = max(promise.get(together, -np.inf), expected)
    best = sorted(promise, key=lambda edits: -promise[edits])
    return best[:share], everything
