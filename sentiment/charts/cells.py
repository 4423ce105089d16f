"""Diagrams of the cells and their equations, as data for the step player.

Coordinates are in a field of 760 by 330. Numbers are named as in `inspection.steps.Steps.numbers`.
"""

from dataclasses import asdict, dataclass
from typing import Any

from sentiment.networks.registry import ARCHITECTURES


@dataclass(frozen=True)
class Node:
    """A box or a circle; without `text` only a number beside a wire."""

    x: int
    y: int
    text: str  # the operation: σ, tanh, ×, +
    number: str = ""  # whose value is shown
    name: str = ""  # title of that value
    # "gate": a box with its value below; "squash": a box; "operation": a circle; "value": no shape
    kind: str = "gate"


@dataclass(frozen=True)
class Wire:
    """An arrow; its color shows the sign and its width the size of the number."""

    path: str  # SVG
    number: str = ""


@dataclass(frozen=True)
class Cell:
    """One kind of cell. In templates {f} is the number of that name, {f%} in percent."""

    nodes: tuple[Node, ...] = ()
    wires: tuple[Wire, ...] = ()
    equations: tuple[tuple[str, str], ...] = ()  # (title, template)
    sentence: str = ""  # template; {word} is the word

    def drawn(self) -> dict[str, Any]:
        """The data of the step player."""
        return asdict(self)


def _sum(symbol: str, squash: str) -> str:
    parts = f"word {{{symbol}.word}} + state {{{symbol}.state}} + bias {{{symbol}.bias}}"
    return f"{symbol} = {squash}({parts}) = {squash}({{{symbol}.sum}}) = {{{symbol}}}"


LSTM = Cell(
    nodes=(
        Node(50, 60, "", "c.before", "previous cell state", "value"),
        Node(200, 60, "×", kind="operation"),
        Node(282, 92, "", "c.kept", "kept", "value"),
        Node(370, 60, "+", kind="operation"),
        Node(716, 60, "", "c", "cell state c", "value"),
        Node(370, 135, "×", kind="operation"),
        Node(370, 172, "", "c.written", "written", "value"),
        Node(200, 210, "σ", "f", "forget f"),
        Node(312, 210, "σ", "i", "input i"),
        Node(428, 210, "tanh", "g", "candidate g"),
        Node(548, 210, "σ", "o", "output o"),
        Node(645, 112, "tanh", kind="squash"),
        Node(728, 122, "", "c.shown", "tanh c", "value"),
        Node(645, 180, "×", kind="operation"),
        Node(716, 275, "", "h", "hidden state h", "value"),
        Node(50, 275, "", "h.before", "previous state", "value"),
        Node(120, 318, "", "", "word", "value"),
    ),
    wires=(
        Wire("M95 60 H186", "c.before"),
        Wire("M214 60 H356", "c.kept"),
        Wire("M384 60 H655", "c"),
        Wire("M200 193 V74", "f"),
        Wire("M312 193 V135 H355", "i"),
        Wire("M428 193 V135 H385", "g"),
        Wire("M370 120 V75", "c.written"),
        Wire("M645 60 V95", "c"),
        Wire("M645 129 V166", "c.shown"),
        Wire("M548 193 V180 H630", "o"),
        Wire("M645 194 V275 H655", "h"),
        Wire("M95 275 H548 V227"),
        Wire("M200 275 V227"),
        Wire("M312 275 V227"),
        Wire("M428 275 V227"),
        Wire("M120 306 V276"),
    ),
    equations=(
        ("Forget gate: share of the cell state that is kept", _sum("f", "σ")),
        ("Input gate: share of the candidate that is written", _sum("i", "σ")),
        ("Candidate: the new content", _sum("g", "tanh")),
        (
            "Cell state: kept plus written",
            "c = f × before + i × g = {f} × {c.before} + {i} × {g} = {c.kept} + {c.written} = {c}",
        ),
        ("Output gate: share of the cell state that is shown", _sum("o", "σ")),
        ("Hidden state: input of the next step", "h = o × tanh(c) = {o} × {c.shown} = {h}"),
    ),
    sentence="At “{word}” the cell keeps {f%} of its state, writes {c.written} and shows {o%} of "
    "the result.",
)

