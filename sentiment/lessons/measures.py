"""Answers of lesson questions that the app computes with a model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sentiment.errors import LessonError
from sentiment.lessons.lesson import LessonQuestion
from sentiment.lessons.question import Question, nearest
from sentiment.networks.model_folder import ModelInfo

if TYPE_CHECKING:
    from sentiment.inspection.trace import Trace

GetTrace = Callable[[str], "Trace"]


@dataclass(frozen=True)
class Kind:
    """A kind of measure: computes a value from a model and a text, as text or as a number."""

    meaning: str
    of: Callable[[ModelInfo, GetTrace, str], str | float]
    unit: str = ""
    numeric: bool = True
    of_text: bool = True


# By the name in the files; docs/writing-lessons.md lists them.
MEASURES = {
    "label": Kind(
        "the predicted label of the text",
        lambda _, trace, text: trace(text).prediction.name,
        numeric=False,
    ),
    "probability": Kind(
        "the probability of Positive, in percent; with more than two classes, of the prediction",
        lambda _, trace, text: 100 * trace(text).probability,
        "%",
    ),
    "strongest word": Kind(
        "the word that moves the probability most",
        lambda _, trace, text: trace(text).strongest_word,
        numeric=False,
    ),
    "words": Kind(
        "the number of words that the model reads",
        lambda _, trace, text: trace(text).prediction.words,
    ),
    "unknown words": Kind(
        "the number of words outside the vocabulary",
        lambda _, trace, text: trace(text).prediction.unknown,
    ),
    "accuracy": Kind(
        "the accuracy on the test split, in percent; needs no text",
        lambda info, _, text: 100 * info.metrics.get("test", {}).get("accuracy", 0.0),
        "%",
        of_text=False,
    ),
    "training seconds": Kind(
        "the time that the training took, in seconds; needs no text",
        lambda info, _, text: info.training.seconds,
        " s",
        of_text=False,
    ),
}


def check_measure(question: LessonQuestion | None) -> None:
    """Raise LessonError if the measure of a question is unknown, or does not fit its choices."""
    if question is None or question.measure is None:
        return
    kind = MEASURES.get(question.measure.of)
    if kind is None:
        raise LessonError(
            f"The measure {question.measure.of!r} is unknown; expected one of "
            f"{', '.join(MEASURES)}."
        )
    if kind.numeric:
        for choice in question.choices:
            _number(choice)
    if kind.of_text and not question.measure.text.strip():
        raise LessonError(f"The measure {question.measure.of!r} needs a text.")


def answered(question: LessonQuestion, models: dict[str, ModelInfo], trace: object) -> Question:
    """The question with its answer. `trace(info, text)` traces a text.

    For a number, the answer is the nearest choice. Raises LessonError.
    """
    measure = question.measure
    if measure is None:
        return Question(question.text, question.choices, question.answer, question.why)
    info = models.get(measure.model)
    if info is None:
        raise LessonError(
            f"The model {measure.model!r} of the question is not installed; installed are "
            f"{', '.join(models) or 'none'}."
        )
    assert callable(trace)
    kind = MEASURES[measure.of]
    value = kind.of(info, lambda text: trace(info, text), measure.text)
    if isinstance(value, str):
        answer, shown = value, f"“{value}”"
    else:
        answer = question.choices[nearest(value, [_number(one) for one in question.choices])]
        shown = f"{value:.1f}{kind.unit}" if kind.unit else f"{value:g}"
    if answer not in question.choices:
        raise LessonError(
            f"The {measure.of} is {shown}, which is not one of the choices "
            f"{', '.join(question.choices)}."
        )
    return Question(
        question.text, question.choices, answer, f"Measured now: {shown}. {question.why}"
    )


def _number(choice: str) -> float:
    try:
        return float(choice.strip().removesuffix("%").removesuffix("s").replace(",", ""))
    except ValueError as error:
        raise LessonError(f"The choice {choice!r} is not a number, but the measure is.") from error
