"""Prediction and trace of a typed text."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch

from sentiment.encoding.encode_text import EncodedText, encode_text
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.prediction import Prediction, prediction_of
from sentiment.inspection.trace import Trace
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo, model_folder

TEXTS_AT_ONCE = 128


class Predictor:
    """A network with the vocabulary and sequence settings of its training."""

    def __init__(self, network: Network, vocabulary: Vocabulary, sequence: SequenceConfig):
        network.eval()
        self.network = network
        self.vocabulary = vocabulary
        self.sequence = sequence

    @classmethod
    def load(cls, model: str | Path) -> "Predictor":
        """Load a folder, or a model of that name in models/. Raises ModelError."""
        info = ModelInfo.read(model_folder(model))
        network, vocabulary = info.load()
        return cls(network, vocabulary, info.sequence)

    def encode(self, text: str, sequence: SequenceConfig | None = None) -> EncodedText:
        return encode_text(text, self.vocabulary, sequence or self.sequence)

    def predict(
        self, texts: Sequence[str], sequence: SequenceConfig | None = None
    ) -> list[Prediction]:
        """A Prediction for each text, in order. Raises ReviewError for a text without words."""
        return list(self.predict_encoded([self.encode(text, sequence) for text in texts]))

    def predict_encoded(self, texts_encoded: Sequence[EncodedText]) -> Iterator[Prediction]:
        """A Prediction for each text that is encoded already, in order."""
        for start in range(0, len(texts_encoded), TEXTS_AT_ONCE):
            yield from self._predict_batch(texts_encoded[start : start + TEXTS_AT_ONCE])

    @torch.inference_mode()
    def _predict_batch(self, texts_encoded: Sequence[EncodedText]) -> list[Prediction]:
        ids = torch.from_numpy(np.stack([encoded.row for encoded in texts_encoded])).long()
        lengths = torch.tensor([len(encoded.kept) for encoded in texts_encoded])
        outputs = self.network(ids, lengths).double()
        probabilities = self.network.output.probabilities(outputs)[:, 1].tolist()
        return [
            prediction_of(encoded, probability)
            for encoded, probability in zip(texts_encoded, probabilities, strict=True)
        ]

    def trace(
        self, text: str, sequence: SequenceConfig | None = None, label: int | None = None
    ) -> Trace:
        """Gates, states and the probability after each word. Raises ReviewError.

        label: the class whose score is explained; by default `ClassOutput.explained`.
        """
        return self.trace_encoded(self.encode(text, sequence), label)

    @torch.inference_mode()
    def trace_encoded(self, encoded: EncodedText, label: int | None = None) -> Trace:
        """The trace of a text that is encoded already."""
        network, output = self.network, self.network.output
        outputs, of_outputs, layers = network.trace(torch.from_numpy(encoded.kept_ids).long())
        if label is None:
            label = output.explained(outputs[-1])
        coefficients, _ = output.linear_score(outputs[-1], label)
        probabilities = output.score(outputs.double(), label).sigmoid().numpy()
        before = output.score(network.empty_outputs().double(), label)
        return Trace(
            encoded=encoded,
            prediction=prediction_of(encoded, float(probabilities[-1])),
            explained=label,
            outputs=outputs.numpy(),
            probability_before=float(before.sigmoid()),
            probabilities=probabilities,
            verdict_positions=network.verdict_positions(len(probabilities)).numpy(),
            contributions=(coefficients @ of_outputs).numpy(),
            layers=layers,
            quantities=network.quantities,
        )
