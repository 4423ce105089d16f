"""Links with values that no control accepts: the page opens, and says what it ignores."""

from urllib.parse import parse_qs

import pytest

from sentiment.corpus.table_config import TableConfig
from sentiment.dataset.corpora import RegisteredCorpus, register
from sentiment.encoding.settings import PrepareConfig
from sentiment.places import uploads_dir
from sentiment.web import layout
from sentiment.web.links.check import MOST_NAMED
from tests.pages.driver import page, text_of

VALID = (  # parts of the links below
    "corpus=Sample",
    "text=hi",
    "explore_view=Sequence length",
    "explore_view=Vocabulary",
    "explore_view=Batches",
    "view=Interventions",
    "view=Units",
)


def ignored(app) -> str:
    """What the page says that it ignores of its link."""
    return "\n".join(text.value for text in app.text if text.value.startswith("Ignored"))


@pytest.mark.parametrize(
    "link",
    [
        "explore?split=foo&color=zzz&min_length=abc&max_length=-5&sequence_length=99999&corpus=x",
        "explore?explore_view=zz&shape=1&scale=x&rule=zz&strength=-1&truncation=q&max_words=0",
        "explore?explore_view=Sequence+length&strength=abc&tolerance=900&architecture=x",
        "explore?explore_view=Vocabulary&searched_word=%00&rank_by=zz",
        "explore?explore_view=Batches&shown_batch_size=9999&batch=-4",
        "explore?min_length=1e999&max_length=nan&sequence_length=" + "9" * 30,
        "explore?corpus=Sample&split=unlabelled",
        "explore?corpus=&explore_view=&color=%00&min_length=%EF%BC%91",
        "inspect?length=0&padding=left&model=nope&quantity=xyz",
        "inspect?length=1e999&view=&layer=%00&mean=maybe&text=hi",
        "inspect?view=Units&unit=999999&text=hi",
        "inspect?view=nope&word=zzz&text=hi",
        "inspect?view=Lengths&text=hi",
        "inspect?view=Interventions&intervene_factor=inf&intervene_f=" + "9" * 30,
        "reviews?reviews_split=zz&drop_reason=yy&corpus=Sample&stars=0&stars=99&page=0",
        "train?run=../../etc&preset=nope&corpus=",
        "train?with_source=%00&from=gone",
        "compare?compare_view=nope&models=nope&first=x&second=x",
        "memory?reach=nope&readout=&respect=yy&text=hi",
        "learn?step=0&done=1-x&run=gone",
        "runs?preset=x",
    ],
)
def test_values_that_do_not_fit_are_dropped_and_named(link):
    name, _, query = link.partition("?")
    given = parse_qs(query, keep_blank_values=True)
    app = page(name, **given)
    assert app.title[0].value == name.capitalize()
    assert layout.ERROR not in text_of(app) and not app.error
    wrong = [name for name, values in given.items() if f"{name}={values[0]}" not in VALID]
    for parameter in wrong[:MOST_NAMED]:
        assert parameter in ignored(app)
    assert ("more" in ignored(app)) == (len(wrong) > MOST_NAMED)


def test_valid_values_and_defaults_are_taken_without_a_word():
    app = page(
        "explore", explore_view="Lengths", min_length="7", logarithms="false", corpus="Sample"
    )
    assert not ignored(app)
    assert app.number_input(key="min_length").value == 7
    app.number_input(key="min_length").set_value(9).run()
    assert not ignored(app)


def test_repeated_and_unknown_parameters_are_named_as_plain_text():
    app = page("explore", min_length=["5", "6"], **{"**x** :red[y]": "1", "z" * 400_000: "2"})
    said = ignored(app)
    assert "min_length (given 2 times" in said and "**x** :red[y]" in said
    assert len(said) < 1_000 and app.number_input(key="min_length").value != 6


def test_a_very_long_value_is_dropped():
    assert "text=" in ignored(page("inspect", text="a " * 200_000, view="Encoding"))


def test_a_link_prepares_no_large_corpus_and_computes_nothing_long():
    source = uploads_dir() / "1" / "mine.csv"
    source.parent.mkdir(parents=True)
    source.write_text("text,label\n" + "a good film,1\na bad film,0\n" * 100_000)
    corpus = RegisteredCorpus("mine", str(source), TableConfig(), PrepareConfig(min_length=1))
    register(corpus)
    app = page("reviews", corpus="mine", search="good")
    assert app.button(key="prepare") and not app.dataframe
    assert corpus.prepared() is None
    text = " ".join(["dull"] * 1_500)
    app = page("inspect", view="Which words", model="compare-bow", text=text, length="2000")
    assert {"why_leave one out", "why_test"} <= {button.key for button in app.button}
