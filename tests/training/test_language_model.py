"""Language models: the loss against the whole softmax, what they may see, and going on."""

import json
import shutil

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from sentiment.__main__ import main
from sentiment.dataset.batches import Batch, ReviewDataset
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.tokenize import TOKENIZER
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.errors import ConfigError, ModelError
from sentiment.listing import Listing
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import language_models, model_listing
from sentiment.training import language_model
from sentiment.training.config import Recipe, TrainConfig
from sentiment.training.initialization import prepare_reviews
from sentiment.training.language_model import LanguageModel
from sentiment.training.pretrained import Pretrained

SIZE = 40
FREQUENT = 50  # words that are always in the softmax: fewer than normally, for the time
CONFIG = NetworkConfig(architecture="bilstm", embedding_dim=12, hidden_size=8)


def model_of(config: NetworkConfig = CONFIG) -> LanguageModel:
    torch.manual_seed(0)
    return LanguageModel.of(new_network(config, SIZE), np.arange(SIZE, 0, -1)).eval()


def batch_of(*reviews: list[int]) -> Batch:
    width = max(map(len, reviews)) + 3
    rows = torch.tensor([[*ids, *[0] * (width - len(ids))] for ids in reviews])
    return Batch(rows, torch.tensor([len(ids) for ids in reviews]), torch.zeros(len(reviews)))


def test_with_many_wrong_words_it_learns_what_the_whole_softmax_would_teach():
    model, batch = model_of(), batch_of([5, 9, 30, 7, 7, 3], [11, 2, 8])
    model(batch, 200_000).backward()
    sampled = [parameter.grad.clone() for parameter in model.parameters()]
    model.zero_grad()
    losses = []
    for direction, (expected, *_) in zip(
        model.directions, model._predicted(batch.ids, batch.lengths), strict=True
    ):
        words = batch.ids[:, 1:] if direction == "forward" else batch.ids[:, :-1]
        scores = expected @ model.embedding.weight.T + model.bias
        there = torch.arange(words.shape[1]) < batch.lengths[:, None] - 1
        losses.append(cross_entropy(scores[there], words[there]))
    torch.stack(losses).mean().backward()
    for (name, parameter), gradient in zip(model.named_parameters(), sampled, strict=True):
        size = parameter.grad.norm()
        assert (gradient - parameter.grad).norm() < 0.05 * size, name


def test_the_rarer_words_of_the_softmax_are_estimated(monkeypatch):
    monkeypatch.setattr(language_model, "FREQUENT_WORDS", 10)
    test_with_many_wrong_words_it_learns_what_the_whole_softmax_would_teach()


def test_perplexity_of_a_model_that_knows_only_frequencies():
    model = model_of()
    with torch.no_grad():
        for projection in model.projections:
            projection.weight.zero_()
            projection.bias.zero_()
    ids = np.array([5, 9, 30, 7, 7, 3])
    dataset = ReviewDataset(
        ids, np.array([0, 6]), np.zeros(1), np.arange(1), SequenceConfig(sequence_length=10)
    )
    share = np.arange(SIZE, 0, -1) / sum(range(SIZE + 1))
    share[0] = 1e-9
    share /= share.sum()
    expected = np.exp(-np.log(share[np.concatenate([ids[1:], ids[:-1]])]).mean())
    assert model.perplexity(dataset) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("architecture", ["lstm", "bilstm", "bigru"])
def test_no_direction_sees_the_word_that_it_predicts(architecture):
    model = model_of(NetworkConfig(architecture=architecture, embedding_dim=12, hidden_size=8))
    ids = torch.tensor([[5, 9, 30, 7, 8, 3]])
    changed = ids.clone()
    changed[0, 3] = 20
    length = torch.tensor([6])
    for direction, (predicted, *_), (other, *_) in zip(
        model.directions,
        model._predicted(ids, length),
        model._predicted(changed, length),
        strict=True,
    ):
        differs = (predicted - other).abs().amax(dim=2)[0] > 0
        # Forward, position n predicts word n + 1; backward, position n predicts word n.
        position = 2 if direction == "forward" else 3
        assert not differs[position]
        assert differs.any()


def test_padding_does_not_change_the_loss():
    model = model_of()
    short, long = batch_of([5, 9, 30, 7]), batch_of([5, 9, 30, 7], [5, 9, 30, 7])
    padded = Batch(
        torch.cat([long.ids, torch.zeros(2, 9, dtype=torch.long)], 1), *[long.lengths, long.labels]
    )
    losses = []
    for batch in (short, padded):
        torch.manual_seed(3)
        losses.append(model(batch, 50).item())
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def test_networks_that_see_the_predicted_word_are_rejected():
    for config in (
        NetworkConfig(architecture="resnet"),
        NetworkConfig(architecture="bow"),
        NetworkConfig(architecture="bilstm", num_layers=2),
    ):
        with pytest.raises(
            ConfigError, match=f"{config.architecture}.*num_layers {config.num_layers}"
        ):
            LanguageModel.of(new_network(config, SIZE), np.ones(SIZE))


SMALL = [
    *("--architecture", "bilstm"),
    *("--embedding-dim", "12", "--hidden-size", "8", "--sequence-length", "60"),
    *("--batch-size", "64", "--negative-samples", "50"),
]


@pytest.fixture(scope="module", autouse=True)
def frequent():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language_model, "FREQUENT_WORDS", FREQUENT)
        yield


