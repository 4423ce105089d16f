"""Statistics of units against plain loops, the search against planted patterns."""

import json
import time
import tracemalloc

import numpy as np
import psutil
import pytest
import torch

from sentiment.__main__ import main
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.corpus.review import Split
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError, RunError
from sentiment.inspection import reference_corpus, review_states, units
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.review_excerpts import review_excerpts
from sentiment.inspection.unit_profile import UnitProfile
from sentiment.inspection.unit_states import StatesWriter, StoredStates, sample_reviews
from sentiment.inspection.unit_statistics import EXTREMES, RARE, half_lives
from sentiment.inspection.units import COMPLETE, UnitStudy, make_unit_study, write_unit_study
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.registry import ARCHITECTURES

WORDS = [f"w{number}" for number in range(30)]
NETWORKS = [name for name, entry in ARCHITECTURES.items() if entry.encoder]
KEEPS = {"lstm": "f", "bilstm": "f", "gru": "z", "bigru": "z"}
UNITS, REVIEWS = 5, 60


def predictor_of(architecture, layers=2):
    torch.manual_seed(0)
    config = NetworkConfig(
        architecture=architecture, embedding_dim=6, hidden_size=UNITS, num_layers=layers
    )
    vocabulary = Vocabulary(WORDS, [1] * len(WORDS))
    network = new_network(config, len(vocabulary))
    if architecture != "bow":
        with torch.no_grad():
            network.embedding.weight[1:].normal_()
    return Predictor(network, vocabulary, SequenceConfig(sequence_length=20), NEGATIVE_POSITIVE)


def corpus_of(reviews=REVIEWS):
    dice = np.random.default_rng(5)
    texts = [" ".join(dice.choice(WORDS, dice.integers(1, 26))) for _ in range(reviews)]
    return texts, dice.integers(0, 2, reviews).astype(np.int8)


def study_of(predictor, folder, texts, labels):
    folder.mkdir(exist_ok=True)
    lengths = np.array([min(len(text.split()), 20) for text in texts])
    write_unit_study(folder, predictor, "Mine", texts, np.arange(len(texts)), labels, lengths)
    return UnitStudy.open(folder)


PACKED = [("lstm", 1), ("bilstm", 1)]  # computed in batches


@pytest.fixture(scope="module", params=[(name, 2) for name in NETWORKS] + PACKED)
def studied(request, tmp_path_factory):
    architecture, layers = request.param
    predictor = predictor_of(architecture, layers)
    texts, labels = corpus_of()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(review_states, "WORDS_AT_ONCE", 100)
        patch.setattr(review_states, "SORTED_AT_ONCE", 32)
        study = study_of(predictor, tmp_path_factory.mktemp("study"), texts, labels)
    traces = [predictor.trace(text) for text in texts]
    return architecture, predictor, study, traces, labels


def layers_of(studied):
    """Each layer and direction: its statistics and the traces of all reviews."""
    _, _, study, traces, _ = studied
    for number, site in enumerate(study.sites):
        yield site, [trace.layers[number] for trace in traces]


def test_moments_and_correlations_equal_a_plain_loop(studied):
    architecture, _, study, traces, labels = studied
    assert len(study.sites) == len(traces[0].layers)
    np.testing.assert_allclose(
        study.probabilities, [trace.prediction.probabilities for trace in traces], atol=1e-6
    )
    for site, layers in layers_of(studied):
        states = np.concatenate([layer.values["h"] for layer in layers]).astype(float)
        np.testing.assert_allclose(site.mean, states.mean(axis=0), atol=1e-6)
        np.testing.assert_allclose(site.deviation, states.std(axis=0), atol=1e-5)
        position = np.concatenate(
            [
                np.arange(len(layer.values["h"]))[:: -1 if site.direction == "backward" else 1]
                for layer in layers
            ]
        )
        means = np.stack([layer.values["h"].mean(axis=0) for layer in layers]).astype(float)
        for unit in range(UNITS):
            if states[:, unit].std() < 1e-6:
                continue
            expected = np.corrcoef(position, states[:, unit])[0, 1]
            assert site.position_correlation[unit] == pytest.approx(expected, abs=1e-5)
            for label in (0, 1):
                expected = np.corrcoef(labels == label, means[:, unit])[0, 1]
                found = site.label_correlations[label, unit]
                assert found == pytest.approx(expected, abs=1e-5)
        if gate := KEEPS.get(architecture):
            gates = np.concatenate([layer.values[gate] for layer in layers]).astype(float)
            np.testing.assert_allclose(
                site.retention, np.exp(np.log(gates).mean(axis=0)), atol=1e-6
            )
            lives = np.log(2) / -np.log(gates).mean(axis=0)
            np.testing.assert_allclose(site.half_lives, lives, rtol=1e-5)
        elif architecture == "indrnn":
            weight = layers[0].unit_weights["u"]
            np.testing.assert_allclose(site.retention, np.abs(weight), rtol=1e-5)
        assert site.retention_from_gate == (architecture in (*KEEPS, "indrnn"))


