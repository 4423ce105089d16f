"""A report that is one HTML file: figures, tables and charts, readable without any network.

The library that draws the charts is put into the file, by vl-convert, which Altair uses for that.
Whatever comes from reviews is escaped, and the page may ask no other machine for anything.
"""

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

from sentiment.charts import Layered

Chart = alt.Chart | Layered

# Vega makes functions from the expressions in a chart, hence 'unsafe-eval'; nothing is fetched.
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
    "img-src data:"
)
_STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #1f2430; margin: 2rem auto; max-width: 60rem;
       padding: 0 1rem; }
h1, h2 { line-height: 1.2; margin: 2rem 0 .5rem; }
p.note { color: #5a6472; font-size: .9rem; }
dl { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; margin: 1rem 0; }
dt { font-size: .85rem; color: #5a6472; }
dd { font-size: 1.6rem; margin: 0; }
table { border-collapse: collapse; margin: 1rem 0; font-size: .9rem; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid #d9e0e8; text-align: right; }
th:first-child, td:first-child { text-align: left; }
figure { margin: 1rem 0; }
figure > div { width: 100%; }
figcaption { color: #5a6472; font-size: .9rem; }
"""


@dataclass(frozen=True)
class Section:
    """A heading, with what stands under it in this order."""

    title: str
    figures: Mapping[str, str] = field(default_factory=dict)
    charts: Sequence[tuple[Chart, str]] = ()  # each with its finding in words
    rows: Sequence[Mapping[str, Any]] = ()  # of a table; its columns are those of the first row
    note: str = ""


def report(title: str, lead: str, sections: Sequence[Section]) -> str:
    """The whole file as text."""
    import vl_convert  # here, since only reports need it and it is large

    body = [f"<h1>{_text(title)}</h1>", f"<p>{_text(lead)}</p>"]
    specs: list[dict[str, Any]] = []
    for section in sections:
        body.append(f"<h2>{_text(section.title)}</h2>")
        if section.figures:
            pairs = (
                f"<div><dt>{_text(name)}</dt><dd>{_text(figure)}</dd></div>"
                for name, figure in section.figures.items()
            )
            body.append(f"<dl>{''.join(pairs)}</dl>")
        for chart, finding in section.charts:
            body.append(
                f'<figure><div id="chart{len(specs)}" role="img" aria-label="{_text(finding)}">'
                f"</div><figcaption>{_text(finding)}</figcaption></figure>"
            )
            specs.append(chart.properties(width="container").to_dict())
        if section.rows:
            body.append(_table(section.rows))
        if section.note:
            body.append(f'<p class="note">{_text(section.note)}</p>')
    version = ".".join(alt.VEGALITE_VERSION.split(".")[:2])
    library = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", version)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{_text(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
{"".join(body)}
<script>{library}</script>
<script>
const specs = {_script(specs)};
specs.forEach((spec, number) => vegaEmbed(`#chart${{number}}`, spec, {{actions: false}}));
</script>
</body>
</html>
"""


def _text(value: object) -> str:
    return html.escape(str(value))


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    head = "".join(f"<th>{_text(name)}</th>" for name in rows[0])
    lines = (
        "<tr>" + "".join(f"<td>{_text(_figure(value))}</td>" for value in row.values()) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"


def _figure(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _script(value: object) -> str:
    """JSON that cannot end the script it stands in."""
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028"}
    text = json.dumps(value, allow_nan=False)
    for character, escape in escapes.items():
        text = text.replace(character, escape)
    return text
