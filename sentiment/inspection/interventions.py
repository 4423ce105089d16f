"""Interventions on a cell and their notation: `f=1; 2.backward.c[3,8-11]@12=0`.

Imports no torch; `intervened_trace` applies them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast, get_args

from sentiment.errors import ConfigError
from sentiment.networks.trace import Direction, Quantity
from sentiment.settings import require
from sentiment.wording import counted

if TYPE_CHECKING:
    from sentiment.networks.interfaces import Network

Kind = Literal["set", "scale"]
STATES = ("c", "h")  # carried from step to step, so without bounds
MAX_STATE = 100.0
MAX_INTERVENTIONS = 20
NOTATION_HELP = (
    "Write interventions as f=1 (set), f*0.5 (scale) or c=mean, separated by semicolons. Optional: "
    "layer and direction before the symbol (2.backward.f=1), units in brackets after it "
    "(f[0,4-9]=1), words, from 1, after @ (c@12=0, c@12-15=0)."
)
_NOTATION = re.compile(
    r"(?:(?P<layer>\d{1,3})\.)?(?:(?P<direction>forward|backward|both)\.)?(?P<symbol>[a-z])"
    r"(?:\[(?P<units>[\d\s,-]{1,2000})\])?(?:@(?P<first>\d{1,6})(?:-(?P<last>\d{1,6}))?)?"
    r"(?P<sign>[=*])(?P<value>mean|-?\d{1,6}(?:\.\d{1,9})?|-?\.\d{1,9})"
)


@dataclass(frozen=True)
class Intervention:
    """One change to one quantity, at some layers, units and words."""

    symbol: str
    kind: Kind
    value: float | None  # the new value or the factor; None: the unit's mean over the review
    layer: int | None = None  # from 0; None: every layer
    direction: Direction | None = None  # None: every direction
    units: tuple[int, ...] | None = None  # ascending; None: all
    words: tuple[int, int] | None = None  # first and last, from 0; None: all

    def __str__(self) -> str:
        """The normalized notation."""
        where = f"{self.layer + 1}." if self.layer is not None else ""
        where += f"{self.direction}." if self.direction else ""
        units = f"[{_ranges(self.units)}]" if self.units is not None else ""
        words = ""
        if self.words:
            first, last = self.words
            words = f"@{first + 1}" + (f"-{last + 1}" if last > first else "")
        value = "mean" if self.value is None else f"{self.value:.9g}"
        return f"{where}{self.symbol}{units}{words}{'=' if self.kind == 'set' else '*'}{value}"

    def applies_to(self, layer: int, direction: Direction) -> bool:
        return self.layer in (None, layer) and self.direction in (None, direction)

    def describe(self, quantities: Sequence[Quantity]) -> str:
        """The intervention as a phrase; `quantities` include its symbol."""
        name = next(quantity.name for quantity in quantities if quantity.symbol == self.symbol)
        value = "its mean over the review" if self.value is None else f"{self.value:g}"
        does = f"set to {value}" if self.kind == "set" else f"multiplied by {value}"
        units = "all units"
        if self.units is not None:
            count = len(self.units)
            units = f"unit {self.units[0]}" if count == 1 else f"units {_ranges(self.units)}"
            units = units if len(units) < 40 else counted(count, "unit")
        place = " of every layer" if self.layer is None else f" of layer {self.layer + 1}"
        place += f", {self.direction}" if self.direction in ("forward", "backward") else ""
        words = ""
        if self.words:
            first, last = self.words
            words = (
                f" at word {first + 1}" if first == last else f" at words {first + 1}–{last + 1}"
            )
        return f"{name} {does} in {units}{place}{words}"


def _ranges(numbers: Sequence[int]) -> str:
    """3, 4, 5, 9 -> "3-5,9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(f"{low}-{high}" if high > low else f"{low}" for low, high in runs)


def parse_units(text: str, hidden_size: int) -> tuple[int, ...] | None:
    """Parse unit numbers such as "3, 17-20"; None for "all" and for an empty text.

    Raises ConfigError for numbers outside a layer of `hidden_size`.
    """
    if text.strip().lower() in ("", "all"):
        return None
    units: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?", part)
        require(
            ends is not None, f"{part.strip()!r} is not a list of units. Write them as 3, 17-20."
        )
        low, high = (int(end or ends[1]) for end in ends.groups())  # type: ignore[index,union-attr]
        require(low <= high, f"The first unit of {part.strip()} is larger than the last.")
        require(
            high < hidden_size,
            f"There is no unit {high}: the units of a layer are 0 to {hidden_size - 1}.",
        )
        units.update(range(low, high + 1))
    return tuple(sorted(units))


