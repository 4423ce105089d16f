"""Evaluation of predictions for a file that has labels."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.corpus.classes import UNLABELLED, Classes
from sentiment.corpus.label_counter import IDENTIFIES, LabelCounter, identifies_rows
from sentiment.corpus.label_mapping import LabelMapping
from sentiment.corpus.label_proposals import UNKNOWN, proposals
from sentiment.corpus.label_values import is_missing, label_key, label_name, listed
from sentiment.encoding.splitting import text_digests
from sentiment.errors import CorpusError
from sentiment.evaluation.metrics import Evaluation
from sentiment.evaluation.predictions import TestPredictions
from sentiment.evaluation.source import count_in_training as in_training
from sentiment.networks.model_folder import ModelInfo
from sentiment.progress import Progress
from sentiment.scoring.scored_file import ScoredFile


def labels_in(file: ScoredFile, column: str, progress: Progress | None = None) -> dict[str, int]:
    """Rows per label of a column, without missing ones.

    Raises CorpusError if the column identifies the rows, or has too many values for labels.
    """
    counter = LabelCounter()
    for batch in file.batches([column], progress):
        for value in batch[column].to_pylist():
            name = label_name(value)
            if name:
                counter.add(name)
        if counter.too_many:
            break
    counts = counter.counts()
    if identifies_rows(counts):
        raise CorpusError(f"In the column {column!r:.60}, {IDENTIFIES} Choose another column.")
    if counter.too_many:
        raise CorpusError(
            f"The column {column!r:.60} has {len(counts):,} different values in the first "
            f"{counter.rows:,} rows, too many for labels. Choose the column with the sentiment."
        )
    if not counts:
        raise CorpusError(f"The column {column!r:.60} is empty. Choose another column.")
    return counts


def mapping_to(classes: Classes, counts: Mapping[str, int], column: str) -> LabelMapping:
    """The class of a model for each label, by its name or by the proposals for labels of a corpus.

    counts: rows per label. Labels without a class are left out and named in the doubt.
    """
    of_name = {label_key(name): code for code, name in enumerate(classes.names)}
    by_name = {label: of_name[key] for label in counts if (key := label_key(label)) in of_name}
    found, doubt = by_name, ""
    for proposal in proposals(counts, column):
        names = proposal.classes.names if proposal.classes else ()
        if len(proposal.codes) > len(found) and set(names) <= set(classes.names):
            codes = {label: classes.names.index(names[n]) for label, n in proposal.codes.items()}
            found, doubt = codes, proposal.doubt
    if not found:
        doubt = UNKNOWN
    elif not doubt and (
        others := [label for label in counts if label not in found and not is_missing(label)]
    ):
        doubt = f"The model has no class for {listed(others)}."
    return LabelMapping(classes, found, doubt)


@dataclass(frozen=True)
class LabelledPredictions:
    """Predictions for the rows of a file whose label has a class, and their metrics.

    The rows of `predictions` are positions in the file, from 0.
    """

    predictions: TestPredictions
    metrics: Evaluation
    left_out: int  # rows without a prediction or without such a label

    @classmethod
    def of(
        cls,
        file: ScoredFile,
        column: str,
        class_of: Mapping[str, str],
        progress: Progress | None = None,
    ) -> "LabelledPredictions":
        """Evaluate a file. class_of: label -> class. Raises CorpusError, StorageError."""
        codes = {label_key(label): file.classes.names.index(of) for label, of in class_of.items()}
        known: dict[str, int] = {}  # by spelling
        labels, lengths = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
        probabilities = [np.zeros((0, len(file.classes)))]
        words = file.added["words"]
        for batch in file.batches([*file.probability_columns, words, column], progress):
            for name in set(map(label_name, batch[column].to_pylist())) - known.keys():
                known[name] = codes.get(label_key(name), UNLABELLED)
            values = map(label_name, batch[column].to_pylist())
            labels.append(np.array([known[name] for name in values], np.int64))
            lengths.append(batch[words].fill_null(0).to_numpy(zero_copy_only=False))
            probabilities.append(file.probabilities(batch))
        truth, p = np.concatenate(labels), np.concatenate(probabilities)
        used = np.flatnonzero((truth != UNLABELLED) & ~np.isnan(p).any(axis=1))
        if not len(used):
            raise CorpusError(
                f"No row has a prediction and one of the labels {listed(list(class_of))} in the "
                f"column {column!r:.60}. Choose another column, or classes for its labels."
            )
        predictions = TestPredictions(
            used.astype(np.int32),
            truth[used].astype(np.int8),
            np.concatenate(lengths)[used].astype(np.int16),
            p[used],
        )
        metrics = Evaluation.of(predictions.labels, predictions.probabilities, file.classes)
        return cls(predictions, metrics, file.rows - len(used))


def count_in_training(
    file: ScoredFile, column: str, places: np.ndarray, info: ModelInfo
) -> int | None:
    """The number of these rows whose text is in the training data; None if unknown.

    column: of the texts. places: (n,) ascending positions of rows, from 0. Raises StorageError.
    """
    used = np.zeros(file.rows, bool)
    used[places] = True
    texts = (text.as_py() or "" for batch in file.batches([column]) for text in batch[column])
    return in_training(info, text_digests(itertools.compress(texts, used.tolist())))
