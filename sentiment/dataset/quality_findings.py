"""Findings of the quality checks for one prepared corpus."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sentiment.analysis import label_errors, text_checks
from sentiment.analysis.exclusions import QUALITY_CHECKS, apply_exclusions
from sentiment.analysis.quality import CheckedReviews
from sentiment.corpus.review import Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.outliers import DropReason
from sentiment.progress import StageProgress


def checked_reviews(corpus: PreparedCorpus) -> CheckedReviews:
    """The reviews of a prepared corpus for the checks."""
    return CheckedReviews(corpus.content, corpus.all_texts, corpus.labels)


@dataclass(frozen=True)
class Findings:
    """The marks of every check for one prepared corpus."""

    results: Mapping[str, np.ndarray]
    splits: np.ndarray  # (N,) codes
    drop_reasons: np.ndarray  # (N,) as if nothing had been left out for its quality
    protected: np.ndarray  # (N,) bool, an official test part

    @classmethod
    def of(cls, corpus: PreparedCorpus, progress: StageProgress | None = None) -> "Findings":
        material, test = checked_reviews(corpus), corpus.splits == Split.TEST
        results = {name: material.results(name, test, progress) for name in QUALITY_CHECKS}
        ours = [kind.drop_reason for kind in QUALITY_CHECKS.values()]
        drop_reasons = np.where(
            np.isin(corpus.drop_reasons, ours), DropReason.KEPT, corpus.drop_reasons
        )
        protected = test if corpus.report.split == "official" else np.zeros_like(test)
        return cls(results, corpus.splits, drop_reasons, protected)

    def rows(self, name: str) -> np.ndarray:
        """The reviews a check found, (n,) rising; doubtful ones by how sure it is, falling."""
        results = self.results[name]
        if name == "label-errors":
            order = np.argsort(-np.nan_to_num(results), kind="stable")
            return order[: int((results >= label_errors.THRESHOLD).sum())]
        return np.flatnonzero(results >= 0 if QUALITY_CHECKS[name].grouped else results)

    def groups(self, name: str) -> list[np.ndarray]:
        """The reviews that belong together, the largest group first."""
        results = self.results[name]
        rows = np.flatnonzero(results >= 0)
        rows = rows[np.argsort(results[rows], kind="stable")]
        edges = np.flatnonzero(np.diff(results[rows])) + 1
        return sorted(np.split(rows, edges), key=len, reverse=True) if len(rows) else []

    def drop_reasons_excluding(self, names: Iterable[str]) -> np.ndarray:
        """The fates if these kinds were left out, (N,) int8."""
        drop_reasons = self.drop_reasons.copy()
        apply_exclusions(
            drop_reasons, {name: self.results[name] for name in names}, self.splits, self.protected
        )
        return drop_reasons


def evidence(name: str, findings: Findings, row: int, text: str) -> str:
    """What a check found in a review, for people."""
    if name == "ratings":
        return text_checks.rating_evidence(text)
    if name == "html":
        return text_checks.html_evidence(text)
    mark = findings.results[name][row]
    if name == "label-errors":
        return f"{mark:.1%} for the other label"
    return f"group {mark + 1}" if QUALITY_CHECKS[name].grouped else ""