GRU = Cell(
    nodes=(
        Node(50, 60, "", "h.before", "previous state", "value"),
        Node(200, 60, "×", kind="operation"),
        Node(330, 92, "", "h.kept", "kept", "value"),
        Node(480, 60, "+", kind="operation"),
        Node(716, 60, "", "h", "state h", "value"),
        Node(480, 135, "×", kind="operation"),
        Node(550, 135, "", "h.written", "written", "value"),
        Node(200, 210, "σ", "z", "update z"),
        Node(340, 210, "σ", "r", "reset r"),
        Node(480, 210, "tanh", "n", "candidate n"),
        Node(330, 135, "1−", kind="operation"),
        Node(120, 318, "", "", "word", "value"),
    ),
    wires=(
        Wire("M95 60 H186", "h.before"),
        Wire("M214 60 H466", "h.kept"),
        Wire("M494 60 H655", "h"),
        Wire("M200 193 V74", "z"),
        Wire("M200 135 H315", "z"),
        Wire("M345 135 H465"),
        Wire("M480 193 V150", "n"),
        Wire("M480 120 V75", "h.written"),
        Wire("M368 210 H452", "r"),
        Wire("M50 82 V275 H480 V227"),
        Wire("M200 275 V227"),
        Wire("M340 275 V227"),
        Wire("M120 306 V276"),
    ),
    equations=(
        ("Reset gate: share of the previous state that the candidate uses", _sum("r", "σ")),
        ("Update gate: share of the state that is kept", _sum("z", "σ")),
        ("Candidate; the term of the state includes the factor r", _sum("n", "tanh")),
        (
            "State: kept plus written",
            "h = z × before + (1 − z) × n = {z} × {h.before} + (1 − {z}) × {n} = "
            "{h.kept} + {h.written} = {h}",
        ),
    ),
    sentence="At “{word}” the cell keeps {z%} of its state and writes {h.written}.",
)

RNN = Cell(
    nodes=(
        Node(50, 130, "", "h.before", "previous state", "value"),
        Node(320, 130, "+", kind="operation"),
        Node(390, 100, "", "h.sum", "sum", "value"),
        Node(200, 100, "", "h.state", "from the state", "value"),
        Node(480, 130, "tanh", kind="squash"),
        Node(716, 130, "", "h", "state h", "value"),
        Node(320, 250, "", "h.word", "from the word", "value"),
    ),
    wires=(
        Wire("M95 130 H306", "h.state"),
        Wire("M320 225 V144", "h.word"),
        Wire("M334 130 H452", "h.sum"),
        Wire("M508 130 H655", "h"),
    ),
    equations=(("State: no gate protects the previous state", _sum("h", "tanh")),),
    sentence="At “{word}” the word adds {h.word} and the previous state {h.state}; tanh gives {h}.",
)

INDRNN = Cell(
    nodes=(
        Node(50, 130, "", "h.before", "previous state", "value"),
        Node(180, 130, "×u", kind="operation"),
        Node(255, 100, "", "h.state", "from the state", "value"),
        Node(330, 130, "+", kind="operation"),
        Node(400, 100, "", "h.sum", "sum", "value"),
        Node(490, 130, "relu", kind="squash"),
        Node(716, 130, "", "h", "state h", "value"),
        Node(330, 250, "", "h.word", "from the word", "value"),
    ),
    wires=(
        Wire("M95 130 H162", "h.before"),
        Wire("M198 130 H316", "h.state"),
        Wire("M330 225 V144", "h.word"),
        Wire("M344 130 H462", "h.sum"),
        Wire("M518 130 H655", "h"),
    ),
    equations=(("State: negative sums become 0", _sum("h", "relu")),),
    sentence="At “{word}” the word adds {h.word} to {h.state} from the previous state.",
)

_CELLS = {"lstm": LSTM, "gru": GRU, "rnn": RNN, "indrnn": INDRNN}


def cell_of(architecture: str) -> Cell:
    """The diagram of an architecture's cell; an empty one if it has no diagram."""
    return _CELLS.get(ARCHITECTURES[architecture].cell, Cell())
