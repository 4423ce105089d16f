"""Registry of the architectures, by name. A new one is one file and one entry here.

Free of torch, so that pages can list architectures without loading it: the module of an encoder is
imported when a network is built.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Color = Literal["blue", "vermilion", "green", "grey", "purple", "plum", "amber", "black"]
Dash = Literal["solid", "dash", "dot"]


@dataclass(frozen=True)
class Architecture:
    """Description of an architecture that does not require its encoder."""

    title: str
    description: str  # a short clause for a learner
    encoder: str | None  # module and class; None: a network without an encoder (bag of words)
    options: dict[str, Any] = field(default_factory=dict)  # keyword arguments of the encoder
    color: Color = "amber"  # in charts
    dash: Dash = "solid"  # of its lines in charts
    cell: str = ""  # key of `charts.cells` and `inspection.check_trace`; "": neither has it
    comparison_layers: int = 1  # layers, and learning rate, in the comparison of architectures
    comparison_learning_rate: float = 3e-3


_LSTM, _GRU = "sentiment.networks.lstm.LSTMEncoder", "sentiment.networks.gru.GRUEncoder"

ARCHITECTURES = {
    "rnn": Architecture(
        "Plain RNN",
        "overwrites its whole state at every word",
        "sentiment.networks.rnn.RNNEncoder",
        color="grey",
        cell="rnn",
        # The better of 0.003 and 0.001 on the validation split. Of the architectures for which
        # both were tried (rnn, lstm, gru, indrnn, resnet) only this one prefers the lower rate.
        comparison_learning_rate=1e-3,
    ),
    "lstm": Architecture(
        "LSTM", "a memory cell behind three gates", _LSTM, color="blue", cell="lstm"
    ),
    "bilstm": Architecture(
        "Bidirectional LSTM",
        "one LSTM from each end",
        _LSTM,
        {"bidirectional": True},
        color="blue",
        dash="dash",
        cell="lstm",
    ),
    "gru": Architecture("GRU", "two gates, no separate memory", _GRU, color="green", cell="gru"),
    "bigru": Architecture(
        "Bidirectional GRU",
        "one GRU from each end",
        _GRU,
        {"bidirectional": True},
        color="green",
        dash="dash",
        cell="gru",
    ),
    "indrnn": Architecture(
        "IndRNN",
        "each unit sees only its own old state",
        "sentiment.networks.indrnn.IndRNNEncoder",
        color="plum",
        cell="indrnn",
        comparison_layers=2,  # its units are connected only through the next layer
    ),
    "resnet": Architecture(
        "ResNet",
        "residual convolutions, no recurrence",
        "sentiment.networks.resnet.ResNetEncoder",
        color="vermilion",
        comparison_layers=5,  # an output then sees 125 words
    ),
    "bow": Architecture(
        "Bag of words",
        "one weight for each word and word pair, no order",
        None,
        color="black",
        dash="dot",
    ),
}
