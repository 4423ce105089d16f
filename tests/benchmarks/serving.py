"""`serve` under load, by wrk: requests per second of 64 clients against one, and errors.

Texts are made-up, as long as the reviews of the test split. Only this machine is asked, for
`SECONDS` each.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.measure import Row

CLIENTS = 64
SECONDS = 10
TEXTS = 500
MODELS = ("imdb-lstm", "compare-bow")
_SCRIPT = """
local bodies, next = {}, 0
for line in io.lines("%s") do bodies[#bodies + 1] = line end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  next = next %% #bodies + 1
  return wrk.format(nil, nil, nil, bodies[next])
end
done = function(summary, latency)
  local e = summary.errors
  print(string.format("\\nrequests %%d seconds %%f p99 %%f errors %%d", summary.requests,
    summary.duration / 1e6, latency:percentile(99) / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


def serving() -> Iterator[Row]:
    from sentiment.evaluation.predictions import TestPredictions
    from sentiment.inspection.predictor import Predictor
    from sentiment.networks.model_folder import model_folder
    from tests.serving.server import serving as server

    if shutil.which("wrk") is None:
        print("serve is not measured: wrk is missing (apt install wrk).", file=sys.stderr)
        return
    random = np.random.default_rng(0)
    predictions = TestPredictions.load(model_folder("compare-lstm"))
    assert predictions is not None
    words = Predictor.load("compare-bow").vocabulary.words[2:2_000]
    for model in MODELS:
        with tempfile.TemporaryDirectory() as folder, server(model) as running:
            url = running.url
            bodies, script = Path(folder, "bodies"), Path(folder, "load.lua")
            lengths = random.choice(predictions.lengths, TEXTS)
            texts = [" ".join(random.choice(words, length)) for length in lengths]
            bodies.write_text("".join(json.dumps({"inputs": text}) + "\n" for text in texts))
            script.write_text(_SCRIPT % bodies)
            _wrk(url, script, 8, 2)  # warm
            alone = _wrk(url, script, 1, SECONDS)
            crowd = _wrk(url, script, CLIENTS, SECONDS)
            for clients, (each, p99, errors) in ((1, alone), (CLIENTS, crowd)):
                target = f"{1 / each:,.0f} requests/s, p99 {p99 * 1e3:,.0f} ms, {errors} errors"
                name = f"serve {model}, {clients} client" + "s" * (clients > 1)
                yield Row(name, each, "one by one", alone[0] / each, target, not errors)


def _wrk(url: str, script: Path, clients: int, seconds: int) -> tuple[float, float, int]:
    """Seconds per request, 99th percentile of the time to an answer, and errors."""
    options = ["-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script)]
    output = subprocess.check_output(["wrk", *options, f"{url}/predict"], text=True)
    (line,) = [line for line in output.splitlines() if line.startswith("requests ")]
    _, requests, _, duration, _, p99, _, errors = line.split()
    return float(duration) / max(1, int(requests)), float(p99), int(errors)
