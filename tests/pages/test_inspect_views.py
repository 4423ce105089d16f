"""The views Memory, Which words, What if and Compare two, without a browser."""

import re

import pytest
from streamlit.proto.Metric_pb2 import Metric as MetricProto

from sentiment.networks.registry import ARCHITECTURES
from sentiment.web import layout
from sentiment.web.inspect.views import VIEWS
from sentiment.wording import signed
from tests.marks import slow_but
from tests.pages.driver import metric, open_view, page, text_of

KINDS = ("lstm", "resnet", "bow")  # recurrent, convolutional, without order
TEXT = "The cast is great but the story is dull and predictable"


def view(name: str, text: str = TEXT, **params: str):
    app = page("inspect", view=name, text=text, **params)
    require_shown(app, name)
    return app


def require_shown(app, name: str) -> None:
    assert not app.exception, app.exception
    assert VIEWS[name].caption in text_of(app) and layout.ERROR not in text_of(app)


def press(app, key):
    app.button(key=key).click().run()
    assert not app.exception, app.exception
    return app


def shared_axis(app) -> bool:
    """Whether Compare two draws both curves on one axis; only then there is a table of them."""
    return any("word" in table.value for table in app.dataframe)


@pytest.mark.parametrize("architecture", slow_but(KINDS, ARCHITECTURES))
def test_every_view_serves_every_architecture(architecture):
    """All but Interventions and Units, which have tests of their own."""
    app = view("Gates", model=f"compare-{architecture}")
    orders = [group for group in app.button_group if group.key == "order"]
    assert app.latex and (architecture == "bow") == (not orders)
    for name in ("Step by step", "Encoding", "Export", "Memory"):
        require_shown(open_view(app, name), name)
    shown = text_of(app)
    if architecture in ("rnn", "resnet"):
        assert app.info and not app.dataframe
    else:
        assert not app.info and "residual" in shown
        assert {"word", "contribution"} <= set(app.dataframe[0].value)
        assert {"written", "remaining"} <= set(app.dataframe[1].value)

    require_shown(open_view(app, "Which words"), "Which words")
    shown = text_of(app)
    assert "random words" in app.dataframe[-1].value["method"].tolist()
    assert ("Not available" in shown) == (architecture in ("rnn", "resnet", "bow"))
    methods = {"rnn": 3, "resnet": 3, "bow": 2}.get(architecture, 4)
    assert len(app.dataframe[-1].value) == methods + 2  # the curve and random words

    require_shown(open_view(app, "What if"), "What if")
    assert app.info
    swaps = [edit for edit in app.dataframe[0].value["edit"] if edit.startswith("swap")]
    assert (not swaps) == (architecture == "bow")
    press(app, "whatif_apply")
    assert not app.info and any("edited" in m.label for m in app.metric)

    require_shown(open_view(app, "Compare two"), "Compare two")
    assert shared_axis(app)
    app.segmented_control(key="side_with").set_value("another review").run()
    assert not app.exception, app.exception
    assert not shared_axis(app)


def test_the_memory_view_adds_up_the_chosen_units():
    app = view("Memory", model="compare-lstm")
    everything = app.dataframe[1].value["written"].sum()
    for choice in ("strongest 8", "slowest 8", "fastest 8", "one"):
        app.segmented_control(key="ledger_units").set_value(choice).run()
        assert not app.exception
        assert app.dataframe[1].value["written"].abs().sum() < everything
    app.number_input(key="ledger_unit").set_value(3).run()
    assert "unit 3." in text_of(app)
    app.number_input(key="ledger_unit").set_value(120).run()
    app.selectbox(key="model").set_value("compare-bilstm").run()  # has 79 units
    assert not app.exception, app.exception
    contributions = app.dataframe[0].value["contribution"]
    assert f"Words {signed(contributions.sum(), '.4f')} + bias" in text_of(app)


def test_attribution_methods_can_be_chosen():
    app = view("Which words", model="compare-gru")
    app.button_group(key="why_methods").set_value(["leave one out"]).run()
    assert list(app.dataframe[0].value.columns) == ["word", "Leave one out"]
    app.button_group(key="why_methods").set_value([]).run()
    assert app.info and not app.dataframe


def test_a_slow_method_is_computed_after_a_click_and_cached():
    app = view("Which words", model="compare-bow", length="2000")
    app.text_area(key="text").set_value("good film " * 330).run()  # too long for a link
    assert "Leave one out" not in app.dataframe[0].value.columns
    press(app, "why_leave one out")
    assert "Leave one out" in app.dataframe[0].value.columns
    app.run()
    assert "Leave one out" in app.dataframe[0].value.columns


def test_a_word_can_be_edited_and_the_edit_reset():
    app = view("What if", model="compare-lstm")
    words = app.text_area(key="whatif_text").value.split()
    assert words == TEXT.lower().split()
    app.selectbox(key="whatif_word").set_value("9 dull").run()
    app.selectbox(key="whatif_edit").set_value("put “not” before “dull”").run()
    expected = app.dataframe[0].value.set_index("edit").loc["put “not” before “dull”", "after"]
    press(app, "whatif_apply")
    assert "is not dull and" in app.text_area(key="whatif_text").value
    apply_edits = next(m for m in app.metric if "edited" in m.label)
    assert float(apply_edits.value.rstrip("%")) == pytest.approx(expected, abs=0.051)
    for text, sign, direction in (
        ("a wonderful film", "+", MetricProto.UP),
        ("an awful film", "\u2212", MetricProto.DOWN),
    ):
        app.text_area(key="whatif_text").set_value(text).run()
        edited = next(m for m in app.metric if "edited" in m.label)
        assert edited.delta[0] == sign and edited.proto.direction == direction
    press(app, "whatif_reset")
    assert app.text_area(key="whatif_text").value.split() == words
    app.text_area(key="whatif_text").set_value("?!").run()
    assert not app.exception and layout.ERROR in text_of(app)
    app.text_area(key="text").set_value("another film").run()  # a new review resets the edit
    assert app.text_area(key="whatif_text").value == "another film"


def test_the_smallest_flip_flips_the_verdict():
    app = view("What if", model="compare-gru")
    before = metric(app, "Probability of Positive")
    press(app, "whatif_find")
    press(app, "whatif_show")
    labels = [m.label.split(": ")[1] for m in app.metric if ": " in m.label]
    assert sorted(labels) == ["Negative", "Positive"]
    assert metric(app, "Probability of Positive") == before  # the review itself is unchanged
    app.button_group(key="whatif_allowed").set_value([]).run()
    assert app.button(key="whatif_find").disabled


def test_two_reviews_with_words_in_common_share_an_axis():
    app = view("Compare two", model="compare-lstm")
    app.segmented_control(key="side_with").set_value("another review").run()
    assert not shared_axis(app)
    app.text_area(key="side_text").set_value(TEXT.replace("dull", "gripping")).run()
    assert shared_axis(app)
    app.text_area(key="side_text").set_value("…").run()
    assert not app.exception and layout.ERROR in text_of(app)


@pytest.mark.parametrize("name", ["Memory", "Which words", "What if", "Compare two"])
def test_one_word_and_hostile_text(name):
    for text in ("good", "<script>alert(1)</script> ![x](http://127.0.0.1:9/x.png) **b** :red[n]"):
        app = view(name, text)
        assert not app.exception, app.exception
        for element in [*app.markdown, *app.caption]:
            assert not re.search(r"(?<!\\)<|script>|(?<!\\)\]\(|javascript", str(element.value))
