"""From the outputs of a network's last layer to the probabilities of the classes.

Everything that explains a verdict explains the score of one class: log p / (1 - p), the logit of
the class against all others. Only this file knows how many outputs there are per class.
"""

from abc import ABC, abstractmethod

import torch
from torch import Tensor
from torch.nn import functional

BINARY_CLASSES = 2


class ClassOutput(ABC):
    """Outputs z, (..., size), to probabilities of classes, (..., classes)."""

    def __init__(self, classes: int, size: int):
        self.classes, self.size = classes, size

    name: str  # in exports

    @abstractmethod
    def log_probabilities(self, outputs: Tensor) -> Tensor:
        """(..., size) -> (..., classes)."""

    def probabilities(self, outputs: Tensor) -> Tensor:
        """(..., size) -> (..., classes)."""
        return self.log_probabilities(outputs).exp()

    def score(self, outputs: Tensor, label: int) -> Tensor:
        """log p / (1 - p) of the class `label`: (..., size) -> (...)."""
        logs = self.log_probabilities(outputs)
        others = torch.cat([logs[..., :label], logs[..., label + 1 :]], dim=-1)
        return logs[..., label] - others.logsumexp(dim=-1)

    def margin(self, outputs: Tensor, label: int) -> Tensor:
        """log p of the class `label` minus that of the most probable other one: (..., size) ->
        (...). It is positive where the class is the verdict; of two classes it is the score."""
        logs = self.log_probabilities(outputs)
        others = torch.cat([logs[..., :label], logs[..., label + 1 :]], dim=-1)
        return logs[..., label] - others.amax(dim=-1)

    def explained(self, outputs: Tensor) -> int:
        """The class whose score is explained unless another is chosen: the most probable one.

        outputs: (size,).
        """
        return int(_most_probable(self.log_probabilities(outputs)))

    def linear_score(self, outputs: Tensor, label: int) -> tuple[Tensor, Tensor]:
        """The score as a linear function at `outputs`, (size,): coefficients (size,), constant.

        coefficients @ outputs + constant is the score, and the coefficients are its gradient. With
        softmax they are 1 for the class, and minus the share of each other class among the others.
        """
        with torch.inference_mode(False), torch.enable_grad():
            # torch.func.grad says it in one line, and needs a second to load itself.
            leaf = outputs.detach().clone().requires_grad_()
            (coefficients,) = torch.autograd.grad(self.score(leaf, label), leaf)
        return coefficients, self.score(outputs, label) - coefficients @ outputs

    def loss(self, outputs: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
        """Sum of the cross-entropies: outputs (batch, size).

        labels: codes of the classes, (batch,), or their shares, (batch, classes).
        weights: of the classes, (classes,); None for equal ones.
        """
        logs = self.log_probabilities(outputs)
        if labels.ndim == 1:
            return functional.nll_loss(logs, labels.long(), weights, reduction="sum")
        return -((labels if weights is None else labels * weights) * logs).sum()

    def predicted(self, outputs: Tensor) -> Tensor:
        """Codes of the most probable classes, as `predicted_labels`: (batch, size) -> (batch,)."""
        return _most_probable(self.log_probabilities(outputs))

    def correct(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """Number of reviews whose most probable class is the label; as in `loss`."""
        codes = labels if labels.ndim == 1 else labels.argmax(dim=1)
        return (self.predicted(outputs) == codes).sum()


class Sigmoid(ClassOutput):
    """Two classes from one output, the score of the second class."""

    name = "sigmoid"

    def __init__(self) -> None:
        super().__init__(classes=BINARY_CLASSES, size=1)

    def log_probabilities(self, outputs: Tensor) -> Tensor:
        return functional.logsigmoid(torch.cat([-outputs, outputs], dim=-1))

    def probabilities(self, outputs: Tensor) -> Tensor:
        second = torch.sigmoid(outputs)
        return torch.cat([1 - second, second], dim=-1)

    def score(self, outputs: Tensor, label: int) -> Tensor:
        return outputs[..., 0] if label else -outputs[..., 0]

    def explained(self, outputs: Tensor) -> int:
        return 1  # one side for both verdicts: its score is minus that of the other

    def loss(self, outputs: Tensor, labels: Tensor, weights: Tensor | None = None) -> Tensor:
        if weights is not None:
            return super().loss(outputs, labels, weights)
        second = (labels if labels.ndim == 1 else labels[:, 1]).float()
        return functional.binary_cross_entropy_with_logits(outputs[:, 0], second, reduction="sum")

    def predicted(self, outputs: Tensor) -> Tensor:
        return (outputs[:, 0] >= 0).long()


class Softmax(ClassOutput):
    """One output per class."""

    name = "softmax"

    def __init__(self, classes: int):
        super().__init__(classes, size=classes)

    def log_probabilities(self, outputs: Tensor) -> Tensor:
        return outputs.log_softmax(dim=-1)


class Ordinal(ClassOutput):
    """Ordered classes: output j is the logit of "above class j" among reviews of class j or above.

    The probabilities of "above j" then fall with j, as they must (CORN: Shi, Cao & Raschka 2021,
    "Deep Neural Networks for Rank-Consistent Ordinal Regression Based On Conditional
    Probabilities").
    """

    name = "ordinal"

    def __init__(self, classes: int):
        super().__init__(classes, size=classes - 1)

    def log_probabilities(self, outputs: Tensor) -> Tensor:
        none = torch.zeros_like(outputs[..., :1])
        reached = torch.cat([none, functional.logsigmoid(outputs).cumsum(dim=-1)], dim=-1)
        stops = torch.cat([functional.logsigmoid(-outputs), none], dim=-1)
        return reached + stops


def _most_probable(logs: Tensor) -> Tensor:
    """As `predicted_labels`: (..., classes) -> (...)."""
    return logs.shape[-1] - 1 - logs.flip(-1).argmax(dim=-1)


BINARY = Sigmoid()


def class_output(classes: int = BINARY_CLASSES, ordinal: bool = False) -> ClassOutput:
    """The output layer for this number of classes."""
    if classes == BINARY_CLASSES:
        return BINARY
    return Ordinal(classes) if ordinal else Softmax(classes)
