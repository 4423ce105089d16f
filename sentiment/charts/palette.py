"""Colors that are distinguishable with any color vision (after Okabe & Ito 2008).

Of two classes, and of ordered ones, the first is vermilion and the last is blue everywhere; a
heatmap of values around zero runs between the same two.
"""

from collections.abc import Sequence

import numpy as np

from sentiment.corpus.classes import UNLABELLED, Classes, unused
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
MOST_CLASSES = 8  # that are drawn; more are grouped
OTHER = "other"
# From the first of ordered classes to the last; the two at the ends only with more than five.
_ORDERED = (
    ("#8F3A00", VERMILION, "#D08A50", GREY, "#5A9BC8", BLUE, "#08457A"),
    ("#E8651F", LIGHT_VERMILION, "#D9A98A", "#A9B0BA", "#8FBFDD", LIGHT_BLUE, "#2F97DA"),
)
_UNORDERED = (
    (BLUE, VERMILION, GREEN, PURPLE, AMBER, LIGHT_BLUE, "#0B0F17", GREY),
    (LIGHT_BLUE, LIGHT_VERMILION, "#2FC598", "#E29BC4", "#F2B632", "#2F7FB0", "#E6EBF1", "#A9B0BA"),
)

_TEXT = ("blue", "orange", "green", "violet", "yellow", "blue", "gray", "gray")


def class_groups(classes: Classes) -> dict[str, list[int]]:
    """What is drawn of the classes: name -> codes, at most MOST_CLASSES.

    Of more ordered classes, neighbors share a group; of more unordered ones, the last ones do.
    """
    codes = list(classes.codes)
    if len(codes) <= MOST_CLASSES:
        return {name: [code] for code, name in enumerate(classes.names)}
    if not classes.ordered:
        own = MOST_CLASSES - 1
        groups = {classes.name(code): [code] for code in codes[:own]}
        return groups | {unused(OTHER, groups): codes[own:]}
    groups = {}
    for run in np.array_split(codes, MOST_CLASSES):
        ends = sorted({int(run[0]), int(run[-1])})
        groups[unused(" to ".join(map(classes.name, ends)), groups)] = run.tolist()
    return groups


def class_colors(classes: Classes, dark: bool) -> list[str]:
    """The color of each class; classes of one of the `class_groups` share it."""
    groups = class_groups(classes)
    if classes.sided:
        colors = _between(_ORDERED[dark][1:-1] if len(groups) <= 5 else _ORDERED[dark], len(groups))
    else:
        colors = list(_UNORDERED[dark])
    of_code = {
        code: color for run, color in zip(groups.values(), colors, strict=False) for code in run
    }
    return [of_code[code] for code in classes.codes]


def class_color(classes: Classes, code: int, dark: bool) -> str:
    """The color of a class, gray for UNLABELLED."""
    return GREY if code == UNLABELLED else class_colors(classes, dark)[code]


def class_text_colors(classes: Classes) -> list[str]:
    """The name of Streamlit's text color nearest to each of `class_colors`."""
    if not classes.sided:
        return [_TEXT[code % len(_TEXT)] for code in classes.codes]
    middle = (len(classes) - 1) / 2
    return [
        "gray" if code == middle else "blue" if code > middle else "orange"
        for code in classes.codes
    ]


def _between(stops: Sequence[str], count: int) -> list[str]:
    """`count` evenly spaced colors along `stops`."""
    channels = np.array([[int(stop[at : at + 2], 16) for at in (1, 3, 5)] for stop in stops])
    places = np.linspace(0, len(stops) - 1, count)
    mixed = [np.interp(places, np.arange(len(stops)), channel) for channel in channels.T]
    return [f"#{r:02X}{g:02X}{b:02X}" for r, g, b in np.round(mixed).astype(int).T.tolist()]


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
