"""Names and types of the columns that predictions add to a table."""

from collections.abc import Sequence

import pyarrow as pa

from sentiment.corpus.classes import Classes

PREFIX = "predicted_"


def added_columns(names: Sequence[str], classes: Classes) -> dict[str, pa.DataType]:
    """Names and types of the columns to add; all have PREFIX if a name is in the table already."""
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
