"""Plain RNN encoder, without gates."""

from collections.abc import Iterator
from typing import cast

from torch import Tensor, nn

from sentiment.networks.hooks import Hook
from sentiment.networks.recurrent import PreActivation, RecurrentEncoder, previous
from sentiment.networks.trace import Quantity


class RNNEncoder(RecurrentEncoder):
    """A stack of simple recurrent layers (Elman 1990).

        s_t = W_ih x_t + b_ih + W_hh h_{t-1} + b_hh    pre-activation
        h_t = tanh(s_t)                                hidden state

    The gradient from h_t back to h_{t-k} is a product of k matrices W_hh' diag(1 - h²), which
    vanishes or explodes exponentially in k (Hochreiter 1991; Bengio et al. 1994).
    Computed by `torch.nn.RNN`.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("pre-activation", "s", None, "The weighted sum of word and old state."),
        Quantity("hidden state", "h", (-1, 1), "tanh of the pre-activation; the only memory."),
    )
    intervention_targets = quantities[1:]
    description = (
        "A plain RNN overwrites its whole state at every word. Earlier words survive only as far "
        "as the weights *U* preserve them."
    )
    no_state_update = (
        "A plain RNN sends its whole state through a matrix and a tanh at every word. This mixes "
        "what different words wrote, so that no exact split exists."
    )
    equations = r"s_t = W x_t + b + U h_{t-1} + c \qquad h_t = \tanh(s_t)"

    def new_module(self, input_size: int, hidden_size: int, number: int) -> nn.Module:
        return nn.RNN(input_size, hidden_size, batch_first=True)

    def values(self, x: Tensor, module: nn.Module) -> tuple[Tensor, dict[str, Tensor]]:
        rnn = cast(nn.RNN, module)
        hidden = rnn(x[None])[0][0]
        return hidden, {"s": _pre_activation(x, previous(hidden), rnn), "h": hidden}

    def pre_activations(
        self, x: Tensor, hidden: Tensor, module: nn.Module
    ) -> dict[str, PreActivation]:
        weight_ih, weight_hh, bias_ih, bias_hh = cast(nn.RNN, module).all_weights[0]
        bias = (bias_ih + bias_hh).expand(len(x), -1)
        return {"h": PreActivation(x @ weight_ih.T, hidden @ weight_hh.T, bias)}

    def steps(self, x: Tensor, module: nn.Module, hook: Hook) -> Iterator[dict[str, Tensor]]:
        hidden = x.new_zeros(len(x), self.hidden_size)
        for step, word in enumerate(x.unbind(1)):
            pre_activations = _pre_activation(word, hidden, cast(nn.RNN, module))
            hidden = hook("h", pre_activations.tanh(), step)
            yield {"s": pre_activations, "h": hidden}


def _pre_activation(x: Tensor, hidden: Tensor, rnn: nn.RNN) -> Tensor:
    weight_ih, weight_hh, bias_ih, bias_hh = rnn.all_weights[0]
    return x @ weight_ih.T + bias_ih + hidden @ weight_hh.T + bias_hh
