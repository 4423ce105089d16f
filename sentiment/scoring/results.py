"""Predictions for rows of a table, and the values of the added columns."""

from collections.abc import Sequence
from typing import NamedTuple

from sentiment.corpus.classes import Classes
from sentiment.corpus.table_rows import Row, reason_to_reject
from sentiment.corpus.whole_rows import WholeRow
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ReviewError
from sentiment.inspection.prediction import Prediction
from sentiment.inspection.predictor import Predictor


class Scored(NamedTuple):
    """A row of a table with its prediction, or the reason for none."""

    row: WholeRow
    prediction: Prediction | None
    reason: str = ""

    def values(self, classes: Classes) -> list[object]:
        """The values of the row, then those of the columns of `columns.added_columns`."""
        found = self.prediction
        if found is None:
            unknown = [None] * (len(classes) + 5)
            return [*self.row.values, self.row.number, *unknown, self.reason]
        return [
            *self.row.values,
            self.row.number,
            found.name,
            found.probability,
            *found.probabilities,
            found.uncertain,
            found.words,
            found.unknown / found.words,
            None,
        ]


def score_rows(
    predictor: Predictor, rows: Sequence[WholeRow], text: int, sequence: SequenceConfig
) -> list[Scored]:
    """Predictions for these rows, in order. text: position of the column of texts."""
    scored, encoded = [], []
    for row in rows:
        given = row.values[text]
        reason = row.reason or reason_to_reject(Row(row.number, given, ""), "-")
        if not reason:
            try:
                encoded.append(predictor.encode(str(given), sequence))
            except ReviewError as error:
                reason = str(error)
        scored.append(Scored(row, None, reason or ""))
    predictions = predictor.predict_encoded(encoded)
    return [one if one.reason else one._replace(prediction=next(predictions)) for one in scored]
