"""Charts and pages have the same colors, and text contrasts with its background."""

import itertools
import tomllib

import pytest

from sentiment.charts import palette
from sentiment.places import PROGRAM

THEME = tomllib.loads((PROGRAM / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]


@pytest.mark.parametrize("dark", [False, True])
def test_charts_have_the_colors_of_the_theme(dark: bool) -> None:
    theme = THEME["dark" if dark else "light"]
    assert palette.background(dark) == theme["backgroundColor"]
    assert palette.accent(dark) == theme["textColor"]
    assert theme["chartCategoricalColors"][:2] == [palette.positive(dark), palette.negative(dark)]


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    shares = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, two: str) -> float:
    low, high = sorted([luminance(one), luminance(two)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("dark", "mark"),
    list(itertools.product([False, True], ["positive", "negative", "accent"])),
)
def test_marks_contrast_with_the_page(dark: bool, mark: str) -> None:
    assert contrast(getattr(palette, mark)(dark), palette.background(dark)) >= 3
