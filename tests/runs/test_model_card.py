"""The model card tells what was read and measured, for any corpus and any classes."""

import re
from dataclasses import replace

import numpy as np
import pytest
import yaml
from huggingface_hub import ModelCard

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from sentiment.corpus.review import Split
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig
from sentiment.evaluation.metrics import Evaluation
from sentiment.networks.training_record import SplitTexts
from sentiment.runs.model_card import model_card
from sentiment.runs.training_record import split_texts
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from tests.corpora import small_corpus
from tests.records import training_record

RATINGS = Classes(("poor|bad", "so *so*", "good"), ordered=True)
GERMAN = "Der Staubsauger ist viel zu laut und saugt leider auch nach Stunden kaum etwas"


def figures(classes: Classes, reviews: int = 60) -> dict:
    labels = np.arange(reviews) % len(classes)
    p = np.random.default_rng(0).dirichlet(np.ones(len(classes)), reviews)
    found = Evaluation.of(labels, p, classes).to_json()
    return {"valid": found, "test": found}


def record_of(classes: Classes, source: str = "/home/ann/vacuums.csv", architecture: str = "lstm"):
    recipe = recipe_with(PRESETS["sample"].recipe, {"source": source, "architecture": architecture})
    splits = {
        split: {name: 10 * number for number, name in enumerate(classes.names, 1)}
        for split in ("train", "valid", "test")
    }
    return training_record(
        recipe=recipe.to_json(),
        corpus="vacuums.csv",
        splits=splits,
        dropped={"too short": 7},
        encoder_parameters=None if architecture == "bow" else 50,
    )


