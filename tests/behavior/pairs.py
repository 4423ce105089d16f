"""Minimal pairs: short reviews with small differences and opposite labels.

    python tests/behavior/pairs.py                        the default model, open half
    python tests/behavior/pairs.py compare-bow --held     another model, held-out half

They are written by hand and independent of the synthetic reviews. Models are selected on the open
half of each kind; results are reported on the held-out half.
"""

import argparse
import csv
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "minimal_pairs.tsv"
KINDS = ("plain", "negation", "contrast", "edit")


@dataclass(frozen=True)
class Pair:
    kind: str
    part: str  # "open" or "held"
    positive: str
    negative: str


@dataclass(frozen=True)
class Score:
    pairs: int
    accuracy: float  # share of reviews with the right label
    consistency: float  # share of pairs in which both are right


def read_pairs() -> list[Pair]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [Pair(**row) for row in csv.DictReader(file, delimiter="\t")]


def score(model: str, pairs: Sequence[Pair]) -> dict[str, Score]:
    """Scores by kind, and of "all" pairs."""
    from sentiment.inspection.predictor import Predictor

    predictor = Predictor.load(model)
    predictions = predictor.predict(
        [text for pair in pairs for text in (pair.positive, pair.negative)]
    )
    right = [
        (one.label == 1, other.label == 0)
        for one, other in zip(predictions[::2], predictions[1::2], strict=True)
    ]
    scores = {}
    for kind in (*KINDS, "all"):
        of_kind = [
            both for pair, both in zip(pairs, right, strict=True) if kind in (pair.kind, "all")
        ]
        count = max(len(of_kind), 1)
        accuracy = sum(sum(both) for both in of_kind) / (2 * count)
        scores[kind] = Score(len(of_kind), accuracy, sum(map(all, of_kind)) / count)
    return scores


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="imdb-lstm")
    parser.add_argument("--held", action="store_true", help="score the held-out half")
    arguments = parser.parse_args()
    part = "held" if arguments.held else "open"
    pairs = [pair for pair in read_pairs() if pair.part == part]
    for kind, result in score(arguments.model, pairs).items():
        print(
            f"{kind:<10}{result.pairs:>4} pairs  accuracy {result.accuracy:.1%}, both right "
            f"{result.consistency:.1%}"
        )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