def test_words_reviews_and_places_are_the_most_extreme_ones(studied):
    _, predictor, _, traces, _ = studied
    ids = np.concatenate([trace.encoded.kept_ids for trace in traces])
    for site, layers in layers_of(studied):
        states = np.concatenate([layer.values["h"] for layer in layers]).astype(float)
        changes = []
        for layer in layers:
            order = slice(None, None, -1 if site.direction == "backward" else 1)
            read = layer.values["h"][order]
            changes.append(np.diff(read, axis=0, prepend=np.zeros((1, UNITS)))[order])
        known = [word for word in np.unique(ids) if np.sum(ids == word) >= RARE]
        for found, values, of, sign in (
            (site.high_words, site.high_word_means, states, -1),
            (site.low_words, site.low_word_means, states, 1),
            (site.raising_words, site.raising_word_means, np.concatenate(changes), -1),
            (site.lowering_words, site.lowering_word_means, np.concatenate(changes), 1),
        ):
            means = {word: of[ids == word].mean(axis=0) for word in known}
            for unit in range(UNITS):
                best = sorted(sign * means[word][unit] for word in known)[:EXTREMES]
                np.testing.assert_allclose(sign * values[unit], best, atol=1e-5)
                for word, value in zip(found[unit], values[unit], strict=True):
                    assert means[word][unit] == pytest.approx(value, abs=1e-5)
        for unit in range(UNITS):
            by_review = np.array([layer.values["h"][:, unit].mean() for layer in layers])
            np.testing.assert_allclose(
                site.high_review_means[unit], np.sort(by_review)[::-1][:EXTREMES], atol=1e-6
            )
            np.testing.assert_allclose(
                by_review[site.low_reviews[unit]], np.sort(by_review)[:EXTREMES], atol=1e-6
            )
            peaks = np.array([layer.values["h"][:, unit].max() for layer in layers])
            np.testing.assert_allclose(
                site.high_position_values[unit], np.sort(peaks)[::-1][:EXTREMES], atol=1e-6
            )
            for (review, word), value in zip(
                site.low_positions[unit], site.low_position_values[unit], strict=True
            ):
                assert layers[review].values["h"][word, unit] == pytest.approx(value, abs=1e-6)
    assert predictor.vocabulary.words[known[0]] in WORDS


def test_missing_extremes_of_a_small_corpus_are_marked(tmp_path):
    predictor = predictor_of("lstm")
    labels = np.array([1, 0], np.int8)
    study = study_of(predictor, tmp_path, ["w1 w2 w1 w1 w1 w1", "w3"], labels)
    site = study.sites[0]
    assert (site.high_reviews[:, 2:] == -1).all() and np.isnan(site.high_review_means[:, 2:]).all()
    profile = UnitProfile.of(site, 0, predictor.vocabulary, predictor.classes, 1)
    assert [(word.word, word.count) for word in profile.high] == [("w1", 5)]
    assert "“w1”" in profile.finding


def test_half_lives():
    expected = [1.0, 2.0, np.inf, np.inf]
    np.testing.assert_allclose(half_lives(np.array([0.5, 0.5**0.5, 1.0, -1.2])), expected)
    assert half_lives(np.array([0.0]))[0] < 0.1


def profile_with(**figures):
    usual = dict(
        unit=3, mean=0.0, deviation=0.4, half_life=2.0, retention_from_gate=True,
        label_correlation=0.0,
        sides=("Negative", "Positive"),
        position_correlation=0.0, high=[], low=[], raising=[], lowering=[],
    )  # fmt: skip
    return UnitProfile(**usual | figures)