def rows_of(card: str, first: str) -> list[list[str]]:
    """The cells of the table whose heading begins with `first`, without heading and line."""
    lines = card.split(f"\n| {first} |", 1)[1].splitlines()
    rows = []
    for line in lines[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
    return rows


def test_lengths_and_languages_are_those_of_the_reviews_kept(tmp_path):
    corpus = small_corpus(300, official=True)
    texts = list(corpus.texts)
    for row in (200, 201, 202):
        texts[row] = f"{GERMAN} no{row}"
    texts[210] = "a fine film"  # too short to tell its language
    encode_corpus(replace(corpus, texts=texts), PrepareConfig(), tmp_path)
    prepared = PreparedCorpus.open(tmp_path)
    found = split_texts(prepared, sequence_length=12)
    assert set(found) == {"train", "valid", "test"}
    for split, measured in found.items():
        rows = prepared.rows(Split[split.upper()]).tolist()
        lengths = np.array([len(texts[row].split()) for row in rows])
        assert measured.reviews == len(rows)
        assert measured.truncated == (lengths > 12).sum()
        assert measured.language_checked == (lengths >= 10).sum()
        assert measured.other_languages == (3 if split == "test" else 0)
        for share, value in ((5, measured.short), (50, measured.median), (95, measured.long)):
            assert value == np.percentile(lengths, share, method="inverted_cdf")

    record = replace(record_of(NEGATIVE_POSITIVE), texts=found)
    card = model_card("vacuums", record, figures(NEGATIVE_POSITIVE), NEGATIVE_POSITIVE)
    cells = {row[0]: row for row in rows_of(card, "split")}["test"]
    assert cells[1] == "150" and cells[2].startswith(f"{found['test'].median} ")
    assert cells[4].startswith(f"{3 / found['test'].language_checked:.1%}")


def test_a_record_without_lengths_says_so_and_has_those_of_the_whole_corpus():
    imdb = CorpusStatistics.load()
    record = replace(record_of(NEGATIVE_POSITIVE), data_fingerprint=imdb.fingerprint)
    measured = figures(NEGATIVE_POSITIVE)
    card = model_card("old", record, measured, NEGATIVE_POSITIVE, statistics=imdb)
    assert [row[:2] for row in rows_of(card, "split")][:3] == [
        ["train", "30"],
        ["valid", "30"],
        ["test", "30"],
    ]
    assert "did not record the lengths and languages" in card
    lengths = np.repeat(
        np.concatenate([one.lengths for one in imdb.lengths_of_all["test"].values()]),
        np.concatenate([one.counts for one in imdb.lengths_of_all["test"].values()]),
    )
    cells = {row[0]: row[1:] for row in rows_of(card, "part of the corpus")}
    short, median, long = (
        np.percentile(lengths, share, method="inverted_cdf") for share in (5, 50, 95)
    )
    longer = (lengths > PRESETS["sample"].recipe.sequence.sequence_length).mean()
    assert cells["test"] == ["25,000", f"{median} ({short} to {long})", f"{longer:.1%}"]
    other = replace(record, data_fingerprint="0" * 64)
    assert "part of the corpus" not in model_card(
        "old", other, measured, NEGATIVE_POSITIVE, statistics=imdb
    )


@pytest.mark.parametrize("classes", [NEGATIVE_POSITIVE, RATINGS], ids=len)
@pytest.mark.parametrize("architecture", ["lstm", "bow"])
def test_a_card_speaks_of_its_own_corpus_only(classes, architecture):
    record = record_of(classes, architecture=architecture)
    card = model_card("vacuums", record, figures(classes), classes)
    assert "vacuums.csv" in card and "/home/ann" not in card
    assert not re.search("movie|film|IMDB|None|nan", card)
    assert rows_of(card, "class")[0][1:] == ["10", "10", "10"]
    assert len(rows_of(card, "class")) == len(rows_of(card, "class, on test")) == len(classes)
    assert ("absolute error" in card) == (len(classes) > 2)
    assert "7 too short" in card


@pytest.mark.parametrize(
    ("classes", "architecture"),
    [(NEGATIVE_POSITIVE, "lstm"), (RATINGS, "lstm"), (NEGATIVE_POSITIVE, "bow")],
    ids=["two classes", "three classes", "bag of words"],
)
def test_the_hub_reads_the_front_matter(classes, architecture):
    record, metrics = record_of(classes, architecture=architecture), figures(classes)
    card = ModelCard(model_card("no: a|name #1", record, metrics, classes))
    about, test = card.data, metrics["test"]
    assert (about.license, about.pipeline_tag) == ("unknown", "text-classification")
    assert about.language is None and about.datasets is None  # not measured, and not on the Hub
    assert about.model_name == "no: a|name #1"
    values = {"accuracy": test["accuracy"], "f1": test["macro_f1"], "roc_auc": test["auc"]}
    if len(classes) > 2:
        values["mae"] = test["mean_absolute_error"]
    found = {result.metric_type: result for result in about.eval_results}
    assert about.metrics == list(values) == list(found)
    for kind, value in values.items():
        assert found[kind].metric_value == pytest.approx(value, abs=1e-6)
        assert (found[kind].task_type, found[kind].dataset_split) == (about.pipeline_tag, "test")
        assert found[kind].dataset_name == "vacuums.csv"
    assert card.text.lstrip().startswith("# no")


def test_the_language_and_the_data_set_are_named_where_they_are_known():
    def data_of(others: int, checked: int = 200):
        texts = SplitTexts(300, 5, 20, 90, 0, checked, others)
        record = replace(record_of(NEGATIVE_POSITIVE, source="imdb"), texts={"train": texts})
        card = model_card("m", record, figures(NEGATIVE_POSITIVE), NEGATIVE_POSITIVE, "mit")
        return yaml.safe_load(card.split("---\n")[1])

    assert data_of(others=4)["language"] == ["en"]
    assert data_of(others=4)["datasets"] == ["stanfordnlp/imdb"]
    assert "language" not in data_of(others=100)
    assert "language" not in data_of(others=0, checked=0)
    assert data_of(others=4)["license"] == "mit"
