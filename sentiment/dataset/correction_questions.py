"""Questions of the quality checks to the user: which label is right, which duplicate stays.

For a label error, the class that the simple model finds most probable is suggested. Duplicates are
a question only if their labels differ. Reviews of an official test split are left out, because
corrections do not apply to them.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus.classes import UNLABELLED
from sentiment.dataset.corrections import Correction, Corrections, hex_digest, now
from sentiment.dataset.quality_findings import Findings
from sentiment.encoding.outliers import DropReason

ASKED = ("duplicates", "near-duplicates", "label-errors")


@dataclass(frozen=True)
class Question:
    """One decision: about the label of a text, or about duplicates with different labels."""

    check: str
    rows: tuple[int, ...]  # one review of each text
    texts: tuple[str, ...]  # digests
    labels: tuple[Counter[int], ...]  # of each text, label -> reviews
    suggested: int | None  # label; None if two labels are equally frequent
    probability: float = 0.0  # of the suggested label, by the simple model
    words: tuple[str, ...] = ()  # with the most evidence for the suggested label

    @property
    def merges(self) -> bool:
        return QUALITY_CHECKS[self.check].grouped

    @property
    def label(self) -> int:
        """The label of the first text."""
        return self.labels[0].most_common(1)[0][0]

    def accepted(self, label: int) -> Correction:
        """The correction that sets this label and merges duplicates."""
        return Correction(self.texts, label, self.merges, self.check, now())

    def rejected(self) -> Correction:
        """The correction that confirms the labels, so that the question is not asked again."""
        return Correction(self.texts, None, False, self.check, now())


@dataclass(frozen=True)
class Questions:
    """The questions of one check."""

    open: list[Question]
    total: int  # the answered ones included


def questions(name: str, findings: Findings) -> Questions:
    """The questions of the check `name`, one of ASKED, that the corrections leave open."""
    asked = findings.labels != UNLABELLED
    asked &= ~findings.protected & (findings.drop_reasons == DropReason.KEPT)
    if name == "label-errors":
        return _label_questions(findings, asked)
    return _duplicate_questions(name, findings, asked)


def _label_questions(findings: Findings, asked: np.ndarray) -> Questions:
    rows = [row for row in findings.rows("label-errors").tolist() if asked[row]]
    by_text = {hex_digest(findings.digests[row]): row for row in reversed(rows)}
    made = findings.corrections.of_text
    found = [
        Question(
            check="label-errors",
            rows=(row,),
            texts=(text,),
            labels=(Counter([int(findings.labels[row])]),),
            suggested=findings.suggestions[row].label,
            probability=float(findings.results["label-errors"][row]),
            words=tuple(findings.suggestions[row].words),
        )
        for text, row in reversed(by_text.items())
        if text not in made
    ]
    return Questions(found, len(by_text))


def _duplicate_questions(name: str, findings: Findings, asked: np.ndarray) -> Questions:
    groups = findings.results[name]
    before = _conflicts(groups, findings.labels, asked)
    now_in_conflict = _conflicts(groups, findings.effect.labels, asked)
    found = []
    for group in sorted(now_in_conflict, key=lambda group: -len(now_in_conflict[group])):
        question = _duplicate_question(name, findings, now_in_conflict[group])
        if not _is_rejected(question, findings.corrections):
            found.append(question)
    return Questions(found, len(before.keys() | now_in_conflict.keys()))


def _conflicts(groups: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> dict[int, np.ndarray]:
    """Group -> its rows, for the groups whose labels differ."""
    rows = np.flatnonzero(asked & (groups >= 0))
    rows = rows[np.argsort(groups[rows], kind="stable")]
    if not len(rows):
        return {}
    starts = np.flatnonzero(np.append(True, np.diff(groups[rows]) != 0))
    differ = np.minimum.reduceat(labels[rows], starts) != np.maximum.reduceat(labels[rows], starts)
    parts = np.split(rows, starts[1:])
    return {int(groups[parts[n][0]]): parts[n] for n in np.flatnonzero(differ).tolist()}


def _duplicate_question(name: str, findings: Findings, rows: np.ndarray) -> Question:
    by_text: dict[str, list[int]] = {}
    for row in rows.tolist():
        by_text.setdefault(hex_digest(findings.digests[row]), []).append(row)
    labels = findings.effect.labels
    counts = tuple(Counter(labels[same].tolist()) for same in by_text.values())
    (majority, most), (_, next_most) = sum(counts, Counter()).most_common(2)
    return Question(
        check=name,
        rows=tuple(same[0] for same in by_text.values()),
        texts=tuple(by_text),
        labels=counts,
        suggested=None if most == next_most else majority,
    )


def _is_rejected(question: Question, corrections: Corrections) -> bool:
    made = [corrections.of_text.get(text) for text in question.texts]
    return all(one and one.label is None and one.check == question.check for one in made)