def parse(text: str, network: "Network") -> list[Intervention]:
    """Parse interventions; an empty list for an empty text.

    Raises ConfigError for invalid notation and for what `network` does not support.
    """
    interventions = [_parse_one(part, network) for part in re.split(r"[;\n]", text) if part.strip()]
    require(
        len(interventions) <= MAX_INTERVENTIONS,
        f"{len(interventions)} interventions; at most {MAX_INTERVENTIONS} can be combined.",
    )
    return interventions


def _parse_one(text: str, network: "Network") -> Intervention:
    match = _NOTATION.fullmatch(re.sub(r"\s+", "", text))
    if not match:
        raise ConfigError(f"“{text.strip()[:80]}” is not an intervention. {NOTATION_HELP}")
    part = match.groupdict()
    units = part["units"]
    intervention = Intervention(
        symbol=part["symbol"],
        kind="set" if part["sign"] == "=" else "scale",
        value=None if part["value"] == "mean" else float(part["value"]),
        layer=int(part["layer"]) - 1 if part["layer"] else None,
        direction=cast(Direction, part["direction"]) if part["direction"] else None,
        units=parse_units(units, network.config.hidden_size) if units else None,
        words=(int(part["first"]) - 1, int(part["last"] or part["first"]) - 1)
        if part["first"]
        else None,
    )
    check(intervention, network)
    return intervention


def check(intervention: Intervention, network: "Network") -> None:
    """Raise ConfigError if `network` does not support `intervention`."""
    known = {quantity.symbol: quantity for quantity in network.intervention_targets}
    title = network.config.architecture
    require(
        bool(known),
        f"The architecture {title} has no cell to intervene on. Choose another model.",
    )
    can = ", ".join(f"{quantity.symbol} ({quantity.name})" for quantity in known.values())
    require(
        intervention.symbol in known,
        f"The architecture {title} has no quantity “{intervention.symbol}”; it has {can}.",
    )
    layers, directions = network.config.num_layers, directions_of(network)
    require(
        intervention.layer is None or 0 <= intervention.layer < layers,
        f"There is no layer {(intervention.layer or 0) + 1}; the layers are 1 to {layers}.",
    )
    require(
        intervention.direction is None or intervention.direction in directions,
        f"This network has no direction {intervention.direction}, only {', '.join(directions)}.",
    )
    if intervention.words:
        first, last = intervention.words
        require(
            0 <= first <= last, f"Words must be ascending from 1; found @{first + 1}-{last + 1}."
        )
    quantity = known[intervention.symbol]
    if intervention.value is None:
        require(
            intervention.kind == "set",
            "A quantity can be set to its mean (c=mean), not multiplied by it.",
        )
        varies = intervention.symbol in {quantity.symbol for quantity in network.quantities}
        require(
            varies,
            f"The {quantity.name} is constant over the words, so it has no mean. Set a number.",
        )
    elif intervention.kind == "set":
        low, high = limits(quantity) or (-MAX_STATE, MAX_STATE)
        require(
            low <= intervention.value <= high,
            f"{quantity.name} cannot be set to {intervention.value:g}: its values are between "
            f"{low:g} and {high:g}.",
        )
    else:
        # A state that grows at every step would overflow within a review.
        most = MAX_STATE if limits(quantity) else 1.0
        require(
            abs(intervention.value) <= most,
            f"{quantity.name} cannot be multiplied by {intervention.value:g}, at most by {most:g}.",
        )


def limits(quantity: Quantity) -> tuple[float, float] | None:
    """Bounds of a gate or a candidate, which hold after an intervention too; None for states."""
    return None if quantity.symbol in STATES else quantity.bounds


def directions_of(network: "Network") -> tuple[Direction, ...]:
    """The directions of the network's layers."""
    encoder = getattr(network, "encoder", None)
    found: tuple[Direction, ...] = getattr(encoder, "directions", ("both",))
    assert set(found) <= set(get_args(Direction))
    return found