def test_the_finding_claims_no_more_than_the_figures():
    strong, weak = profile_with(label_correlation=-0.7), profile_with(label_correlation=0.3)
    assert "Negative" in strong.finding and "\u22120.70" in strong.finding
    assert "Positive" in weak.finding and "+0.30" in weak.finding
    counter = profile_with(position_correlation=0.9, half_life=np.inf)
    assert "+0.90" in counter.finding and "1,000" in counter.finding
    neither = profile_with().finding
    assert "Positive reviews" not in neither and "Negative reviews" not in neither
    assert "0.001" in profile_with(deviation=0.001, label_correlation=0.9).finding


def stored(folder, reviews, units):
    lengths = np.array([len(states) for states in reviews])
    writer = StatesWriter(folder, np.arange(len(reviews)), lengths, units)
    for states in reviews:
        writer.add(states)
    writer.close()
    return StoredStates.open(folder)


def test_stored_states_are_accurate_and_a_planted_pattern_is_found(tmp_path):
    dice = np.random.default_rng(0)
    reviews = [dice.normal(0, 0.2, (dice.integers(8, 40), 12)) for _ in range(80)]
    pattern = np.array([[0.5, -0.4, 0.3], [0.4, -0.5, 0.5], [0.5, -0.6, 0.4]])
    chosen = np.array([1, 4, 9])
    for review, start in ((50, 3), (7, 0), (66, len(reviews[66]) - 3)):
        reviews[review][start : start + 3, chosen] = pattern
    states = stored(tmp_path, reviews, 12)
    every = np.concatenate(reviews)
    near = np.abs(states.of(np.arange(12)) - every.T)
    assert np.quantile(near, 0.999) <= 1.25 * np.abs(every).max() / 127 / 2 + 1e-6
    mean, deviation = every[:, chosen].mean(axis=0), every[:, chosen].std(axis=0)
    found = states.search(chosen, pattern, mean, deviation, 10)
    assert set(found.reviews[:3]) == {7, 50, 66}
    starts = dict(zip(found.reviews.tolist(), found.starts.tolist(), strict=True))
    assert (starts[7], starts[50], starts[66]) == (0, 3, len(reviews[66]) - 3)
    assert (found.similarity[:3] > 0.99).all() and (np.diff(found.similarity) <= 0).all()
    assert len(set(found.reviews.tolist())) == 10
    longer = states.search(chosen, np.zeros((41, 3)), mean, deviation, 10)
    assert len(longer.reviews) == 0  # no review is as long


def test_ties_do_not_follow_the_order_of_the_corpus(tmp_path):
    """IMDB is sorted by label: without random ties the first matches would all be Negative."""
    states = stored(tmp_path, [np.full((5, 2), 0.5)] * 100, 2)
    chosen, pattern = np.array([0, 1]), np.full((2, 2), 0.5)
    found = states.search(chosen, pattern, np.zeros(2), np.ones(2), 50)
    assert 10 < np.sum(found.reviews < 50) < 40
    again = states.search(chosen, pattern, np.zeros(2), np.ones(2), 50)
    np.testing.assert_array_equal(found.reviews, again.reviews)


def test_similarity_equals_a_plain_loop(tmp_path):
    dice = np.random.default_rng(1)
    reviews = [dice.normal(0, 0.3, (20, 4)) for _ in range(40)]
    states = stored(tmp_path, reviews, 4)
    chosen, pattern = np.array([0, 2]), dice.normal(0, 0.3, (2, 2))
    mean, deviation = np.array([0.1, -0.1]), np.array([0.3, 0.2])
    found = states.search(chosen, pattern, mean, deviation, 40)
    values = states.of(chosen).T
    a = (pattern.mean(axis=0) - mean) / deviation
    for review, start, similarity in zip(
        found.reviews, found.starts, found.similarity, strict=True
    ):
        own = values[review * 20 : review * 20 + 20]
        windows = [(own[t : t + 2].mean(axis=0) - mean) / deviation for t in range(19)]
        alike = [2 * a @ b / (a @ a + b @ b) for b in windows]
        assert start == int(np.argmax(alike)) and similarity == pytest.approx(max(alike), abs=1e-4)