@pytest.fixture(scope="module")
def pretrained(frequent, tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "sample-lm"
    assert main(["pretrain", "sample", "--output", str(folder), "--epochs", "2", *SMALL]) == 0
    return Pretrained.load(folder)


def test_perplexity_falls_and_is_in_the_card(pretrained):
    first, second = pretrained.training["perplexities"]
    assert second < first < len(pretrained.vocabulary) / 4
    card = (pretrained.folder / "README.md").read_text()
    assert f"{second:.0f}" in card and "sample" in card.lower()
    assert not (pretrained.folder / "resume.safetensors").exists()


@pytest.mark.slow
def test_an_interrupted_pretraining_resumes_with_the_same_result(
    pretrained, tmp_path, monkeypatch, capsys
):
    from sentiment.training import pretrained as folders

    folder, save = tmp_path / "again", folders.save_pretrained

    def killed_after_the_first(*arguments, **options):
        save(*arguments, **options)
        raise KeyboardInterrupt

    command = ["pretrain", "sample", "--output", str(folder), "--epochs", "2", *SMALL]
    monkeypatch.setattr(folders, "save_pretrained", killed_after_the_first)
    assert main(command) == 130
    assert (folder / "resume.safetensors").exists()
    monkeypatch.setattr(folders, "save_pretrained", save)
    capsys.readouterr()
    assert main([*command, "--seed", "7"]) == 1  # it would not be the same training
    assert "seed" in capsys.readouterr().err
    assert main(command) == 0
    assert "after epoch 1" in capsys.readouterr().err
    again = Pretrained.load(folder)
    assert again.training["perplexities"] == pretrained.training["perplexities"]
    for name, value in pretrained.weights.items():
        assert torch.equal(value, again.weights[name]), name


def test_a_language_model_is_continued(pretrained, tmp_path, capsys):
    command = ["pretrain", "sample", "--epochs", "1", *SMALL]
    start = ["--initialization", str(pretrained.folder)]
    assert main([*command, *start, "--output", str(tmp_path / "more")]) == 0
    again = Pretrained.load(tmp_path / "more")
    assert again.training["perplexities"][0] < pretrained.training["perplexities"][-1]
    assert pretrained.folder.name in (again.folder / "README.md").read_text().split("Command")[0]

    short = (*start, "--learning-rate", "1e-9", "--output", str(tmp_path / "same"))
    assert main([*command, *short]) == 0
    same = Pretrained.load(tmp_path / "same")
    assert same.weights.keys() == pretrained.weights.keys()
    for name, value in pretrained.weights.items():
        assert torch.allclose(value, same.weights[name], atol=1e-3), name

    for option, message in (
        (("--hidden-size", "9"), "9 units"),
        (("--initialization", "compare-lstm", "--embedding-dim", "128"), "classifier"),
    ):
        failing = (*start, *option, "--output", str(tmp_path / "other"))
        assert main([*command, *failing]) == 1
        assert message in capsys.readouterr().err


def test_vectors_are_transferred_by_word_and_the_encoder_if_it_fits(pretrained):
    words = ["film", "the", "nosuchword"]
    vocabulary = Vocabulary(words, [3, 2, 1])
    source = {word: n for n, word in enumerate(pretrained.vocabulary.words)}
    vectors = pretrained.weights["embedding.weight"]
    for architecture, hidden, transferred in (
        ("bilstm", 8, "word vectors and encoder"),
        ("lstm", 8, "word vectors and encoder"),
        ("bilstm", 9, "word vectors"),
        ("gru", 8, "word vectors"),
        ("resnet", 8, "word vectors"),
    ):
        config = NetworkConfig(architecture=architecture, embedding_dim=12, hidden_size=hidden)
        network = new_network(config, len(vocabulary))
        assert pretrained.transfer_to(network, vocabulary, 0) == transferred
        for place, word in ((2, "film"), (3, "the")):
            assert torch.equal(network.embedding.weight[place], vectors[source[word]])
        assert not network.embedding.weight[0].any()
        if "encoder" in transferred:
            for name, value in network.encoder.state_dict().items():
                assert torch.equal(value, pretrained.weights[f"encoder.{name}"])
    wrong = new_network(NetworkConfig(embedding_dim=13), len(vocabulary))
    with pytest.raises(ModelError, match=r"embedding_dim.*13.*12"):
        pretrained.transfer_to(wrong, vocabulary, 0)


def test_a_language_model_of_another_tokenizer_is_refused(pretrained, tmp_path):
    about = json.loads((pretrained.folder / "language_model.json").read_text())
    assert about["tokenizer"] == TOKENIZER
    folder = tmp_path / "other"
    shutil.copytree(pretrained.folder, folder)
    (folder / "language_model.json").write_text(json.dumps(about | {"tokenizer": "words-9"}))
    with pytest.raises(ModelError, match="words-9"):
        Pretrained.load(folder)


def test_a_start_that_does_not_fit_is_refused_before_the_corpus_is_read(pretrained):
    for name, message in (("no-such-model", "no-such-model"), (str(pretrained.folder), "12 dim")):
        training = TrainConfig(initialization=name)
        recipe = Recipe(source="no such corpus", training=training)
        with pytest.raises(ModelError, match=message):
            prepare_reviews(recipe)


def test_a_language_model_is_not_listed_as_a_classifier(pretrained, monkeypatch):
    monkeypatch.setenv("SENTIMENT_MODELS", str(pretrained.folder.parent))
    assert language_models() == ["sample-lm"]
    assert model_listing() == Listing([], [])
    with pytest.raises(ModelError, match="nonsense"):
        Pretrained.load("nonsense")


def test_a_damaged_language_model_is_rejected(pretrained, tmp_path):
    import shutil

    folder = shutil.copytree(pretrained.folder, tmp_path / "damaged")
    content = bytearray((folder / "weights.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "weights.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.safetensors"):
        Pretrained.load(folder)
    about = json.loads((folder / "language_model.json").read_text())
    (folder / "language_model.json").write_text(json.dumps(about | {"format": 9}))
    with pytest.raises(ModelError, match="format 9"):
        Pretrained.load(folder)
