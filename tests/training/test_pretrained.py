"""Networks that start from a classifier."""

from dataclasses import replace

import pytest
import torch

from sentiment.__main__ import main
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError
from sentiment.networks.build import new_classifier, output_for
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo
from sentiment.training.pretrained import Pretrained
from sentiment.training.starting_model import require_same_split
from tests.export.tiny import TOPICS, VARIANTS, tiny_model, variant_name


@pytest.mark.parametrize("variant", VARIANTS, ids=variant_name)
def test_with_the_same_words_and_classes_it_is_the_same_network(tmp_path, variant):
    info = tiny_model(tmp_path / "m", *variant)
    source, vocabulary = info.load()
    network = new_classifier(variant[0], len(vocabulary), output_for(*variant)).eval()
    pretrained = Pretrained.load(info.folder)
    copied = pretrained.transfer_to(network, vocabulary, 0, info.classes)
    assert copied == "word vectors, encoder and head"
    ids, length = torch.arange(2, 12)[None], torch.tensor([10])
    with torch.no_grad():
        assert torch.equal(network(ids, length), source(ids, length))


@pytest.mark.parametrize(
    ("changed", "classes"),
    [
        ({}, TOPICS),
        ({"pooling": "mean"}, NEGATIVE_POSITIVE),
        ({"architecture": "lstm"}, NEGATIVE_POSITIVE),
    ],
)
def test_another_head_is_new(tmp_path, changed, classes):
    settings = {"architecture": "bilstm", "embedding_dim": 6, "hidden_size": 5, "pooling": "last"}
    info = tiny_model(tmp_path / "m", NetworkConfig(**settings), NEGATIVE_POSITIVE)
    config = NetworkConfig(**settings | changed)
    network = new_classifier(config, 5, output_for(config, classes))
    head = network.head.weight.detach().clone()
    copied = Pretrained.load(info.folder).transfer_to(
        network, Vocabulary(["w1", "new", "w0"], [3, 2, 1]), 0, classes
    )
    assert copied == "word vectors and encoder"
    assert torch.equal(network.head.weight, head)
    weights = info.load()[0].state_dict()
    assert torch.equal(network.embedding.weight[[2, 4]], weights["embedding.weight"][[3, 2]])
    for name, value in network.encoder.state_dict().items():
        assert torch.equal(value, weights[f"encoder.{name}"])


def test_a_model_without_word_vectors_is_refused():
    with pytest.raises(ModelError, match="compare-bow has no word vectors"):
        Pretrained.load("compare-bow")


def test_a_classifier_that_has_seen_validation_reviews_is_refused(tmp_path, new_user, capsys):
    """The split follows from these settings, so another one has reviews of this validation split
    in its training split."""
    sizes = ["--embedding-dim", "4", "--hidden-size", "4", "--sequence-length", "20"]
    train = ["train", "--epochs", "1", *sizes]
    first = tmp_path / "first"
    assert main([*train, "--output", str(first)]) == 0
    info = ModelInfo.read(first)
    ours = info.training.prepare
    for changed in ({"seed": 1}, {"split": "8:1:1"}, {"exclude": "duplicates"}, {"max_length": 90}):
        with pytest.raises(ModelError, match=next(iter(changed))):
            require_same_split(str(first), info.training.data_fingerprint, replace(ours, **changed))
        require_same_split(str(first), "other reviews", replace(ours, **changed))
        require_same_split("vectors", info.training.data_fingerprint, replace(ours, **changed))
    require_same_split(str(first), info.training.data_fingerprint, replace(ours, max_words=9))
    again = [*train, "--initialization", str(first)]
    assert main([*again, "--seed", "1"]) == 1
    assert "Set seed to 0" in capsys.readouterr().err
    assert main(again) == 0
