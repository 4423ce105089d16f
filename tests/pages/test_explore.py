"""The Explore page on the server side: shared settings, every view, and the link to Train."""

from urllib.parse import parse_qsl

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus.review import Split
from sentiment.corpus.sample import sample_corpus
from sentiment.corpus.sources import open_corpus
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.dataset.prepare import prepare
from sentiment.encoding.buckets import LENGTH_STEP
from sentiment.encoding.lengths import LengthHistogram
from sentiment.encoding.outliers import DropReason, iqr_cutoffs
from sentiment.encoding.tokenize import tokenize
from sentiment.web import layout
from tests.pages.driver import metric, page, text_of

VIEWS = ("Lengths", "Sequence length", "Vocabulary", "Batches")


def explore(view: str | None = None, **params: str) -> AppTest:
    app = page("explore", **params)
    return choose(app, explore_view=view) if view else app


def choose(app: AppTest, **choices: str) -> AppTest:
    for key, value in choices.items():
        control = app.selectbox(key=key) if key == "corpus" else app.button_group(key=key)
        control.set_value(value).run()
        assert not app.exception, app.exception
    return app


def count(app: AppTest, label: str) -> int:
    return int(metric(app, label).replace(",", ""))


def cutoffs(app: AppTest) -> tuple[int, int]:
    return app.number_input(key="min_length").value, app.number_input(key="max_length").value


def test_cutoffs_show_what_they_drop():
    app = explore()
    assert metric(app, "Reviews") == "100,000"
    choose(app, split="train")
    assert metric(app, "Mean length") == "234 words"
    assert metric(app, "Shortest") == "10"
    assert metric(app, "Longest") == "2,473"
    assert count(app, "Kept") == 25_000 - 7 - 123
    app.number_input(key="min_length").set_value(50).run()
    app.number_input(key="max_length").set_value(500).run()
    dropped = [
        count(app, f"Dropped as {why}") for why in ("empty", "too short", "too long", "duplicates")
    ]
    assert count(app, "Kept") + sum(dropped) == 25_000
    assert all(dropped[1:])
    app.number_input(key="min_length").set_value(600).run()
    assert "No review is kept" in text_of(app)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("corpus", ["IMDB", "Sample"])
def test_every_view_works_without_the_archive(view, corpus):
    app = explore(corpus=corpus, explore_view=view)
    app.number_input(key="min_length").set_value(9_000)  # nothing is kept
    app.number_input(key="max_length").set_value(9_999).run()
    assert not app.exception
    assert layout.ERROR not in text_of(app)


@pytest.mark.parametrize("shape", ["Histogram", "ECDF", "Box"])
def test_lengths_can_be_drawn_in_every_way(shape):
    app = explore(shape=shape)
    for color in ("split", "nothing", "label"):
        choose(app, color=color)
        for scale in ("log reviews", "log words", "linear"):
            choose(app, scale=scale)


def test_a_typed_cutoff_replaces_the_rule():
    app = choose(explore(), corpus="Sample")
    lengths = LengthHistogram.of(np.array([len(tokenize(t)) for t in sample_corpus().texts]))
    app.selectbox(key="rule").set_value("IQR").run()
    assert app.number_input(key="strength").value == 1.5
    assert cutoffs(app) == iqr_cutoffs(lengths, 1.5)
    app.number_input(key="strength").set_value(0.5).run()
    assert cutoffs(app) == iqr_cutoffs(lengths, 0.5)
    app.toggle(key="logarithms").set_value(True).run()
    assert cutoffs(app) == iqr_cutoffs(lengths, 0.5, logarithms=True)
    low, high = cutoffs(app)
    app.number_input(key="max_length").set_value(high + 10).run()
    assert app.selectbox(key="rule").value == "manual"
    assert cutoffs(app) == (low, high + 10)
    for rule in ("percentiles", "z-score"):
        app.selectbox(key="rule").set_value(rule).run()
        assert not app.exception
    app.selectbox(key="rule").set_value("percentiles").run()
    app.number_input(key="strength").set_value(10.0).run()
    assert cutoffs(app) == (lengths.percentile(10), lengths.percentile(90))


def test_the_rule_of_the_article_sets_everything():
    app = choose(explore(), split="train")
    app.selectbox(key="rule").set_value("article").run()
    assert cutoffs(app) == (3, 1_500)
    assert app.number_input(key="sequence_length").value == 233  # mean length of the kept reviews
    assert app.selectbox(key="truncation").value == "head"
    assert app.number_input(key="max_words").value == 100_000


