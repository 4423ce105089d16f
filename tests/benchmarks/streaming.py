"""Count, prepare and predict more reviews than fit into memory, and measure the memory used.

    python tests/benchmarks/streaming.py --reviews 5000000 --only labels --only prepare
    python tests/benchmarks/streaming.py --reviews 50000 200000 1000000 --words 8 --only predict

The reviews are made on the spot: words by Zipf's law, new ones all the time (Heaps' law), by
default about as long as IMDB's. Counting and preparing 5 million of them takes some 25 GB of disk
for a while and most of an hour; predicting them takes hours, so that its memory is measured with
shorter ones and over several sizes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

PROJECT = Path(__file__).resolve().parents[2]
# Commands that the pages start, and the most memory that each may take. 668 MiB are 700 MB.
LIMITS_MIB = {"labels": 1_536, "prepare": 1_536, "predict": 668}
MEDIAN_WORDS, LONGEST = 181, 1_400  # of a review
AT_ONCE = 20_000  # reviews made
COMMON = 50_000  # words that every stretch of reviews has; each brings a few new ones besides
NEW_SHARE = 0.002
_CHILD = """
import sys
from sentiment.__main__ import main
status = main(sys.argv[1:])
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print("PEAK", int(peak.split()[1]))
sys.exit(status)
"""


def write_reviews(path: Path, count: int, words_each: int, seed: int = 0) -> None:
    """A Parquet file of `count` reviews, positive and negative in turn.

    words_each: the median.
    """
    random = np.random.default_rng(seed)
    words = np.array([f"w{number:x}" for number in range(COMMON)], object)
    weights = 1 / (np.arange(COMMON) + 2.7)
    limits = np.cumsum(weights / weights.sum())
    schema = pa.schema([("text", pa.string()), ("label", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, count, AT_ONCE):
            size = min(AT_ONCE, count - first)
            lengths = np.clip(random.lognormal(np.log(words_each), 0.65, size), 5, LONGEST).astype(
                int
            )
            places = np.searchsorted(limits, random.random(lengths.sum()))
            drawn = words[np.minimum(places, COMMON - 1)]
            new = np.flatnonzero(random.random(len(drawn)) < NEW_SHARE)
            numbers = (random.pareto(0.8, len(new)) * 1e5).astype(np.int64)
            drawn[new] = [f"n{number:x}" for number in numbers.tolist()]
            pieces = np.split(drawn, np.cumsum(lengths)[:-1])
            texts = [" ".join(piece) for piece in pieces]
            labels = ["pos" if (first + number) % 2 else "neg" for number in range(size)]
            writer.write_table(pa.table({"text": texts, "label": labels}, schema))


def measure(command: str, path: Path, data: Path) -> tuple[float, float]:
    """Seconds, and the most memory that was resident at any time, in MiB."""
    output = path.with_name("predictions.parquet")
    options = ["--column", "text", "--output", str(output)] if command == "predict" else []
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, command, str(path), *options],
        cwd=PROJECT,
        env=os.environ | {"SENTIMENT_DATA": str(data)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(done.stderr[-2_000:])
    peak = next(line for line in done.stdout.splitlines() if line.startswith("PEAK"))
    return time.perf_counter() - started, int(peak.split()[1]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reviews", type=int, nargs="+", default=[5_000_000])
    parser.add_argument("--words", type=int, default=MEDIAN_WORDS, help="median of a review")
    parser.add_argument("--only", choices=LIMITS_MIB, action="append", help="default: all")
    chosen = parser.parse_args()
    for count in chosen.reviews:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reviews.parquet"
            write_reviews(path, count, chosen.words)
            size = path.stat().st_size / 2**20
            print(f"{count:,} reviews, {size:,.0f} MiB as Parquet", flush=True)
            for command in chosen.only or LIMITS_MIB:
                seconds, peak = measure(command, path, Path(folder) / "data")
                limit = LIMITS_MIB[command]
                met = "within" if peak <= limit else "OVER"
                print(
                    f"  {command}: {count / seconds:,.0f} reviews/s, {seconds:,.0f} s; at most "
                    f"{peak:,.0f} MiB of memory, {met} the {limit:,} MiB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