def test_the_stored_sample_respects_its_limit():
    lengths = np.random.default_rng(0).integers(5, 400, 3_000)
    for limit in (100_000, 1_000_000, 10**12):
        chosen = sample_reviews(lengths, 64, limit)
        assert lengths[chosen].sum() * 64 <= limit and np.all(np.diff(chosen) > 0)
    assert len(sample_reviews(lengths[:100], 64, 10**12)) == 100
    assert len(sample_reviews(lengths, 10**6, 1)) == 1


@pytest.mark.slow
def test_memory_does_not_grow_with_the_reviews(tmp_path):
    predictor = predictor_of("gru")
    peaks = []
    for number, size in enumerate((100, 1_000)):
        texts, labels = corpus_of(size)
        folder = tmp_path / str(number)
        tracemalloc.start()
        study_of(predictor, folder, texts, labels)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # What grows is a few numbers a review: its row, label and probability.
    assert peaks[1] - peaks[0] < 900 * 200


def test_a_bag_of_words_has_no_units(tmp_path):
    with pytest.raises(ModelError):
        study_of(predictor_of("bow"), tmp_path, *corpus_of(2))


@pytest.fixture
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "mine.tsv"
    lines = [
        f"a {('awful', 'great')[n % 2]} film number {n} about people\t{('neg', 'pos')[n % 2]}"
        for n in range(300)
    ]
    path.write_text("review\tlabel\n" + "\n".join(lines) + "\n")
    return str(path)


def wait_for(condition, seconds=90):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it takes too long"
        time.sleep(0.05)


def test_a_study_is_stored_by_model_and_corpus_without_the_test_split(own_data, table, capsys):
    info = ModelInfo.read(model_folder("compare-rnn"))
    assert main(["units", "compare-rnn", "--data", table, "--unit", "2", "--json"]) == 0
    (profile,) = json.loads(capsys.readouterr().out)
    assert (profile["unit"], profile["direction"]) == (2, "forward")
    corpus = reference_corpus.open_prepared(info, table)
    study = UnitStudy.open(units.study_folder(info, reference_corpus.corpus_key(info, table)))
    assert not set(study.rows) & set(corpus.rows(Split.TEST))
    assert len(study.rows) == len(corpus.rows(Split.TRAIN)) + len(corpus.rows(Split.VALID))

    def must_not(stage, done, total):
        raise AssertionError(f"{stage} again")

    again = make_unit_study(info, table, must_not)
    np.testing.assert_array_equal(again.sites[0].mean, study.sites[0].mean)
    other = ModelInfo.read(model_folder("compare-indrnn"))
    key = reference_corpus.corpus_key(info, table)
    assert not (units.study_folder(other, key) / COMPLETE).exists()
    with open(table, "a") as file:
        file.write("one more film\tpos\n")
    assert reference_corpus.corpus_key(info, table) != key  # another corpus, another study
    predictor = Predictor.load("compare-rnn")
    reviews, starts = np.array([0]), np.array([1])
    (place,) = review_excerpts(
        study, corpus.texts(study.rows[:1]), predictor, reviews, starts, around=1
    )
    assert place.text.startswith("a «") and place.text.endswith("…")
    (study.folder / "units.npz").write_bytes(b"no")
    with pytest.raises(RunError):
        UnitStudy.open(study.folder)
    assert main(["units", "compare-rnn", "--data", "sample", "--unit", "9999"]) == 1


@pytest.mark.slow
def test_a_killed_study_leaves_no_files_and_can_be_made_again(own_data):
    info = ModelInfo.read(model_folder("compare-lstm"))
    units.launch_study(info, "sample")
    with pytest.raises(RunError):
        units.launch_study(info, "sample")
    wait_for(lambda: units.job().status().stage == "Reading")
    folder = units.study_folder(info, reference_corpus.corpus_key(info, "sample"))
    process = json.loads((units.job().folder / "process.json").read_text())
    psutil.Process(process["pid"]).kill()
    wait_for(lambda: units.job().status().state != "running")
    assert not folder.exists()
    assert units.job().status().message
    units.launch_study(info, "sample")
    units.job().stop()
    wait_for(lambda: units.job().status().state != "running")
    assert units.job().status().message == ""
