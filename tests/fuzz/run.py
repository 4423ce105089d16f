"""`make fuzz`: a campaign of mutated inputs against every reader.

    make fuzz INPUTS=100000 SEED=7

Each kind of input gets its share. A failure prints its seed, and the smallest input that fails is
left in `fuzz-found/`.
"""

import argparse
import logging
import os
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("OMP_NUM_THREADS", "1")
logging.disable(logging.WARNING)  # Streamlit warns at every page without a server

from tests.fuzz.attacks import ATTACKS, SHARES  # noqa: E402
from tests.fuzz.campaign import attack  # noqa: E402

FOUND = PROJECT / "fuzz-found"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only", nargs="*", choices=list(ATTACKS), default=list(ATTACKS))
    arguments = parser.parse_args()
    total, failed = sum(SHARES[name] for name in arguments.only), 0
    print(f"seed {arguments.seed}", flush=True)
    data = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
    os.environ["SENTIMENT_DATA"] = data.name
    for name in arguments.only:
        inputs = max(1, round(arguments.inputs * SHARES[name] / total))
        started = time.process_time()
        result = attack(name, ATTACKS[name], inputs, arguments.seed, FOUND)
        seconds = time.process_time() - started
        found = "all held" if result.error is None else "FAILED"
        print(f"{name:<24}{result.inputs:>9,} inputs {seconds:>8.0f} s  {found}", flush=True)
        if result.error is not None:
            failed += 1
            traceback.print_exception(result.error, limit=-8)
            print(f"The input is in {FOUND / f'{name}-{arguments.seed}'}.", flush=True)
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
