"""Remarks of one to six words, as people type them first.

    python tests/behavior/remarks.py                        the default model, open half
    python tests/behavior/remarks.py compare-bow --held     another model, held-out half

They are written by hand, half positive and half negative. Models are selected on the open half;
results are reported on the held-out half.
"""

import argparse
import csv
import sys
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "remarks.tsv"
LABELS = ("negative", "positive")


@dataclass(frozen=True)
class Remark:
    part: str  # "open" or "held"
    label: str  # one of LABELS
    text: str


def read_remarks(part: str) -> list[Remark]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return [
            one
            for row in csv.DictReader(file, delimiter="\t")
            if (one := Remark(**row)).part == part
        ]


def wrong_remarks(model: str, remarks: list[Remark]) -> list[Remark]:
    """Those that the model reads wrongly."""
    from sentiment.inspection.predictor import Predictor

    predictions = Predictor.load(model).predict([remark.text for remark in remarks])
    return [
        remark
        for remark, prediction in zip(remarks, predictions, strict=True)
        if prediction.label != LABELS.index(remark.label)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="imdb-lstm")
    parser.add_argument("--held", action="store_true", help="score the held-out half")
    arguments = parser.parse_args()
    remarks = read_remarks("held" if arguments.held else "open")
    wrong = wrong_remarks(arguments.model, remarks)
    print(f"{1 - len(wrong) / len(remarks):.1%} of {len(remarks)} remarks are read correctly.")
    if not arguments.held:
        print("\n".join(f"{remark.label:<10}{remark.text}" for remark in wrong))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
