"""The exported trace is verified by its script, in a Python process with NumPy only."""

import io
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from sentiment.charts.review_report import review_report
from sentiment.errors import ReviewError
from sentiment.inspection.bundle import bundle
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.registry import ARCHITECTURES
from tests.inspection.test_steps import RECURRENT, TEXT

# Torch and our package are out of reach: importing either would fail.
ALONE = "import sys, runpy; sys.modules['torch'] = sys.modules['sentiment'] = None; {}"


def unpacked(name, folder, text=TEXT):
    info = ModelInfo.read(model_folder(name))
    predictor = Predictor.load(name)
    content = bundle(predictor, info, predictor.trace(text))
    zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
    return folder / "trace", info


def check(folder, *arguments):
    script = f"sys.argv[1:] = {list(map(str, arguments))}; " + (
        f"runpy.run_path({str(folder / 'check_trace.py')!r}, run_name='__main__')"
    )
    return subprocess.run(
        [sys.executable, "-c", ALONE.format(script)], capture_output=True, text=True, cwd=folder
    )


@pytest.mark.parametrize("name", ["imdb-lstm", *(f"compare-{one}" for one in RECURRENT)])
def test_every_gate_is_recomputed(name, tmp_path):
    folder, info = unpacked(name, tmp_path)
    done = check(folder, info.folder)
    assert done.returncode == 0, done.stderr
    compared = int(done.stdout.split()[0].replace(",", ""))
    trace = np.load(folder / "trace.npz")
    probabilities = 2 * len(trace["classes"])  # before any word and at the end
    layers = sum(trace[key].size for key in trace if key.startswith("layer"))
    assert compared == layers + probabilities + 1  # and the score


def test_a_changed_number_is_detected(tmp_path):
    folder, _ = unpacked("compare-lstm", tmp_path)
    arrays = dict(np.load(folder / "trace.npz"))
    arrays["layer0_forward_f"][3, 5] += 0.01
    np.savez(folder / "trace.npz", **arrays)
    done = check(folder)
    assert done.returncode != 0
    assert "layer0_forward_f" in done.stderr


def test_another_model_folder_is_detected(tmp_path):
    folder, _ = unpacked("compare-lstm", tmp_path)
    done = check(folder, model_folder("compare-gru"))
    assert done.returncode != 0
    assert str(model_folder("compare-gru")) in done.stderr


@pytest.mark.parametrize("architecture", sorted(set(ARCHITECTURES) - set(RECURRENT)))
def test_a_network_without_a_cell_is_refused(architecture, tmp_path):
    with pytest.raises(ReviewError):
        unpacked(f"compare-{architecture}", tmp_path)


def test_a_report_is_self_contained_and_escapes_text():
    trace = Predictor.load("compare-lstm").trace("a <b>good</b> film <script>alert(1)</script>")
    html = review_report("my<i>model", trace)
    assert "my&lt;i&gt;model" in html and "my<i>model" not in html
    assert "<script>alert" not in html and "<b>good" not in html
    assert "src=" not in html.split("</script>")[-1]  # nothing is loaded from elsewhere
    assert "forget gate" in html and "Plotly.newPlot" in html


def test_a_table_of_one_quantity_holds_its_numbers():
    trace = Predictor.load("compare-lstm").trace(TEXT)
    lines = trace.csv(trace.layers[0], "f").splitlines()
    assert len(lines) == 2 + len(trace.encoded.kept)
    before = [float(value) for value in lines[1].split(",")[2:4]]
    assert before == trace.probabilities_before.tolist()
    word, index, *probabilities, first = lines[2].split(",")[:5]
    assert (word, int(index)) == ("not", trace.encoded.kept_ids[0])
    assert [float(one) for one in probabilities] == pytest.approx(trace.probabilities[0])
    assert float(first) == pytest.approx(trace.layers[0].values["f"][0, 0])
