"""Residual convolutional encoder: no recurrence; each block sees a wider window."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from sentiment.networks.config import NetworkConfig
from sentiment.networks.hooks import NO_HOOKS, Hooks
from sentiment.networks.interfaces import Encoder
from sentiment.networks.masking import word_mask
from sentiment.networks.trace import LayerTrace, Quantity

KERNEL = 3  # words
BLOCK_CONVOLUTIONS = 2


class ResNetEncoder(Encoder):
    """A stack of residual blocks of 1-D convolutions (after He et al. 2016).

    With x the embeddings, projected to hidden_size features per word:

        r = conv(relu(norm(conv(relu(norm(x))))))    output of the block
        x = x + r                                    skip connection

    `norm` is layer normalization over the features of a word, so that an output depends neither on
    padding nor on other reviews. The two convolutions of block b (from 0) read 3 words at distance
    2^b (dilation, Yu & Koltun 2016); words outside the review are zeros. An output therefore sees
    `receptive_field` words, 1 + 4 (2^blocks - 1), half of them to either side.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("block output", "r", None, "What the block adds to the features."),
        Quantity("feature map", "h", None, "The features after the block: its input plus *r*."),
    )
    intervention_targets = quantities
    equations = (
        r"r = \mathrm{conv}(\mathrm{relu}(\mathrm{norm}(\mathrm{conv}(\mathrm{relu}("
        r"\mathrm{norm}(x)))))) \qquad h = x + r"
    )
    causal = False
    no_state_update = "A residual network reads all words at once and has no memory to split."

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.hidden_size = self.output_size = config.hidden_size
        self.input = nn.Linear(config.embedding_dim, config.hidden_size)
        self.blocks = nn.ModuleList(
            ResidualBlock(config.hidden_size, dilation=2**number)
            for number in range(config.num_layers)
        )
        self.dropout = nn.Dropout(config.dropout)  # between blocks
        self.description = (
            "A residual network reads all words at once. Each block processes every word with its "
            "neighbors and *adds* its output to its input. Features and gradients can pass a "
            "block unchanged. After the last block an output sees "
            f"{self.receptive_field} words, half of them to either side: its receptive field."
        )

    @property
    def receptive_field(self) -> int:
        """Number of words that one output depends on."""
        return 1 + BLOCK_CONVOLUTIONS * (KERNEL - 1) * (2 ** len(self.blocks) - 1)

    def forward(self, x: Tensor, lengths: Tensor, hooks: Hooks = NO_HOOKS) -> Tensor:
        mask = word_mask(lengths, x.shape[1])[..., None]  # (batch, time, 1)
        x = self.input(x)
        for number, block in enumerate(self.blocks):
            added = block(self.dropout(x) if number else x, mask)
            _, x = _with_hook(x, added, number, hooks)
        return x

    def trace(self, x: Tensor, hooks: Hooks = NO_HOOKS) -> tuple[Tensor, list[LayerTrace]]:
        mask = torch.ones(1, len(x), 1, dtype=torch.bool)
        traces = []
        state = self.input(x)[None]
        for number, block in enumerate(self.blocks):
            added, state = _with_hook(state, block(state, mask), number, hooks)
            values = {"r": added[0], "h": state[0]}
            arrays = {symbol: value.numpy(force=True) for symbol, value in values.items()}
            traces.append(LayerTrace(number, "both", arrays))
        return state[0], traces

    def unroll(self, x: Tensor) -> tuple[Tensor, dict[str, list[Tensor]]]:
        mask = torch.ones(1, len(x), 1, dtype=torch.bool)
        state, words = self.input(x)[None], []
        for number, block in enumerate(self.blocks):
            state = state + block(state, mask)
            if number == 0:
                words = list(state[0].unbind())
                state = torch.stack(words)[None]
        return state[0], {"h": words}


def _with_hook(before: Tensor, added: Tensor, number: int, hooks: Hooks) -> tuple[Tensor, Tensor]:
    """The output of block `number` and the features after it, with its hook applied to both."""
    hook = hooks.get((number, "both"))
    if hook is None:
        return added, before + added
    added = hook("r", added, None)
    return added, hook("h", before + added, None)


class ResidualBlock(nn.Module):
    """Norm, relu and convolution, twice."""

    def __init__(self, features: int, dilation: int):
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(features) for _ in range(BLOCK_CONVOLUTIONS))
        self.convolutions = nn.ModuleList(
            nn.Conv1d(features, features, KERNEL, padding="same", dilation=dilation)
            for _ in range(BLOCK_CONVOLUTIONS)
        )

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """x: (batch, time, features), mask: (batch, time, 1), True at words."""
        for norm, convolution in zip(self.norms, self.convolutions, strict=True):
            x = functional.relu(norm(x)) * mask  # or the last words would see the padding
            x = convolution(x.transpose(1, 2)).transpose(1, 2)
        return x
