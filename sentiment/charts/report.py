"""Reports as single HTML files: figures, tables and charts that need no network.

The library that draws the charts is part of the file. The templates escape all text, and the
content security policy forbids requests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import altair as alt
import jinja2

from sentiment.charts.layered import Layered
from sentiment.wording import percentage_points

Chart = alt.Chart | Layered


@dataclass(frozen=True)
class Section:
    """A heading and its content, in this order."""

    title: str
    figures: Mapping[str, str] = field(default_factory=dict)
    charts: Sequence[tuple[Chart, str]] = ()  # each with its finding
    rows: Sequence[Mapping[str, Any]] = ()  # of a table; its columns are those of the first row
    note: str = ""


def report(title: str, summary: str, sections: Sequence[Section]) -> str:
    """The report as HTML."""
    import vl_convert  # large, and only reports need it

    version = ".".join(alt.VEGALITE_VERSION.split(".")[:2])
    return render(
        "report.html.j2",
        title=title,
        summary=summary,
        sections=sections,
        library=vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version),
        specs=[
            chart.properties(width="container").to_dict()
            for section in sections
            for chart, _ in section.charts
        ],
    )


def render(template: str, **values: Any) -> str:
    """The HTML of a file in `templates/`; all text in `values` is escaped."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("sentiment.charts"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    environment.filters["percentage_points"] = percentage_points
    environment.policies["json.dumps_kwargs"] = {"allow_nan": False}
    return environment


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
