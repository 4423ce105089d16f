"""Results of all quality checks for one prepared corpus."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from sentiment.analysis import label_errors, text_checks
from sentiment.analysis.exclusions import (
    QUALITY_CHECKS,
    QUALITY_REASONS,
    apply_exclusions,
    apply_merges,
)
from sentiment.analysis.label_errors import Suggestion
from sentiment.analysis.quality import CheckedReviews
from sentiment.corpus.review import Split
from sentiment.dataset.corrections import Corrections, Effect, LabelState
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.search import passage
from sentiment.encoding.outliers import DropReason
from sentiment.progress import StageProgress

QUOTED = ("ratings", "html")  # checks whose evidence is a passage of the text


def checked_reviews(corpus: PreparedCorpus) -> CheckedReviews:
    """The reviews of a prepared corpus as input of the checks."""
    return CheckedReviews(
        corpus.content,
        corpus.all_texts,
        corpus.source_labels,
        corpus.classes,
        decided=corpus.label_states != LabelState.AS_READ,
    )


def protected_reviews(corpus: PreparedCorpus) -> np.ndarray:
    """The reviews of an official test split, which checks do not exclude, (N,) bool."""
    return (corpus.splits == Split.TEST) & (corpus.report.split_rule == "official")


@dataclass(frozen=True)
class Findings:
    """The results of every check for the N reviews of a prepared corpus."""

    results: Mapping[str, np.ndarray]  # check name -> (N,), see `CheckedReviews.results`
    suggestions: Mapping[int, Suggestion]  # row -> another label, for each label error
    digests: np.ndarray  # (N, 2) of the texts
    labels: np.ndarray  # (N,) codes, as the source has them
    splits: np.ndarray  # (N,) codes
    drop_reasons: np.ndarray  # (N,) as if no check had excluded any
    protected: np.ndarray  # (N,) bool, the official test split
    corrections: Corrections = field(default_factory=Corrections)

    @classmethod
    def of(cls, corpus: PreparedCorpus, progress: StageProgress | None = None) -> "Findings":
        reviews, test = checked_reviews(corpus), corpus.splits == Split.TEST
        excluded = np.isin(corpus.drop_reasons, QUALITY_REASONS)
        return cls(
            {name: reviews.results(name, test, progress) for name in QUALITY_CHECKS},
            reviews.suggestions(test) or {},
            reviews.digests,
            reviews.labels,
            corpus.splits,
            np.where(excluded, DropReason.KEPT, corpus.drop_reasons),
            protected_reviews(corpus),
        )

    def with_corrections(self, corrections: Corrections) -> "Findings":
        return replace(self, corrections=corrections)

    @cached_property
    def effect(self) -> Effect:
        """The effect of the corrections on these reviews."""
        return self.corrections.effect(self.digests, self.labels, self.protected)

    def rows(self, name: str) -> np.ndarray:
        """The reviews a check found, (n,) rising; label errors by falling probability."""
        results = self.results[name]
        if name == "label-errors":
            order = np.argsort(-np.nan_to_num(results), kind="stable")
            return order[: int((results >= label_errors.THRESHOLD).sum())]
        return np.flatnonzero(results >= 0 if QUALITY_CHECKS[name].grouped else results)

    def groups(self, name: str) -> list[np.ndarray]:
        """The row numbers of each group that a check found, the largest group first."""
        results = self.results[name]
        rows = np.flatnonzero(results >= 0)
        rows = rows[np.argsort(results[rows], kind="stable")]
        edges = np.flatnonzero(np.diff(results[rows])) + 1
        return sorted(np.split(rows, edges), key=len, reverse=True) if len(rows) else []

    def drop_reasons_excluding(self, names: Iterable[str]) -> np.ndarray:
        """The drop reasons with the corrections and the exclusions of these checks, (N,) int8."""
        drop_reasons = self.drop_reasons.copy()
        results = {name: self.results[name] for name in names}
        if "label-errors" in results:
            decided = self.effect.states != LabelState.AS_READ
            results["label-errors"] = np.where(decided, 0, results["label-errors"])
        apply_exclusions(drop_reasons, results, self.splits, self.protected)
        apply_merges(drop_reasons, self.effect.merged, self.protected)
        return drop_reasons


def evidence(name: str, findings: Findings, row: int, text: str) -> str:
    """A description of what a check found in a review."""
    if name == "ratings":
        return text_checks.rating_evidence(text)
    if name == "html":
        return text_checks.html_evidence(text)
    if name == "languages":
        return text_checks.language_evidence(text)
    result = findings.results[name][row]
    if name == "label-errors":
        words = ", ".join(findings.suggestions[row].words) if row in findings.suggestions else ""
        return f"{result:.1%} for the other label" + (f": {words}" if words else "")
    return f"group {result + 1}" if QUALITY_CHECKS[name].grouped else ""


def finding_counts(name: str, findings: Findings) -> str:
    """How many reviews a check finds, per split, and how many of them its exclusion drops."""
    rows = findings.rows(name)
    if not len(rows):
        return "none found"
    splits = ", ".join(
        f"{count:,} in {split.title}"
        for split in Split
        if (count := int((findings.splits[rows] == split).sum()))
    )
    reason = QUALITY_CHECKS[name].drop_reason
    excluded = int((findings.drop_reasons_excluding([name]) == reason).sum())
    return f"{len(rows):,} found ({splits}), {excluded:,} excluded if switched on"


def example_rows(name: str, findings: Findings, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """At most `limit` reviews that a check found, and the group of each, counted from 1, (n,)."""
    if not QUALITY_CHECKS[name].grouped:
        rows = findings.rows(name)[:limit]
        return rows, np.zeros(len(rows), np.int64)
    groups = findings.groups(name)
    rows = np.concatenate([np.zeros(0, np.int64), *groups])[:limit]
    numbers = np.repeat(np.arange(1, len(groups) + 1), [len(group) for group in groups])
    return rows, numbers[:limit]


def example_table(
    name: str, findings: Findings, corpus: PreparedCorpus, limit: int
) -> tuple[np.ndarray, list[dict[str, Any]]]:
    """The rows of the examples, (n,), and one table entry for each."""
    rows, groups = example_rows(name, findings, limit)
    table = []
    for row, group in zip(rows.tolist(), groups.tolist(), strict=True):
        review = corpus.review(row)
        found = "" if group else evidence(name, findings, row, review.text)
        table.append(
            {
                **({"group": group} if group else {"found": found}),
                "review": review.name,
                "split": review.split.title,
                "label": corpus.classes.name(review.label),
                "text": passage(review.text, found if name in QUOTED else ""),
            }
        )
    return rows, table
