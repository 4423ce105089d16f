"""Count and prepare more reviews than fit into memory, and measure how much memory that takes.

    python tests/benchmarks/streaming.py --reviews 5000000

The reviews are made on the spot: words by Zipf's law, new ones all the time (Heaps' law), about as
long as IMDB's. 5 million of them take some 25 GB of disk for a while and most of an hour.
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
COMMANDS = ("labels", "prepare")  # what the Sources page starts
LIMIT_MIB = 1_536  # the most memory that each may take
MEAN_WORDS, LONGEST = 230, 1_400
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


def write_reviews(path: Path, count: int, seed: int = 0) -> None:
    """A Parquet file of `count` reviews, positive and negative in turn."""
    random = np.random.default_rng(seed)
    words = np.array([f"w{number:x}" for number in range(COMMON)], object)
    weights = 1 / (np.arange(COMMON) + 2.7)
    limits = np.cumsum(weights / weights.sum())
    schema = pa.schema([("text", pa.string()), ("label", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for first in range(0, count, AT_ONCE):
            size = min(AT_ONCE, count - first)
            lengths = np.clip(random.lognormal(5.2, 0.65, size), 5, LONGEST).astype(int)
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
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, command, str(path)],
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
    for count in parser.parse_args().reviews:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "reviews.parquet"
            write_reviews(path, count)
            size = path.stat().st_size / 2**20
            print(f"{count:,} reviews, {size:,.0f} MiB as Parquet", flush=True)
            for command in COMMANDS:
                seconds, peak = measure(command, path, Path(folder) / "data")
                met = "within" if peak <= LIMIT_MIB else "OVER"
                print(
                    f"  {command}: {count / seconds:,.0f} reviews/s, {seconds:,.0f} s; at most "
                    f"{peak:,.0f} MiB of memory, {met} the {LIMIT_MIB:,} MiB",
                    flush=True,
                )


if __name__ == "__main__":
    main()
