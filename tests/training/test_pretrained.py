"""Networks that start from a classifier."""

import pytest
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ModelError
from sentiment.networks.build import new_classifier, output_for
from sentiment.networks.config import NetworkConfig
from sentiment.training.pretrained import Pretrained
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
