"""Additions to the training set, random crops, and calibration."""

import numpy as np
import pytest
import torch

from sentiment.corpus.remarks import synthetic_remarks
from sentiment.corpus.review import Split
from sentiment.corpus.sample import synthetic_reviews
from sentiment.dataset.batches import Batch, ReviewDataset
from sentiment.dataset.prepare import encode_corpus, prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.tokenize import tokenize
from sentiment.errors import ConfigError, ModelError
from sentiment.evaluation.calibration import best_scaling, calibrate
from sentiment.networks.build import new_network
from sentiment.networks.class_output import BINARY, class_output
from sentiment.networks.inference import probabilities
from sentiment.training.config import recipe_with
from sentiment.training.distributed import ProcessGroup
from sentiment.training.presets import PRESETS
from sentiment.training.step import random_crops
from sentiment.training.training_set import build_training_set
from tests.corpora import small_corpus, with_unlabelled

RECIPE = PRESETS["sample"].recipe


def silent(*_):
    pass


def prepared(folder, unlabelled=0, repeated=0):
    corpus = small_corpus(200, official=True, films=True)
    if unlabelled:
        corpus = with_unlabelled(corpus, unlabelled, repeated)
    folder.mkdir()
    encode_corpus(corpus, PrepareConfig(unlabelled=bool(unlabelled)), folder)
    return PreparedCorpus.open(folder)


def test_synthetic_reviews_are_appended():
    corpus = prepare("sample", PrepareConfig())
    plain = build_training_set(corpus, RECIPE, silent)
    more = build_training_set(corpus, recipe_with(RECIPE, {"synthetic_reviews": 200}), silent)
    assert len(more) == len(plain) + 200
    for item in (0, len(plain) - 1):
        assert np.array_equal(more[item][0], plain[item][0])
    longer, short = synthetic_reviews(100), synthetic_remarks(100)
    texts, labels = longer[0] + short[0], [*longer[1], *short[1]]
    assert more.labels[len(plain) :].tolist() == labels
    for number in (0, 57, 199):
        tokens = tokenize(texts[number])
        words = corpus.vocabulary.decode(more[len(plain) + number][0].tolist())
        assert words == [word if word in corpus.vocabulary.words else "<unk>" for word in tokens]
    assert [more[n][0].size for n in range(len(more))] == more.lengths.tolist()


def test_teachers_label_the_unlabelled_reviews(tmp_path):
    recipe = recipe_with(RECIPE, {"unlabelled": True, "teachers": "imdb-lstm, compare-bow"})
    corpus = prepared(tmp_path / "corpus", unlabelled=12)
    rows = corpus.rows(Split.UNLABELLED)
    assert len(rows) == 12
    dataset = build_training_set(corpus, recipe, silent, tmp_path)
    labelled = len(corpus.rows(Split.TRAIN))
    assert {tuple(row) for row in dataset.labels[:labelled].tolist()} == {(0, 1), (1, 0)}
    pseudo_labels = dataset.labels[labelled:]

    from sentiment.inspection.predictor import Predictor

    logits = [
        [
            np.log(p / (1 - p))
            for p in (x.probabilities[1] for x in Predictor.load(name).predict(texts))
        ]
        for name in ("imdb-lstm", "compare-bow")
        for texts in [corpus.texts(rows)]
    ]
    np.testing.assert_allclose(
        pseudo_labels[:, 1], 1 / (1 + np.exp(-np.mean(logits, axis=0))), atol=5e-3
    )  # in 16 bits

    np.save(
        tmp_path / "teachers.npy", np.full((12, 2), [0.75, 0.25], np.float32)
    )  # stored, not computed again
    again = build_training_set(corpus, recipe, silent, tmp_path)
    assert np.all(again.labels[labelled:] == [0.75, 0.25])


def test_pseudo_labels_are_computed_by_the_leader_only(tmp_path):
    recipe = recipe_with(RECIPE, {"unlabelled": True, "teachers": "compare-bow"})
    corpus = prepared(tmp_path / "corpus", unlabelled=12)
    sent = []

    class Leader(ProcessGroup):
        def broadcast(self, content):
            sent.append(content)
            return content

    class Follower(ProcessGroup):
        def broadcast(self, content):
            assert content == b""
            return sent[0]

    of_leader = build_training_set(corpus, recipe, silent, group=Leader(0, 2))
    of_follower = build_training_set(corpus, recipe, silent, group=Follower(1, 2))
    assert len(sent) == 1
    assert np.array_equal(of_leader.labels, of_follower.labels)