def test_a_link_can_name_the_rule_of_the_article_alone():
    app = explore(rule="article", split="train")
    assert app.number_input(key="sequence_length").value == 233
    app = explore(rule="article", min_length="9", max_length="99", sequence_length="40")
    assert cutoffs(app) == (9, 99)
    assert app.number_input(key="sequence_length").value == 40


def test_a_link_sets_everything():
    app = explore(min_length="50", max_length="400", sequence_length="120", max_words="9000")
    assert cutoffs(app) == (50, 400)
    assert app.number_input(key="sequence_length").value == 120
    assert app.number_input(key="max_words").value == 9_000


def test_the_sufficient_length_depends_on_the_acceptable_loss_and_can_be_used():
    app = choose(explore("Sequence length"), split="train")
    assert metric(app, "Reviews truncated") == "30.2%"
    table = app.dataframe[0].value.set_index("words")
    assert f"{table.loc[250, 'truncated']:.1%}" == metric(app, "Reviews truncated")
    assert (table["words lost"].diff().dropna() < 0).all()  # longer rows lose less
    assert (table["epoch, buckets"] <= table["epoch, fixed width"].clip(lower=1) * 1.3).all()
    for tolerance in (10.0, 1.0):
        app.number_input(key="tolerance").set_value(tolerance).run()
        assert "Shortest sufficient length:" in text_of(app)
        next(button for button in app.button if button.label == "Use it").click().run()
        assert float(metric(app, "Words lost")[:-1]) <= tolerance
        sufficient = app.number_input(key="sequence_length").value
        assert f"Shortest sufficient length: {sufficient} words" in text_of(app)
        app.number_input(key="sequence_length").set_value(sufficient - 10).run()
        assert float(metric(app, "Words lost")[:-1]) >= tolerance
    assert "both ends" in text_of(app) or "no difference" in text_of(app)


def test_section_of_one_word():
    app = explore("Vocabulary")
    app.text_input(key="searched_word").set_value("Excellent!").run()
    shown = text_of(app)
    assert "“excellent”, tokenized from “Excellent!”" in shown
    assert count(app, "In Positive reviews") > 3 * count(app, "In Negative reviews")
    assert count(app, "Occurrences") == sum(
        count(app, f"In {side} reviews") for side in ("Positive", "Negative")
    )
    neighbors = app.dataframe[1].value["word"].tolist()
    assert len(set(neighbors)) == 12 and "excellent" not in neighbors
    app.text_input(key="searched_word").set_value("zxqvu").run()
    assert "20,000 most frequent" in text_of(app)
    app.text_input(key="searched_word").set_value("?!").run()
    assert not app.exception
    app.text_input(key="prefix").set_value("wonder").run()
    found = app.dataframe[0].value["word"].tolist()
    assert "wonderful" in found and all(word.startswith("wonder") for word in found)


def test_a_word_in_context_where_texts_are_available():
    app = choose(explore(), corpus="Sample", explore_view="Vocabulary")
    app.text_input(key="searched_word").set_value("film").run()
    examples = app.dataframe[-1].value
    assert set(examples["word"]) == {"film"} and len(examples) == 20


def test_hostile_words_stay_text():
    app = explore("Vocabulary")
    app.text_input(key="searched_word").set_value("<b>x</b> **y** :red[z]").run()
    assert not app.exception
    for element in [*app.markdown, *app.caption]:
        assert ":red[z]" not in str(element.value) and "<b>" not in str(element.value)


def test_the_batch_holds_kept_reviews_only():
    app = choose(explore(), corpus="Sample", explore_view="Batches")
    app.number_input(key="sequence_length").set_value(40).run()
    app.number_input(key="min_length").set_value(20).run()
    app.number_input(key="shown_batch_size").set_value(16).run()
    rows = app.dataframe[0].value
    assert len(rows) == 16 and (rows["words kept"] <= 40).all() and (rows["words"] >= 20).all()
    (width,) = set(rows["words kept"] + rows["padding"])
    assert width % LENGTH_STEP == 0
    assert rows["first ids"].str.split().str.len().max() == 12
    app.number_input(key="max_words").set_value(1).run()
    ids = " ".join(app.dataframe[0].value["first ids"]).split()
    assert set(ids) <= {"0", "1", "2"}  # padding, unknown, and the only word
    saved = metric(app, "Saved by buckets")
    assert saved.endswith("%") and int(saved[:-1]) > 0


def test_dropped_reviews_are_listed():
    app = choose(explore(), corpus="Sample")
    app.number_input(key="min_length").set_value(5).run()
    app.toggle(key="show_dropped").set_value(True).run()
    assert not app.exception
    rows = app.dataframe[-1].value
    short = rows[rows["reason"] == "too short"]
    assert len(short) and (short["words"] < 5).all()
    app.number_input(key="min_length").set_value(1).run()
    app.number_input(key="max_length").set_value(100_000).run()
    assert "drop no labelled review" in text_of(app)


