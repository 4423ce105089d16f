"""The views of Inspect that take a verdict apart: Memory, Why, What if, Side by side."""

import re

import pytest

from sentiment.networks.registry import ARCHITECTURES
from tests.pages.test_apptest import metric, page, text_of

TEXT = "The cast is great but the story is dull and predictable"


def view(name: str, text: str = TEXT, model: str | None = None):
    app = page("inspect")
    if model:
        app.selectbox(key="model").set_value(model)
    app.text_area(key="text").set_value(text)
    app.run()
    app.segmented_control(key="view").set_value(name).run()
    assert not app.exception, app.exception
    return app


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("architecture", list(ARCHITECTURES))
def test_every_architecture_shows_what_it_has(architecture):
    app = view("Memory", model=f"compare-{architecture}")
    shown = text_of(app)
    if architecture in ("rnn", "resnet"):
        assert "no exact split exists" in shown or "no memory to keep books on" in shown
    else:
        assert "pushed hardest to" in shown and "residual" in shown
        assert "is left at the end" in shown

    app.segmented_control(key="view").set_value("Why").run()
    assert not app.exception, app.exception
    shown = text_of(app)
    assert "What speaks most for" in shown and "random words" in shown
    assert ("Not for this architecture" in shown) == (architecture in ("rnn", "resnet", "bow"))
    methods = {"rnn": 3, "resnet": 3, "bow": 2}.get(architecture, 4)
    assert len(app.dataframe[-1].value) == methods + 1  # and chance

    app.segmented_control(key="view").set_value("What if").run()
    assert "Nothing is edited yet" in text_of(app)
    assert ("has no word vectors" in text_of(app)) == (architecture == "bow")
    press(app, "whatif_do")
    assert "The edit takes the probability" in text_of(app)

    app.segmented_control(key="view").set_value("Side by side").run()
    assert not app.exception, app.exception
    assert "furthest apart" in text_of(app)
    app.segmented_control(key="side_with").set_value("another review").run()
    assert not app.exception, app.exception
    assert "this review" in text_of(app)


def test_the_memory_view_adds_up_the_units_one_chooses():
    app = view("Memory", model="compare-lstm")
    everything = app.dataframe[1].value["written"].sum()
    for choice in ("strongest 8", "slowest 8", "fastest 8", "one"):
        app.segmented_control(key="ledger_units").set_value(choice).run()
        assert not app.exception
        assert app.dataframe[1].value["written"].abs().sum() < everything
    app.number_input(key="ledger_unit").set_value(3).run()
    assert "Unit 3, with its sign" in text_of(app)
    app.number_input(key="ledger_unit").set_value(120).run()
    app.selectbox(key="model").set_value("compare-bilstm").run()  # has 79 units
    assert not app.exception, app.exception
    pushes = app.dataframe[0].value["push"]
    assert f"Words {pushes.sum():+.4f}" in text_of(app)


def test_methods_can_be_chosen_and_none_is_said():
    app = view("Why", model="compare-gru")
    app.button_group(key="why_methods").set_value(["leave one out"]).run()
    assert list(app.dataframe[0].value.columns) == ["word", "Leave one out"]
    app.button_group(key="why_methods").set_value([]).run()
    assert "Choose at least one method" in text_of(app)


def test_a_slow_method_waits_to_be_asked_and_is_kept():
    app = view("Why", "good film " * 330, model="compare-bow")
    app.number_input(key="length").set_value(2_000).run()
    assert "Leave one out" not in app.dataframe[0].value.columns
    press(app, "why_leave one out")
    assert "Leave one out" in app.dataframe[0].value.columns
    app.run()
    assert "Leave one out" in app.dataframe[0].value.columns


def test_a_word_is_edited_in_place_and_the_review_comes_back():
    app = view("What if", model="compare-lstm")
    words = app.text_area(key="whatif_text").value.split()
    assert words == TEXT.lower().split()
    app.selectbox(key="whatif_word").set_value("9 dull").run()
    app.selectbox(key="whatif_edit").set_value("put “not” before “dull”").run()
    expected = app.dataframe[0].value.set_index("edit").loc["put “not” before “dull”", "after"]
    press(app, "whatif_do")
    assert "is not dull and" in app.text_area(key="whatif_text").value
    edited = next(m for m in app.metric if m.label.startswith("Edited"))
    assert float(edited.value.rstrip("%")) == pytest.approx(expected, abs=0.051)
    press(app, "whatif_again")
    assert app.text_area(key="whatif_text").value.split() == words
    app.text_area(key="whatif_text").set_value("?!").run()
    assert not app.exception and "only punctuation" in text_of(app)
    app.text_area(key="text").set_value("another film").run()  # the review itself: begin anew
    assert app.text_area(key="whatif_text").value == "another film"


def test_the_smallest_flip_is_shown_and_flips():
    app = view("What if", model="compare-gru")
    before = metric(app, "Probability of Positive")
    press(app, "whatif_find")
    assert "flips it" in text_of(app) or "flip it" in text_of(app)
    press(app, "whatif_show")
    labels = [m.label.split(": ")[1] for m in app.metric if ": " in m.label]
    assert sorted(labels) == ["Negative", "Positive"]
    assert metric(app, "Probability of Positive") == before  # the review itself stays
    app.button_group(key="whatif_allowed").set_value([]).run()
    assert app.button(key="whatif_find").disabled


def test_two_reviews_with_words_in_common_share_an_axis():
    app = view("Side by side", model="compare-lstm")
    app.segmented_control(key="side_with").set_value("another review").run()
    assert "furthest apart" not in text_of(app)
    app.text_area(key="side_text").set_value(TEXT.replace("dull", "gripping")).run()
    assert "furthest apart" in text_of(app)
    app.text_area(key="side_text").set_value("…").run()
    assert not app.exception and "only punctuation" in text_of(app)


@pytest.mark.parametrize("name", ["Memory", "Why", "What if", "Side by side"])
def test_one_word_and_hostile_text_are_text(name):
    for text in ("good", "<script>alert(1)</script> ![x](http://127.0.0.1:9/x.png) **b** :red[n]"):
        app = view(name, text)
        assert not app.exception, app.exception
        for element in [*app.markdown, *app.caption]:
            assert not re.search(r"<|script>|\]\(|javascript", str(element.value))
