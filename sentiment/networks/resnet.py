"""Residual convolutions: no recurrence at all; each block sees a wider stretch of the review."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from sentiment.networks.config import NetworkConfig
from sentiment.networks.interventions import NO_CHANGES, Changes
from sentiment.networks.masking import word_mask
from sentiment.networks.trace import LayerTrace, Quantity

KERNEL = 3  # words
BLOCK_CONVOLUTIONS = 2


class ResNetEncoder(nn.Module):
    """A stack of residual blocks of 1-D convolutions (after He et al. 2016).

    With x the embeddings, brought to hidden_size numbers a word by one linear map:

        r = conv(relu(norm(conv(relu(norm(x))))))    what the block adds
        x = x + r                                    the skip connection

    `norm` is layer normalization over the features of a word, so that no review and no padding
    has a say in another. The two convolutions of block b (from 0) read 3 words that stand 2^b
    apart (dilation, after Yu & Koltun 2016), words outside the review being zeros. An output
    therefore sees `receptive_field` words: 1 + 4 (2^blocks - 1), half of them to either side.
    """

    quantities: tuple[Quantity, ...] = (
        Quantity("what the block adds", "r", None, "The block's own contribution to the features."),
        Quantity("feature map", "h", None, "The features after the block: what was there plus r."),
    )
    intervenable = quantities
    equations = (
        r"r = \mathrm{conv}(\mathrm{relu}(\mathrm{norm}(\mathrm{conv}(\mathrm{relu}("
        r"\mathrm{norm}(x)))))) \qquad h = x + r"
    )
    code = ""
    causal = False

    def __init__(self, config: NetworkConfig):
        super().__init__()
        self.hidden_size = self.output_size = config.hidden_size
        self.input = nn.Linear(config.embedding_dim, config.hidden_size)
        self.blocks = nn.ModuleList(
            ResidualBlock(config.hidden_size, dilation=2**number)
            for number in range(config.num_layers)
        )
        self.dropout = nn.Dropout(config.dropout)  # between blocks
        self.about = (
            "A residual network reads all words at once. Each block looks at every word together "
            "with its neighbors and *adds* what it finds; what was there before passes by "
            "unchanged, and so does the gradient on its way back. After the last block an output "
            f"has seen {self.receptive_field} words, half of them to either side: its receptive "
            "field."
        )

    @property
    def receptive_field(self) -> int:
        """Words that one output sees."""
        reach = sum(2**number for number in range(len(self.blocks)))
        return 1 + BLOCK_CONVOLUTIONS * (KERNEL - 1) * reach

    def forward(self, x: Tensor, lengths: Tensor, changes: Changes = NO_CHANGES) -> Tensor:
        """(batch, time, embedding_dim), words first -> (batch, time, hidden_size).

        changes: of what the blocks add and of the features after them.
        """
        mask = word_mask(lengths, x.shape[1])[..., None]  # (batch, time, 1)
        x = self.input(x)
        for number, block in enumerate(self.blocks):
            added = block(self.dropout(x) if number else x, mask)
            _, x = _changed(x, added, number, changes)
        return x

    def trace(self, x: Tensor, changes: Changes = NO_CHANGES) -> tuple[Tensor, list[LayerTrace]]:
        """x: (time, embedding_dim) of one review -> outputs (time, hidden_size), block by block."""
        mask = torch.ones(1, len(x), 1, dtype=torch.bool)
        traces = []
        state = self.input(x)[None]
        for number, block in enumerate(self.blocks):
            added, state = _changed(state, block(state, mask), number, changes)
            values = {"r": added[0], "h": state[0]}
            arrays = {symbol: value.numpy(force=True) for symbol, value in values.items()}
            traces.append(LayerTrace(number, "both", arrays))
        return state[0], traces

    def unrolled(self, x: Tensor) -> tuple[Tensor, dict[str, list[Tensor]]]:
        """As `RecurrentEncoder.unrolled`: the output and the lowest block's features, word by
        word, for gradients."""
        mask = torch.ones(1, len(x), 1, dtype=torch.bool)
        state, words = self.input(x)[None], []
        for number, block in enumerate(self.blocks):
            state = state + block(state, mask)
            if number == 0:
                words = list(state[0].unbind())
                state = torch.stack(words)[None]
        return state[0], {"h": words}


def _changed(before: Tensor, added: Tensor, number: int, changes: Changes) -> tuple[Tensor, Tensor]:
    """What block `number` adds and the features after it, with the changes made to both."""
    change = changes.get((number, "both"))
    if change is None:
        return added, before + added
    added = change("r", added, None)
    return added, change("h", before + added, None)


class ResidualBlock(nn.Module):
    """What one block adds: norm, relu and convolution, twice."""

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
            x = functional.relu(norm(x)) * mask  # else a word at the end would see the padding
            x = convolution(x.transpose(1, 2)).transpose(1, 2)
        return x
