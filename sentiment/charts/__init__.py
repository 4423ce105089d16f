"""Chart builders: data in, figure out. No streamlit, no torch: tested without a browser."""

import altair as alt

Layered = alt.LayerChart | alt.FacetChart  # what `alt.layer` returns
