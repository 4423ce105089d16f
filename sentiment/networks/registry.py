"""The architectures by name. A new one is a file of its own and an entry here.

Free of torch, so that pages can list them: the code of an architecture is imported when it is used.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class Architecture:
    """An entry of the registry."""

    title: str
    description: str  # a clause for a learner who chooses
    encoder: str | None  # where its encoder is: module and class; None for a network of its own
    options: dict[str, Any] = field(default_factory=dict)  # for the encoder, besides the config


ARCHITECTURES = {
    "rnn": Architecture(
        "Plain RNN",
        "writes over its whole state at every word",
        "sentiment.networks.rnn.RNNEncoder",
    ),
    "lstm": Architecture(
        "LSTM", "a memory behind three gates", "sentiment.networks.lstm.LSTMEncoder"
    ),
    "bilstm": Architecture(
        "Bidirectional LSTM",
        "one LSTM from each end",
        "sentiment.networks.lstm.LSTMEncoder",
        {"bidirectional": True},
    ),
    "gru": Architecture(
        "GRU", "two gates, no separate memory", "sentiment.networks.gru.GRUEncoder"
    ),
    "bigru": Architecture(
        "Bidirectional GRU",
        "one GRU from each end",
        "sentiment.networks.gru.GRUEncoder",
        {"bidirectional": True},
    ),
    "indrnn": Architecture(
        "IndRNN", "every unit remembers only itself", "sentiment.networks.indrnn.IndRNNEncoder"
    ),
    "resnet": Architecture(
        "ResNet", "residual convolutions, no recurrence", "sentiment.networks.resnet.ResNetEncoder"
    ),
    "bow": Architecture(
        "Bag of words", "one weight for each word and pair of words, no order", None
    ),
}
