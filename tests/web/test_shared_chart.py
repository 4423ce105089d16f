"""Charts that are built once: the same chart for the same content, never for other content."""

import json
from dataclasses import dataclass, replace

import altair as alt
import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from sentiment.web.shared_chart import content_key, shared

built: list[str] = []


@dataclass(frozen=True)
class Curve:
    name: str
    values: np.ndarray
    bounds: tuple[float, float] | None = None


def figure(curve: Curve, *, dark: bool) -> go.Figure:
    built.append(curve.name)
    color = "white" if dark else "black"
    return go.Figure(go.Scatter(y=curve.values, name=curve.name, line={"color": color}))


def chart(curve: Curve, *, dark: bool) -> alt.Chart:
    built.append(curve.name)
    table = pd.DataFrame({"x": np.arange(len(curve.values)), "y": curve.values})
    return alt.Chart(table).mark_line(color="white" if dark else "black").encode(x="x", y="y")


@pytest.fixture(autouse=True)
def nothing_built():
    built.clear()
    st.cache_data.clear()


def page() -> None:
    import numpy as np
    import streamlit as st

    from sentiment.web.shared_chart import shared
    from tests.web.test_shared_chart import Curve, chart, figure

    curve = Curve("a", np.array([0.5, np.nan, 2.0]))
    st.plotly_chart(figure(curve, dark=False), key="own_figure")
    st.plotly_chart(shared(figure)(curve, dark=False), key="shared_figure")
    st.altair_chart(chart(curve, dark=False), key="own_chart")
    st.altair_chart(shared(chart)(curve, dark=False), key="shared_chart")


def test_the_browser_gets_what_it_would_get_from_the_chart_itself():
    for _ in range(2):  # built and cached
        test = AppTest.from_function(page).run()
        assert not test.exception
        own, common = (one.proto for one in test.get("plotly_chart"))
        assert own.spec == common.spec
        own, common = (one.proto for one in test.get("vega_lite_chart"))
        assert own.spec == common.spec
        assert [one.data.data for one in own.datasets] == [one.data.data for one in common.datasets]
    assert len(built) == 6  # the two shared charts once, the others twice


def words_page() -> None:
    import numpy as np
    import plotly.graph_objects as go
    import streamlit as st

    from sentiment.charts.class_curves import class_curves
    from sentiment.charts.gates import gate_heatmaps
    from sentiment.charts.words import mark_word
    from sentiment.corpus.classes import NEGATIVE_NEUTRAL_POSITIVE
    from sentiment.networks.lstm import LSTMEncoder
    from sentiment.networks.trace import LayerTrace
    from sentiment.web.shared_chart import shared

    words, dice = ["a", "<b>", "a"], np.random.default_rng(0)
    values = {one.symbol: dice.random((3, 4), np.float32) for one in LSTMEncoder.quantities}
    layer, shares = LayerTrace(0, "forward", values), dice.dirichlet((1, 1, 1), 4)
    shares[2] = np.nan
    for build, given in (
        (gate_heatmaps, (words, layer, LSTMEncoder.quantities, np.array([2, 0]))),
        (class_curves, (words, shares[1:], shares[0], NEGATIVE_NEUTRAL_POSITIVE, 1)),
    ):
        own = mark_word(build(*given, dark=False), 1, dark=False)
        st.plotly_chart(go.Figure(own), key=f"own {build.__name__}")
        st.plotly_chart(shared(mark_word)(shared(build)(*given), 1), key=build.__name__)


def test_a_chart_over_words_arrives_as_plotly_would_send_it():
    test = AppTest.from_function(words_page).run()
    assert not test.exception
    specs = [json.loads(one.proto.spec) for one in test.get("plotly_chart")]
    assert len(specs) == 4 and specs[0]["data"][0]["z"]["bdata"]
    assert specs[0] == specs[1] and specs[2] == specs[3]


def show(curve: Curve, dark: bool = False) -> dict:
    return shared(figure)(curve, dark=dark).to_dict()


def test_another_content_is_another_chart():
    curve = Curve("a", np.arange(3.0))
    show(curve)
    assert show(replace(curve, values=np.arange(3.0))) == show(curve)
    assert len(built) == 1
    others = [
        replace(curve, values=np.array([0.0, 1.0, 2.5])),
        replace(curve, values=np.arange(3)),
        replace(curve, values=np.arange(3.0)[:, None]),
        replace(curve, name="b"),
        replace(curve, bounds=(0.0, 1.0)),
    ]
    for other in others:
        show(other)
    show(curve, dark=True)
    assert len(built) == 1 + len(others) + 1
    assert show(others[0])["data"][0]["y"] != show(curve)["data"][0]["y"]


def named(chart: go.Figure, name: str) -> go.Figure:
    chart.data[0].name = name
    return chart


def test_a_shared_chart_can_be_changed_by_another_shared_function():
    plain = shared(figure)(Curve("a", np.arange(3.0)), dark=False)
    for name in ("b", "c", "b"):
        assert shared(named)(plain, name).to_dict()["data"][0]["name"] == name
    assert plain.to_dict()["data"][0]["name"] == "a"
    assert len(built) == 3


def test_the_charts_of_two_functions_are_two():
    curve = Curve("a", np.arange(3.0))
    assert content_key(figure.__qualname__, curve) != content_key(chart.__qualname__, curve)


def test_what_one_session_does_to_its_chart_is_not_seen_by_another():
    curve = Curve("a", np.arange(3.0))
    show(curve)["data"][0]["name"] = "mine"
    assert show(curve)["data"][0]["name"] == "a"


def test_an_input_of_unknown_content_is_never_shared():
    class Unknown:
        name, values = "a", np.arange(3.0)

    for _ in range(2):
        assert isinstance(shared(figure)(Unknown(), dark=False), go.Figure)
    assert len(built) == 2
