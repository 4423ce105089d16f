"""`serve` as a process, for tests and benchmarks."""

import contextlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Server:
    url: str
    process: "subprocess.Popen[str]"
    log: Path


@contextlib.contextmanager
def serving(*words: str) -> Iterator[Server]:
    """A server on a free port, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "serve.log")
        with log.open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-m", "sentiment", "serve", "--port", "0", *words],
                cwd=PROJECT,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        assert process.stdout
        try:
            first = process.stdout.readline()
            found = re.search(r"http://\S+?:\d+", first)
            assert found, first + log.read_text()
            yield Server(found.group(), process, log)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