def test_missing_texts_are_explained():
    app = explore("Vocabulary")
    assert "need the IMDB archive" in text_of(app)


def test_a_corpus_prepared_on_the_command_line_is_explored(tmp_path):
    path = tmp_path / "mine.csv"
    rows = [f"a {'fine' if n % 2 else 'poor'} film about {n},{n % 2}" for n in range(80)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    prepare(path)
    app = explore()
    choose(app, corpus=app.selectbox(key="corpus").options[-1])
    assert metric(app, "Reviews") == f"{len(open_corpus(path))}"
    for view in VIEWS[1:]:
        choose(app, explore_view=view)


def test_a_registered_corpus_is_explored_and_trained_on_by_its_name(tmp_path):
    path = tmp_path / "films.csv"
    rows = [f"a {'fine' if n % 2 else 'poor'} film about {n},{n % 2}" for n in range(80)]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    corpus = RegisteredCorpus("my films", str(path))
    register(corpus)
    corpus.open()
    app = explore()
    choose(app, corpus="my films")
    assert metric(app, "Reviews") == "80"
    assert app.selectbox(key="corpus").options == [
        "IMDB",
        "Sample",
        "Sample3",
        "my films",
    ]  # not listed again under its file name
    link = next(
        element.proto for element in app.get("page_link") if "Train with" in element.proto.label
    )
    train = page("train", **dict(parse_qsl(link.query_string.lstrip("?"))))
    assert train.selectbox(key="corpus").value == "my films"
    assert next(box for box in train.text_input if box.label == "Source").value == str(path)


def test_settings_reach_the_train_page_in_the_link():
    app = choose(explore(), corpus="Sample")
    for key, value in (
        ("min_length", 4),
        ("max_length", 90),
        ("sequence_length", 60),
        ("max_words", 800),
    ):
        app.number_input(key=key).set_value(value).run()
    app.selectbox(key="truncation").set_value("tail").run()
    link = next(
        element.proto for element in app.get("page_link") if "Train with" in element.proto.label
    )
    params = dict(pair.split("=") for pair in link.query_string.lstrip("?").split("&"))
    train = page("train", **params)
    numbers = {box.label: box.value for box in train.number_input}
    assert numbers["Shortest review (words)"] == 4
    assert numbers["Longest review (words)"] == 90
    assert numbers["Sequence length (words)"] == 60
    assert numbers["Vocabulary (words)"] == 800
    assert next(box for box in train.selectbox if box.label == "Truncation").value == "tail"
    assert next(box for box in train.text_input if box.label == "Source").value == "sample"
    next(button for button in train.button if button.label == "Reset settings").click().run()
    numbers = {box.label: box.value for box in train.number_input}
    assert numbers["Sequence length (words)"] == 200


@pytest.mark.parametrize("custom", [False, True])
def test_excluded_reviews_are_counted(custom, tmp_path):
    corpus = RegisteredCorpus("Sample", "sample")
    if custom:
        mine = tmp_path / "mine.csv"
        rows = [
            f"this is film number {row}{' and I give it 8/10' * (row % 4 == 0)},{row % 2}"
            for row in range(80)
        ]
        mine.write_text("\n".join(["review,label", *rows]))
        corpus = RegisteredCorpus("Mine", str(mine))
    corpus = corpus.excluding(["ratings"])
    register(corpus)
    if not custom:
        assert "their number once the reviews are prepared" in text_of(explore(corpus="Sample"))
    prepared = corpus.open()
    app = explore(corpus=corpus.name)
    assert (
        count(app, "Excluded for quality") == prepared.report.dropped[DropReason.RATING.title] > 0
    )
    assert count(app, "Kept") == sum(len(prepared.rows(split)) for split in Split)
    assert f"Reviews page: {QUALITY_CHECKS['ratings'].title}." in text_of(app)
    choose(app, explore_view="Batches")
    assert count(app, "Training reviews") == len(prepared.rows(Split.TRAIN))


def test_batches_of_a_large_corpus_come_from_a_sample(monkeypatch):
    whole = explore("Batches", corpus="Sample")
    monkeypatch.setattr("sentiment.web.explore.batch.MOST_BATCHED", 500)
    sampled = explore("Batches", corpus="Sample")
    for figure in ("Training reviews", "Words read", "Cells, length buckets"):
        assert metric(sampled, figure) == metric(whole, figure)
    assert "random sample of" in text_of(sampled)
    assert "random sample of" not in text_of(whole)
    assert 0 < len(sampled.dataframe[-1].value) <= 32
    assert (sampled.dataframe[-1].value["padding"] >= 0).all()
