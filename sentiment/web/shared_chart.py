"""Charts built once for all sessions: cached by their input, in the form that the browser gets."""

import base64
import dataclasses
import hashlib
import inspect
import json
import sys
from collections.abc import Callable
from functools import cache, partial
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import plotly.io
import streamlit as st
from plotly.basedatatypes import BaseFigure

from sentiment.web.layout import is_dark

Arguments = ParamSpec("Arguments")
Chart = TypeVar("Chart")


def shared(build: Callable[Arguments, Chart]) -> Callable[Arguments, Chart]:
    """`build`, a function of `sentiment.charts`, called only for new input.

    Use it as `st.plotly_chart(shared(build)(…))` or `st.altair_chart(shared(build)(…))`: the
    result can only be shown, or be the input of another shared function. Input is compared by its
    content, so a session never sees a chart of other data than its own. A parameter `dark` that is
    not given is that of the visitor's theme.
    """
    themed = "dark" in inspect.signature(build).parameters

    def built(*args: Arguments.args, **options: Arguments.kwargs) -> Chart:
        given: dict[str, Any] = options
        if themed and "dark" not in given:
            given = {**given, "dark": is_dark()}
        try:
            content = content_key(build.__module__, build.__qualname__, args, given)
        except (TypeError, ValueError):
            return cast(Chart, _build(build, args, given))
        return cast(Chart, _Spec(content, partial(_build, build, args, given)))

    return built


def _build(build: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Call `build`; first build the charts among its arguments."""
    # Altair compares each part of a chart with its schema, which takes longer than all the rest.
    # The tests of the charts do that; pages need not repeat it.
    if schemas := sys.modules.get("altair.utils.schemapi"):
        schemas.DEBUG_MODE = False  # type: ignore[attr-defined]
    return build(*(arg.build() if isinstance(arg, _Spec) else arg for arg in args), **options)


def content_key(*values: Any) -> str:
    """A key of the content of numbers, texts, arrays, containers and dataclasses.

    Raises TypeError or ValueError for anything else.
    """
    text = json.dumps(values, default=_described)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _described(value: Any) -> Any:
    """An array, a dataclass or a chart as JSON."""
    if isinstance(value, _Spec):
        return ["chart", value.content]
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        content = hashlib.sha256(np.ascontiguousarray(value).data).hexdigest()
        return ["array", value.dtype.str, value.shape, content]
    if isinstance(value, np.generic):
        return ["number", value.dtype.str, value.item()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return [type(value).__qualname__, fields]
    raise TypeError(f"the content of {type(value).__qualname__} is unknown")


class _Spec(BaseFigure):
    """Placeholder of a Plotly or Altair chart, which is built when Streamlit asks for its dict."""

    content: str
    build: Callable[[], Any]

    def __init__(self, content: str, build: Callable[[], Any]):
        self.__dict__.update(content=content, build=build)  # as a figure, it refuses attributes

    def to_dict(self) -> dict[str, Any]:
        return _spec(self.content, self.build)


# `st.cache_data` gives every session its own copy; `server.maxCacheDataSize` bounds their bytes.
@st.cache_data(show_spinner=False)
def _spec(content: str, _build: Callable[[], Any]) -> dict[str, Any]:
    chart = _build()
    if isinstance(chart, BaseFigure):
        return cast(dict[str, Any], chart.to_dict())
    if isinstance(chart, dict):  # of `charts.words`
        spec, template = _compact(chart), _template(plotly.io.templates.default)
        return {**spec, "layout": {"template": template, **spec["layout"]}}
    spec = chart.to_dict(validate=False)
    import altair as alt  # Home draws without it; it takes long to load

    # While Streamlit asks for the dict, Altair collects the tables here, in Arrow's format.
    return {**spec, "datasets": dict(alt.data_transformers.options["datasets"])}


@cache
def _template(name: str) -> dict[str, Any]:
    """The looks that Streamlit gives a figure, which it replaces by those of the theme."""
    return cast(dict[str, Any], plotly.io.templates[name].to_plotly_json())


def _compact(part: Any) -> Any:
    """A part of a Plotly figure with its arrays in the binary form of Plotly's JavaScript."""
    if isinstance(part, dict):
        return {name: _compact(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        # Most lists are the words of the review.
        return part if {*map(type, part)} == {str} else [_compact(value) for value in part]
    if isinstance(part, np.generic):
        return part.item()
    if not isinstance(part, np.ndarray):
        return part
    if part.dtype not in (np.float32, np.float64):
        return part.tolist()
    numbers = base64.b64encode(np.ascontiguousarray(part).data).decode("ascii")
    shape = {"shape": ", ".join(map(str, part.shape))} if part.ndim > 1 else {}
    return {"dtype": f"f{part.dtype.itemsize}", "bdata": numbers, **shape}
