"""Predictor: a trained network with the vocabulary and settings of its training."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from sentiment.corpus.classes import Classes
from sentiment.encoding.encode_text import EncodedText, encode_text
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.inspection.prediction import Prediction, prediction_of
from sentiment.inspection.trace import Trace
from sentiment.networks.inference import outputs_of_reviews
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo, model_folder


class Predictor:
    """A network with the vocabulary, sequence settings and classes of its training."""

    def __init__(
        self,
        network: Network,
        vocabulary: Vocabulary,
        sequence: SequenceConfig,
        classes: Classes,
    ):
        if len(classes) != network.output.classes:
            raise ValueError(
                f"the network has {network.output.classes} classes, expected {len(classes)}"
            )
        network.eval()
        self.network = network
        self.vocabulary = vocabulary
        self.sequence = sequence
        self.classes = classes

    @classmethod
    def load(cls, model: str | Path) -> "Predictor":
        """Load a folder, or a model of that name in models/. Raises ModelError."""
        info = ModelInfo.read(model_folder(model))
        network, vocabulary = info.load()
        return cls(network, vocabulary, info.sequence, info.classes)

    def encode(self, text: str, sequence: SequenceConfig | None = None) -> EncodedText:
        """Tokens and padded row of a text. Raises ReviewError for a text without words."""
        return encode_text(text, self.vocabulary, sequence or self.sequence)

    def predict(
        self, texts: Sequence[str], sequence: SequenceConfig | None = None
    ) -> list[Prediction]:
        """A Prediction for each text, in order. Raises ReviewError for a text without words."""
        return list(self.predict_encoded([self.encode(text, sequence) for text in texts]))

    def predict_encoded(self, texts_encoded: Sequence[EncodedText]) -> Iterator[Prediction]:
        """A Prediction for each text that is encoded already, in order."""
        rows = [encoded.kept_ids for encoded in texts_encoded]
        outputs = outputs_of_reviews(self.network, rows).double()
        probabilities = self.network.output.probabilities(outputs).tolist()
        return (
            prediction_of(encoded, row, self.classes)
            for encoded, row in zip(texts_encoded, probabilities, strict=True)
        )

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
        explained = output.explained(outputs[-1].double()) if label is None else label
        coefficients, _ = output.linear_score(outputs[-1], explained)
        probabilities = output.probabilities(outputs.double()).numpy()
        return Trace(
            encoded=encoded,
            prediction=prediction_of(encoded, probabilities[-1].tolist(), self.classes),
            chosen=label,
            explained=explained,
            score=float(output.score(outputs[-1].double(), explained)),
            outputs=outputs.numpy(),
            probabilities_before=output.probabilities(network.empty_outputs().double()).numpy(),
            probabilities=probabilities,
            verdict_positions=network.verdict_positions(len(probabilities)).numpy(),
            contributions=(coefficients @ of_outputs).numpy(),
            layers=layers,
            quantities=network.quantities,
        )
