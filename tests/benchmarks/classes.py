"""Accuracy with three and five classes: the LSTM against the bag of words.

    python -m tests.benchmarks.classes                 # prints a table
    python -m tests.benchmarks.classes FILE            # and writes sentiment/shipped/classes.json

The files have the columns and the shares of the classes of well-known data: tweets about airlines
(three classes, 63% negative) and stars (five classes). Their texts are composed: no text of a data
set is included, and a figure says how an architecture copes with such classes, not how it would do
on the data set.
"""

import csv
import json
import os
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

AIRLINE_SHARES = {"negative": 0.63, "neutral": 0.21, "positive": 0.16}
REVIEWS = 2_000
AIRLINE = {
    "text": "text",
    "label": "airline_sentiment",
    "classes": "; ".join(AIRLINE_SHARES),
    "ordered": "yes",
}
STARS = {"text": "text", "label": "stars", "classes": "1; 2; 3; 4; 5", "ordered": "yes"}
SMALL = {"epochs": 8, "sequence_length": 80}


def airline_file(folder: Path, reviews: int = REVIEWS) -> Path:
    """Columns of the airline tweets; texts of `sample3`, in the shares of the tweets."""
    from sentiment.corpus.sample3 import sample3_corpus

    corpus, path = sample3_corpus(3 * reviews), folder / "airline.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["tweet_id", "airline_sentiment", "text"])
        for code, (name, share) in enumerate(AIRLINE_SHARES.items()):
            rows = np.flatnonzero(corpus.labels == code)[: round(share * reviews)]
            writer.writerows((f"{row}", name, corpus.texts[row]) for row in rows.tolist())
    return path


def stars_file(folder: Path, reviews: int = REVIEWS) -> Path:
    """JSON lines with 1 to 5 stars: one more than the number of good ones among four sentences."""
    from sentiment.corpus.sample import synthetic_reviews

    texts, labels = synthetic_reviews(8 * reviews)
    pools = [
        [text for text, label in zip(texts, labels, strict=True) if label == side]
        for side in (0, 1)
    ]
    random, path = np.random.default_rng(0), folder / "stars.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(reviews):
            good = number % 5
            parts = [pools[1].pop() for _ in range(good)] + [
                pools[0].pop() for _ in range(4 - good)
            ]
            text = " ".join(random.permutation(parts).tolist())
            file.write(json.dumps({"text": text, "stars": good + 1}) + "\n")
    return path


def main() -> None:
    from sentiment import atomic
    from sentiment.evaluation.shipped_tables import ClassResult
    from sentiment.runs.launch import create_run
    from sentiment.runs.trainer import train
    from sentiment.training.config import recipe_with
    from sentiment.training.presets import PRESETS

    results: list[ClassResult] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["SENTIMENT_DATA"] = str(folder / "data")
        print("| data | model | accuracy | macro-F1 | recall by class | mean absolute error |")
        print("|---|---|---|---|---|---|", flush=True)
        for data, of_data in {
            "sample3": {},
            "airline tweets": SMALL | AIRLINE | {"source": str(airline_file(folder))},
            "stars": SMALL | STARS | {"source": str(stars_file(folder))},
        }.items():
            for title, settings in {
                "LSTM": {},
                "LSTM, balanced classes": {"balanced_classes": True},
                "LSTM, ordinal": {"ordinal": True},
                "bag of words": {"architecture": "bow"},
            }.items():
                recipe = recipe_with(PRESETS["sample3"].recipe, of_data | settings)
                info = train(create_run(recipe))
                test = info.metrics["test"]
                results.append(
                    ClassResult(
                        data,
                        title,
                        list(info.classes.names),
                        test["reviews"],
                        test["accuracy"],
                        test["macro_f1"],
                        test["recall"],
                        test["mean_absolute_error"],
                    )
                )
                recalls = ", ".join(f"{share:.0%}" for share in test["recall"])
                print(
                    f"| {data} | {title} "
                    f"| {test['accuracy']:.1%} | {test['macro_f1']:.3f} | {recalls} "
                    f"| {test['mean_absolute_error']:.3f} |",
                    flush=True,
                )
    if len(sys.argv) > 1:
        atomic.write_json(Path(sys.argv[1]), [asdict(result) for result in results])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    main()