def test_teachers_need_unlabelled_reviews_and_a_known_name(tmp_path):
    recipe = recipe_with(RECIPE, {"teachers": "imdb-lstm"})
    with pytest.raises(ConfigError, match=r"teachers.*imdb-lstm"):
        build_training_set(prepare("sample", PrepareConfig()), recipe, silent)
    recipe = recipe_with(RECIPE, {"unlabelled": True, "teachers": "nobody"})
    with pytest.raises(ModelError, match="nobody"):
        build_training_set(prepared(tmp_path / "corpus", unlabelled=12), recipe, silent)


def test_unlabelled_reviews_do_not_change_the_splits_and_have_no_duplicates_there(tmp_path):
    without = prepared(tmp_path / "without")
    with_them = prepared(tmp_path / "with", unlabelled=12, repeated=3)
    assert len(with_them) == len(without) + 15
    for split in (Split.TRAIN, Split.VALID, Split.TEST):
        assert np.array_equal(with_them.rows(split), without.rows(split))
    assert with_them.report.dropped["repeated"] == 3
    assert len(with_them.rows(Split.UNLABELLED)) == 12


@pytest.mark.parametrize("side", ["after", "before"])
def test_random_crops_are_parts_of_their_reviews(side):
    torch.manual_seed(0)
    lengths = torch.tensor([2, 5, 60, 400] * 50)
    width = 416
    ids = torch.zeros(200, width, dtype=torch.long)
    for row, length in zip(ids, lengths.tolist(), strict=True):
        place = slice(0, length) if side == "after" else slice(width - length, width)
        row[place] = torch.arange(1, length + 1)
    crops = random_crops(Batch(ids, lengths, torch.rand(200)))
    kept = crops.lengths.tolist()
    for row, length, whole in zip(crops.ids, kept, lengths.tolist(), strict=True):
        assert 1 <= length <= min(48, whole)
        assert torch.equal(row[:length] - row[0], torch.arange(length))  # consecutive words
        assert 1 <= row[0] and row[length - 1] <= whole
        assert not row[length:].any()
    of_long = [length for length, whole in zip(kept, lengths.tolist(), strict=True) if whole > 48]
    assert min(of_long) == 4 and max(of_long) > 40
    assert 8 < np.median(of_long) < 22  # the median on a logarithmic scale is 14


def test_the_best_scaling_undoes_a_known_scaling():
    order = np.random.default_rng(0)
    true = order.normal(0, 2, 200_000)
    labels = order.random(200_000) < 1 / (1 + np.exp(-true))
    for scale in (0.5, 1.0, 3.0):
        for offset in (-0.5, 0.0, 1.0):
            outputs = torch.from_numpy((true - offset) * scale)[:, None]
            found = best_scaling(BINARY, outputs, labels)
            assert found.temperature == pytest.approx(scale, rel=0.02)
            assert found.shift == pytest.approx([offset], abs=0.02)


@pytest.mark.parametrize("ordinal", [False, True])
def test_the_best_scaling_of_three_classes(ordinal):
    output, random = class_output(3, ordinal), np.random.default_rng(0)
    true = torch.from_numpy(random.normal(0, 2, (50_000, output.size)))
    p = output.probabilities(true).numpy()
    labels = (random.random((50_000, 1)) > p.cumsum(axis=1)[:, :2]).sum(axis=1)
    offset = torch.tensor([0.5, -0.5, 0.0][: output.size])
    found = best_scaling(output, (true - offset) * 2, labels)
    assert found.temperature == pytest.approx(2, rel=0.03)
    assert found.shift == pytest.approx(offset.tolist(), abs=0.05)


def test_a_prior_limits_the_shift_for_few_reviews():
    logits = torch.tensor([[2.0], [1.0], [0.5], [-1.0]])
    (shift,) = best_scaling(BINARY, logits, np.ones(4)).shift
    assert 0 < shift < 2  # infinite without a prior


def test_calibration_is_linear_in_the_logits():
    corpus = prepare("sample", PrepareConfig())
    torch.manual_seed(0)
    network = new_network(RECIPE.network, len(corpus.vocabulary))
    with torch.no_grad():
        network.head.weight *= 20
    valid = ReviewDataset.of(corpus, Split.VALID, RECIPE.sequence)
    before = probabilities(network, valid)[:, 1]
    temperature, (shift,) = calibrate(network, valid)
    after = probabilities(network, valid)[:, 1]

    def logit(p):
        return np.log(p / (1 - p))

    np.testing.assert_allclose(logit(before) / temperature + shift, logit(after), atol=1e-3)
