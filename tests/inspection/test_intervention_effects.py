"""Effects of interventions on the accuracy: statistics, storage, and the job."""

import json
import re
import shutil
import time

import numpy as np
import psutil
import pytest

from sentiment.__main__ import main
from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.errors import RunError
from sentiment.inspection import intervention_effects, reference_corpus
from sentiment.inspection.intervention_effects import Effect
from sentiment.inspection.interventions import parse
from sentiment.networks.inference import probabilities
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.places import data_dir
from tests.classes import of_both


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A corpus of 60 reviews in a table, all about the same length."""
    path = tmp_path_factory.mktemp("small") / "small.tsv"
    good, bad = "a wonderful film , moving and great", "an awful film , dull and boring"
    lines = [
        f"{(good, bad)[n % 2]} {'and then some more words ' * (n % 5)} number {n}\t{'pn'[n % 2]}"
        for n in range(600)
    ]
    text = "review\tlabel\n" + "\n".join(lines).replace("\tp", "\tpos").replace("\tn", "\tneg")
    path.write_text(text + "\n")
    return str(path)


@pytest.fixture(scope="module")
def info():
    return ModelInfo.read(model_folder("compare-gru"))


def wait_for(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


def test_the_statistics_of_an_effect():
    labels = np.array([1, 1, 1, 0, 0, 0, 0, 1])
    # Wrong: the third and the fifth.
    before = of_both([0.9, 0.8, 0.4, 0.1, 0.6, 0.2, 0.3, 0.9])
    after = of_both([0.1, 0.8, 0.9, 0.1, 0.6, 0.7, 0.8, 0.2])
    effect = Effect.of("f=1", "Mine", labels, before, after, NEGATIVE_POSITIVE)
    assert (effect.before, effect.after, effect.difference) == (6 / 8, 3 / 8, -3 / 8)
    assert effect.flips == (2, 3)
    assert (effect.gained, effect.lost) == (1, 4)
    assert effect.p_value == pytest.approx(2 * (1 + 5) / 2**5)  # one head in five tosses, or none
    # Adjusted Wald interval: one more of each kind, 2 gained and 5 lost of 10.
    margin = 1.959964 * np.sqrt((0.2 + 0.5 - 0.3**2) / 10)
    assert effect.difference_low == pytest.approx(-0.3 - margin)
    assert effect.difference_high == pytest.approx(-0.3 + margin)
    for figure in ("8", "Mine", "75.0%", "37.5%", "\u221237.50 pp", "5 verdicts"):
        assert figure in effect.finding
    same = Effect.of("", "Mine", labels, before, before, NEGATIVE_POSITIVE)
    assert "flip, " not in same.finding and same.p_value == 1


def test_flips_are_counted_by_the_class_they_reach():
    labels = np.array([0, 1, 2, 2])
    before = np.eye(3)[[0, 1, 1, 2]]
    after = np.eye(3)[[1, 1, 2, 0]]
    classes = Classes(("Negative", "Neutral", "Positive"), ordered=True)
    effect = Effect.of("f=1", "Mine", labels, before, after, classes)
    assert effect.flips == (1, 1, 1)
    assert (effect.before, effect.after, effect.gained, effect.lost) == (3 / 4, 2 / 4, 1, 2)
    assert "1 to Neutral" in effect.finding


def test_effects_are_stored_by_model_corpus_and_interventions(small, info, tmp_path):
    interventions = parse("z=0.9; h@3=0", info.load()[0])
    effect = intervention_effects.measure_effect(info, small, interventions)
    corpus = reference_corpus.open_prepared(info, small)
    rows = corpus.rows(Split.TEST)
    network, vocabulary = info.load()
    texts, labels = corpus.texts(rows), corpus.labels[rows]
    dataset = ReviewDataset.of_texts(texts, labels, vocabulary, info.sequence)
    right = (probabilities(network, dataset)[:, 1] >= 0.5) == labels.astype(bool)
    assert (effect.reviews, effect.before) == (len(rows), pytest.approx(right.mean()))

    def must_not(stage, done, total):
        raise AssertionError(f"{stage} again")

    assert intervention_effects.measure_effect(info, small, interventions, must_not) == effect
    key = reference_corpus.corpus_key(info, small)
    assert intervention_effects.stored_effects(info, key).items == [effect]
    # Another folder with the same weights is the same model; other weights are another.
    shutil.copytree(info.folder, tmp_path / "copy")
    assert (
        intervention_effects.stored_effect(
            ModelInfo.read(tmp_path / "copy"), key, effect.interventions
        )
        == effect
    )
    other = ModelInfo.read(model_folder("compare-lstm"))
    assert intervention_effects.stored_effect(other, key, effect.interventions) is None
    assert intervention_effects.stored_effect(info, key, "z=0.9") is None
    (file,) = (data_dir() / "interventions").glob("*/*.json")
    file.write_text("{")
    with pytest.raises(RunError, match=re.escape(str(file))):
        intervention_effects.stored_effect(info, key, effect.interventions)
    assert intervention_effects.stored_effects(info, key).items == []
    assert [item.path for item in intervention_effects.stored_effects(info, key).bad] == [file]
    file.unlink()


def test_the_command_and_the_page_share_effects(small, info, capsys):
    words = ["intervene", "compare-gru", "--data", small, "--set", "z*0.5", "--set", "h[0-7]=mean"]
    assert main([*words, "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["interventions"] == "z*0.5; h[0-7]=mean"
    stored = intervention_effects.stored_effect(
        info, reference_corpus.corpus_key(info, small), figures["interventions"]
    )
    expected = {"model": "compare-gru", **stored.to_json()}
    assert json.loads(json.dumps(expected)) == figures
    assert main(words) == 0
    assert stored.finding in capsys.readouterr().out
    assert main(["intervene", "compare-gru", "--data", small, "--set", "f=1"]) == 1
    assert "“f”" in capsys.readouterr().err


@pytest.fixture
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


def test_one_measurement_runs_in_the_background(small, info, own_data):
    assert intervention_effects.job().status().state == "none"
    interventions = parse("z=1", info.load()[0])
    intervention_effects.launch_measurement(info, small, interventions)
    with pytest.raises(RunError):
        intervention_effects.launch_measurement(info, small, interventions)
    wait_for(lambda: intervention_effects.job().status().state != "running")
    assert intervention_effects.job().status().state == "done"
    assert intervention_effects.job().metadata == {
        "model": "compare-gru",
        "source": small,
        "interventions": "z=1",
    }
    effect = intervention_effects.stored_effect(
        info, reference_corpus.corpus_key(info, small), "z=1"
    )
    assert effect.after == pytest.approx(0.5, abs=0.1)  # it keeps the nothing it began with


@pytest.mark.slow
def test_a_killed_or_stopped_measurement_leaves_no_partial_files(info, own_data):
    interventions = parse("z=1", info.load()[0])
    for by_hand in (False, True):
        intervention_effects.launch_measurement(info, "sample", interventions)
        wait_for(lambda: intervention_effects.job().status().stage not in ("Starting", "done"))
        if by_hand:
            intervention_effects.job().stop()
        else:
            process = json.loads((intervention_effects.job().folder / "process.json").read_text())
            psutil.Process(process["pid"]).kill()
        wait_for(lambda: intervention_effects.job().status().state != "running")
        message = intervention_effects.job().status().message
        assert bool(message) != by_hand  # who stops it knows why it ended
        assert (
            intervention_effects.stored_effects(
                info, reference_corpus.corpus_key(info, "sample")
            ).items
            == []
        )
        for path in (data_dir() / "interventions").rglob("*.npy"):
            assert path.name.startswith(".") or len(np.load(path, allow_pickle=False)) > 500


@pytest.mark.slow
def test_a_failed_process_reports_its_error(info, own_data, monkeypatch):
    intervention_effects.launch_measurement(info, "/nowhere.csv", parse("z=1", info.load()[0]))
    wait_for(lambda: intervention_effects.job().status().state != "running")
    assert "There is no file or folder /nowhere.csv" in intervention_effects.job().status().message
