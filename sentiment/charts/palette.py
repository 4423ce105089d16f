"""Colors that are distinguishable with any color vision (after Okabe & Ito 2008).

Positive is blue and negative is vermilion everywhere; a heatmap of values around zero runs
between the same two.
"""

from sentiment.networks.registry import ARCHITECTURES, Color

BLUE, VERMILION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#8A8F98"
PURPLE, AMBER = "#CC79A7", "#E69F00"
LIGHT_BLUE, LIGHT_VERMILION = "#56B4E9", "#F0894A"  # for a dark background


def positive(dark: bool) -> str:
    return LIGHT_BLUE if dark else BLUE


def negative(dark: bool) -> str:
    return LIGHT_VERMILION if dark else VERMILION


def accent(dark: bool) -> str:
    """Color of lines and marks on top of data: cutoffs, means."""
    return "#E6EBF1" if dark else "#0B0F17"


def background(dark: bool) -> str:
    """Color of the page, which contrasts with filled marks."""
    return "#10161D" if dark else "#FFFFFF"


def sequential(dark: bool) -> list[list[float | str]]:
    """Color scale for values from 0 (background) to 1 (strongest color)."""
    if dark:
        return [[0, "#10161D"], [0.35, "#1B4965"], [0.7, "#3C8DBC"], [1, "#CDEBFF"]]
    return [[0, "#F7FBFF"], [0.35, "#B5D4E9"], [0.7, "#3787C0"], [1, "#08306B"]]


def diverging(dark: bool) -> list[list[float | str]]:
    """Color scale for values around zero: vermilion below, background at zero, blue above."""
    if dark:
        return [
            [0, "#FFB58A"],
            [0.25, "#C2571A"],
            [0.5, "#15191F"],
            [0.75, "#2F7FB0"],
            [1, "#B9E3FF"],
        ]
    return [[0, "#8F3A00"], [0.25, "#E08A4C"], [0.5, "#FAFAFA"], [0.75, "#5BA3D0"], [1, "#08457A"]]


# On a light and on a dark background; the registry names the color of each architecture.
_COLORS: dict[Color, tuple[str, str]] = {
    "blue": (BLUE, LIGHT_BLUE),
    "vermilion": (VERMILION, LIGHT_VERMILION),
    "green": (GREEN, "#2FC598"),
    "purple": (PURPLE, "#E29BC4"),
    "amber": (AMBER, "#F2B632"),
    "grey": (GREY, "#A9B0BA"),
    "plum": ("#A4508B", "#E29BC4"),
    "black": ("#0B0F17", "#E6EBF1"),
}
_DISTINCT = list(_COLORS.values())[:6]


def named(color: Color, dark: bool) -> str:
    """The color of this name on a dark or light background."""
    return _COLORS[color][dark]


def distinct_colors(count: int, dark: bool) -> list[str]:
    """`count` different colors, for example for runs; they repeat after six."""
    return [_DISTINCT[number % len(_DISTINCT)][dark] for number in range(count)]


def architecture(name: str, dark: bool) -> str:
    """The color of an architecture."""
    return _COLORS[ARCHITECTURES[name].color if name in ARCHITECTURES else "amber"][dark]


def dash(name: str) -> str:
    """The dash of an architecture's lines, as Plotly names it."""
    return ARCHITECTURES[name].dash if name in ARCHITECTURES else "solid"


def stroke(name: str) -> list[int]:
    """The dash of an architecture's lines for Vega: lengths of dashes and gaps, pixels."""
    return {"solid": [1, 0], "dash": [6, 4], "dot": [2, 3]}[dash(name)]
