"""The article's recipe as one would write it down: what the project's training is measured by."""

import torch
from torch import Tensor, nn

VOCABULARY = 100_000  # about every word of the training part
WORDS, BATCH = 250, 50
LEARNING_RATE, CLIP = 1e-3, 5.0


class PlainClassifier(nn.Module):
    """Embedding of 400 numbers, two layers of 256 units, the output at the last step."""

    def __init__(self, vocabulary: int = VOCABULARY) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, 400)
        self.lstm = nn.LSTM(400, 256, num_layers=2, dropout=0.5, batch_first=True)
        self.dropout = nn.Dropout(0.5)
        self.linear = nn.Linear(256, 1)

    def forward(self, ids: Tensor) -> Tensor:
        outputs, _ = self.lstm(self.embedding(ids))
        return self.linear(self.dropout(outputs[:, -1])).squeeze(1)


class PlainTraining:
    """Every review padded before to 250 words, Adam over the whole vocabulary."""

    def __init__(self) -> None:
        self.network = PlainClassifier()
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=LEARNING_RATE)
        self.loss = nn.BCEWithLogitsLoss()

    def step(self, ids: Tensor, labels: Tensor) -> None:
        """ids: (50, 250)."""
        self.optimizer.zero_grad()
        self.loss(self.network(ids), labels).backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), CLIP)
        self.optimizer.step()
