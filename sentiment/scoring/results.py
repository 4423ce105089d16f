"""The columns that predictions add to a table."""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa

from sentiment.corpus.classes import Classes
from sentiment.corpus.table_rows import Row, reason_to_reject
from sentiment.corpus.whole_rows import WholeRow
from sentiment.encoding.settings import SequenceConfig
from sentiment.errors import ReviewError
from sentiment.inspection.predictor import Prediction, Predictor

PREFIX = "predicted_"


class Scored(NamedTuple):
    """A row of a table, and its prediction or why it has none."""

    row: WholeRow
    prediction: Prediction | None
    reason: str = ""

    def added(self, classes: Classes) -> list[object]:
        """The values of the columns of `added_columns`."""
        found = self.prediction
        if found is None:
            return [self.row.number, *[None] * (len(classes) + 5), self.reason]
        return [
            self.row.number,
            found.name,
            found.probability,
            *found.probabilities,
            found.uncertain,
            found.words,
            found.unknown / found.words,
            None,
        ]


def added_columns(names: Sequence[str], classes: Classes) -> dict[str, pa.DataType]:
    """Names and types of the columns to add; all with PREFIX if the table has one of the names."""
    added = {
        "row": pa.int64(),
        "label": pa.string(),
        "probability": pa.float64(),
        **{f"probability_{name}": pa.float64() for name in classes.names},
        "uncertain": pa.bool_(),
        "words": pa.int64(),
        "unknown_share": pa.float64(),
        "reason": pa.string(),
    }
    while added.keys() & set(names):
        added = {PREFIX + name: kind for name, kind in added.items()}
    return added


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
