"""The Learn page: every step opens, its question has one right answer, and progress is kept."""

import numpy as np
import pytest

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.charts.lengths import bin_edges, right_edge
from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.lessons.article import EXAMPLE, Article
from sentiment.runs.run import all_runs
from sentiment.web.learn.path import STEPS
from tests.corpora import corpus_of_classes, small_corpus
from tests.pages.driver import page, press, text_of

NUMBERS = range(1, len(STEPS) + 1)


def answer(app, place):
    """Choose the choice at `place`."""
    app.main.radio[0].set_value(place).run()
    assert not app.exception, app.exception
    return app


def test_twelve_steps_show_their_code_and_reveal_their_answer():
    assert len(STEPS) == 12
    app = page("learn")
    for number in NUMBERS:
        assert app.query_params["step"] == str(number)
        assert app.header[0].value.startswith(f"{number}. ")
        assert any("def " in code.value or "class " in code.value for code in app.code)
        press(app, "Show the answer")
        assert app.query_params["done"] == "-".join(map(str, range(1, number + 1)))
        assert app.info[-1].value
        if number < len(STEPS):
            app.button(key="next_step").click().run()
            assert not app.exception, app.exception


def test_a_wrong_answer_is_not_progress_and_a_right_one_is():
    app = answer(page("learn", step="1", done="3"), 0)
    assert app.warning and app.query_params["done"] == "3"
    answer(app, 1)
    assert app.success and app.query_params["done"] == "1-3"
    app.switch_page("pages/explore.py").run()
    app.switch_page("pages/learn.py").run()
    assert app.query_params["done"] == "1-3"


def test_the_lengths_are_those_of_the_statistics():
    lengths = CorpusStatistics.load().lengths("train")
    everything = np.repeat(lengths.lengths, lengths.counts)
    app = page("learn", step="6")
    text = text_of(app)
    assert f"{everything.mean():.1f}" in text and f"{int(np.median(everything))}" in text
    cutoff = app.slider(key="learn_longest").value
    assert 0 < (everything > cutoff).mean() < 0.02  # in the chart, whose axis leaves out 0.5%
    assert cutoff < bin_edges(right_edge(lengths, "linear"), "linear")[-1]
    app.slider(key="learn_longest").set_value(500).run()
    assert f"{np.sum(everything > 500):,}" in text_of(app)


def test_the_split_shows_the_sizes_and_the_exactness_of_a_test():
    app = page("learn", step="8")
    app.select_slider(key="learn_split").set_value(500).run()
    assert "400" in text_of(app) and "50" in text_of(app)
    share, reviews = Article.read().test_accuracy, 50
    spread = 1.96 * np.sqrt(share * (1 - share) / reviews)
    assert f"{share - spread:.0%}"[0] == "7"  # the interval reaches far below 80%
    assert any("7" in caption.value.split("between")[-1] for caption in app.caption)


def test_a_smaller_vocabulary_leaves_more_words_unknown():
    app = page("learn", step="4", text="a superb film")
    assert "0 of 3" in text_of(app)
    app.select_slider(key="learn_encode").set_value(100).run()
    assert "1 of 3" in text_of(app)
    assert any("1]" in code.value or ", 1," in code.value for code in app.code)


def test_labels_of_any_table_get_codes():
    app = page("learn", step="5")
    app.text_input(key="learn_labels").set_value("1, 2, 3, 4, 5").run()
    assert "left out" in text_of(app)
    app.text_input(key="learn_labels").set_value("").run()
    assert not app.exception and not app.error


def test_the_last_step_ends_with_the_example_of_the_article():
    app = page("learn", step="12")
    assert app.text_area(key="text").value == EXAMPLE
    assert "Negative" in text_of(app)
    app.text_area(key="text").set_value("I loved every minute of it").run()
    assert "Positive" in text_of(app)
    app.text_area(key="text").set_value("?!").run()
    assert not app.exception


def test_a_review_is_kept_from_step_to_step():
    app = page("learn", step="2")
    app.text_area(key="text").set_value("a superb film").run()
    assert app.query_params["text"] == "a superb film"
    app.button(key="next_step").click().run()
    app.button(key="next_step").click().run()
    assert "0 of 3" in text_of(app)


def registered(corpus, path):
    """Register the corpus as a table, under the name "Mine", and prepare it."""
    labels = [corpus.classes.name(label) for label in corpus.labels.tolist()]
    rows = zip(corpus.texts, labels, strict=True)
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in rows))
    table = TableConfig(classes="; ".join(corpus.classes.names))
    mine = RegisteredCorpus("Mine", str(path), table)
    register(mine)
    mine.open()
    return mine


@pytest.mark.parametrize("corpus", [small_corpus(60), corpus_of_classes(3, 200)])
def test_every_step_shows_the_corpus_of_the_reader(corpus, tmp_path):
    mine = registered(corpus, tmp_path / "mine.csv")
    app = page("learn", corpus="Mine")
    for number in NUMBERS:
        assert app.query_params["corpus"] == "Mine"
        assert not app.exception and not app.error, app.exception
        press(app, "Show the answer")
        if number == 1:
            assert app.slider[0].max == len(corpus)
        if number == 9:
            assert "of Mine" in text_of(app)
        if number < len(STEPS):
            app.button(key="next_step").click().run()
    app.button(key="default").click().run()
    assert "corpus" not in app.query_params
    assert "default" not in {button.key for button in app.button}
    assert mine.name not in text_of(app)


def test_a_training_reads_the_corpus_of_the_reader(tmp_path, jobs_here):
    mine = registered(small_corpus(200), tmp_path / "mine.csv")
    app = page("learn", corpus="Mine", step="11")
    app.slider(key="learn_epochs").set_value(1).run()
    app.button(key="learn_train").click().run()
    (run,) = all_runs()
    assert run.recipe().source == mine.source
    app.button(key="next_step").click().run()
    assert not app.exception, app.exception


def test_the_chosen_model_reads_the_review():
    app = page("learn", step="12", model="compare-bow")
    assert "compare-bow" in text_of(app)
    app = page("learn", step="10", model="compare-bow")
    assert "compare-bow" in text_of(app) and "compare-lstm" in text_of(app)


@pytest.mark.parametrize(
    "params",
    [
        {"step": "1", "corpus": "no such corpus", "model": "no such model"},
        {"step": "0"},
        {"step": "13"},
        {"step": "٣"},
        {"step": "x", "done": "99-x-<b>-3", "run": "../../etc"},
        {"step": "2", "text": "?!"},
        {"step": "10", "text": "good"},
        {"step": "7", "text": "😀" * 2000},
    ],
)
def test_any_link_opens(params):
    app = page("learn", **params)
    assert not app.exception, app.exception
    assert app.title[0].value == "Learn"
