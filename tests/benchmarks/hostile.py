"""Hostile files: time and memory until each is accepted or refused, in a process of its own.

CPU seconds of the first look (what a page shows at once) and of the slowest step.

    python tests/benchmarks/hostile.py            # all of them
    python tests/benchmarks/hostile.py gz_line    # these

The target for every file of at most 200 MB is 60 s and 1,500 MB, as a page and then a job read it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

SECONDS, MEGABYTES = 60, 1_500
FILE_BYTES = 200_000_000
UNPACKED_BYTES = 40_000_000_000
# Of files that unpack to more than their size, or that are slow to write.
SIZES = {
    "gz_line": UNPACKED_BYTES,
    "gz_rows": UNPACKED_BYTES,
    "gz_nested": UNPACKED_BYTES,
    "bz2_line": UNPACKED_BYTES,
    "bz2_rows": UNPACKED_BYTES,
    "bz2_nested": UNPACKED_BYTES,
    "xz_line": UNPACKED_BYTES,
    "xz_rows": UNPACKED_BYTES,
    "xz_nested": UNPACKED_BYTES,
    "xz_dictionary": 2_000_000_000,
    "zip_bomb": 5_000_000_000,
    "zip_lies": 3_000_000_000,
    "xlsx_rows": 1_500_000_000,
    "xlsx_cell": 1_500_000_000,
    "parquet_cell": 1_000_000_000,
    "parquet_dictionary": 1_000_000_000_000,
    "parquet_columns": 30_000_000,
    "parquet_rows": 200_000_000,
    "npz_zeros": 400_000_000,
    "tar_header": 5_000_000_000,
    "tar_tail": 10_000_000_000,
    "tar_reviews": 3_000_000_000,
}
_CHILD = """
import resource, sys
from pathlib import Path
from sentiment.corpus.sources import open_corpus
from sentiment.corpus.table_scan import scan_table
from sentiment.corpus.tables import facts_of, guesses_of, is_table
from sentiment.errors import SentimentError

def seconds():
    own, of_children = (resource.getrusage(who) for who in WHO)
    return own.ru_utime + own.ru_stime + of_children.ru_utime + of_children.ru_stime

WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
path, slowest, outcome = Path(sys.argv[1]), 0.0, ""
first = None
for step in (facts_of, guesses_of, scan_table, open_corpus):
    started = seconds()
    try:
        step(path)
        outcome = "accepted"
    except SentimentError as error:
        outcome = f"{step.__name__}: {error}"
    except MemoryError:
        outcome = "MemoryError"
    took = seconds() - started
    first = took if first is None else first
    slowest = max(slowest, took)
lines = open("/proc/self/status").read().splitlines()
own = int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print("RESULT", first, slowest, own + children, outcome[:300], sep="|")
"""


def measure(path: Path, data: Path) -> tuple[float, float, float, str]:
    """CPU seconds of the first look and of the slowest step, megabytes, and the outcome."""
    started = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, str(path)],
            cwd=PROJECT,
            env=os.environ | {"SENTIMENT_DATA": str(data)},
            capture_output=True,
            text=True,
            timeout=30 * SECONDS,
            preexec_fn=_limit_memory,
        )
    except subprocess.TimeoutExpired:
        return 0.0, time.perf_counter() - started, 0.0, "TIMEOUT"
    found = [line for line in done.stdout.splitlines() if line.startswith("RESULT")]
    if not found:
        tail = done.stderr.strip().splitlines()[-1:] or [""]
        return 0.0, time.perf_counter() - started, 0.0, f"CRASH {done.returncode} {tail[0][:200]}"
    _, first, seconds, memory, outcome = found[0].split("|", 4)
    return float(first), float(seconds), float(memory), outcome


def _limit_memory() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))


def main() -> None:
    from tests.benchmarks.attacks import ATTACKS

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--scale", type=float, default=1)
    arguments = parser.parse_args()
    for name in arguments.names or ATTACKS:
        with tempfile.TemporaryDirectory() as folder:
            size = int(arguments.scale * SIZES.get(name, FILE_BYTES - 1_000))
            path = ATTACKS[name](Path(folder), size)
            first, seconds, memory, outcome = measure(path, Path(folder) / "data")
            over = seconds > SECONDS or memory > MEGABYTES or outcome.startswith(("CRASH", "TIME"))
            print(
                f"{'OVER' if over else 'ok':<5}{name:<24}{path.stat().st_size / 1e6:>8.1f} MB "
                f"{first:>6.1f} s {seconds:>6.1f} s {memory:>7,.0f} MB  "
                f"{outcome.replace(folder, '')[:150]}",
                flush=True,
            )


if __name__ == "__main__":
    main()
