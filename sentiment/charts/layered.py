"""The type of charts that `alt.layer` returns.

A module of its own: the Home page draws with Plotly alone, and Altair takes long to load.
"""

import altair as alt

Layered = alt.LayerChart | alt.FacetChart
