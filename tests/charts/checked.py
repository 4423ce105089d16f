"""The charts over words as objects of Plotly, which refuse every part that they do not know.

Pages send these charts unchecked, see `sentiment.charts.words`.
"""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go

from sentiment.charts import (
    attribution,
    gates,
    interventions,
    ledger,
    models,
    neurons,
    pairs,
    probability,
)
from sentiment.charts import (
    class_curves as curves,
)


def _checked(build: Callable[..., Any]) -> Callable[..., go.Figure]:
    def built(*args: Any, **options: Any) -> go.Figure:
        return go.Figure(build(*args, **options))

    return built


attribution_strips = _checked(attribution.attribution_strips)
before_and_after = _checked(interventions.before_and_after)
changed_heatmaps = _checked(interventions.changed_heatmaps)
class_curves = _checked(curves.class_curves)
contribution_bars = _checked(ledger.contribution_bars)
gate_heatmaps = _checked(gates.gate_heatmaps)
gate_strip = _checked(gates.gate_strip)
gradient_curves = _checked(models.gradient_curves)
model_lines = _checked(models.model_lines)
model_rows = _checked(models.model_rows)
probability_curve = _checked(probability.probability_curve)
probability_curves = _checked(pairs.probability_curves)
state_panels = _checked(pairs.state_panels)
unit_values = _checked(neurons.unit_values)
written_and_remaining = _checked(ledger.written_and_remaining)
