"""Nearest neighbors in the embedding, compared with torch."""

import shutil

import pytest
import torch

from sentiment.errors import ModelError
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.networks.word_neighbors import WordSpace


def test_neighbors_equal_those_of_torch():
    info = ModelInfo.read(model_folder("imdb-lstm"))
    network, vocabulary = info.load()
    vectors = network.embedding.weight.detach()
    own = vocabulary.index("terrible")
    cosines = torch.cosine_similarity(vectors, vectors[own][None])
    cosines[[0, 1, own]] = -2
    best = cosines.topk(10)
    near = WordSpace.of(info).nearest("terrible", 10)
    assert [word for word, _ in near] == vocabulary.decode(best.indices.tolist())
    assert [cosine for _, cosine in near] == pytest.approx(best.values.tolist(), abs=1e-4)
    assert "terrible" not in dict(near)


def test_an_unknown_word_has_no_neighbors():
    space = WordSpace.of(ModelInfo.read(model_folder("imdb-lstm")))
    assert space.nearest("zxqvu", 5) == space.nearest("<pad>", 5) == []
    assert len(space.nearest("film", 10**9)) == len(space.vocabulary) - 3


def test_a_damaged_model_is_rejected(tmp_path):
    folder = tmp_path / "model"
    shutil.copytree(model_folder("compare-rnn"), folder)
    weights = folder / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match=r"weights\.safetensors"):
        WordSpace.of(ModelInfo.read(folder))
