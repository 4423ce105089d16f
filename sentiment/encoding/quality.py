"""What is wrong with the reviews of a corpus: copies, leaks, residue, doubtful labels.

Each check marks reviews. The marks depend on the texts and labels alone, and are kept on disk;
`exclusion.py` says what becomes of marked reviews.
"""

import hashlib
import io
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.corpus.review import Split
from sentiment.encoding import doubtful, splitting, telltales
from sentiment.encoding.exclusion import KINDS, leave_out
from sentiment.encoding.near_copies import near_copies
from sentiment.encoding.outliers import Fate
from sentiment.encoding.prepared import PreparedCorpus
from sentiment.encoding.tokenize import TOKENIZER_VERSION
from sentiment.encoding.tokenized import TokenizedCorpus
from sentiment.places import quality_dir

StageProgress = Callable[[str, int, int], None]  # stage, done, total

VERSION = 2  # of the checks; changes when they do, so that older marks are not used
KEPT_CORPORA = 6  # marks of the least recently used beyond these are removed


class Material:
    """The reviews of a corpus, as the checks read them: once, and only if something is unknown."""

    def __init__(
        self,
        content: str,  # what names these texts, see `PreparedCorpus.content`
        texts: Callable[[], Iterable[str]],
        labels: np.ndarray,  # (N,) codes
        tokenized: TokenizedCorpus | None = None,
        numbers: np.ndarray | None = None,
    ) -> None:
        self.content, self.texts, self.labels = content, texts, labels
        if tokenized is not None:
            self.tokenized = tokenized
        if numbers is not None:
            self.numbers = numbers

    @classmethod
    def of(cls, corpus: PreparedCorpus) -> "Material":
        return cls(corpus.content, corpus.all_texts, corpus.labels)

    @cached_property
    def tokenized(self) -> TokenizedCorpus:
        return TokenizedCorpus.of_any_size(self.texts(), count=len(self.labels))

    @cached_property
    def numbers(self) -> np.ndarray:
        return splitting.text_numbers(self.texts())

    def marks(
        self, name: str, test: np.ndarray, progress: StageProgress | None = None
    ) -> np.ndarray:
        """What a check says of each review, from disk if it was asked before.

        test: (N,) bool, reviews that must not teach anybody. Gives (N,) groups of reviews, -1
        where alone; (N,) bool; or for "doubtful" (N,) probabilities of the other label.
        """
        file = self._file(name, test)
        if file.is_file():
            kept = _loaded(file, len(self.labels))
            if kept is not None:
                return kept
        title = KINDS[name].title

        def tell(done: int, total: int) -> None:
            if progress:
                progress(title, done, total)

        tell(0, 1)
        found = _CHECKS[name](self, test, tell)
        tell(1, 1)
        content = io.BytesIO()
        np.save(content, found, allow_pickle=False)
        atomic.write_bytes(file, content.getvalue())
        _forget_old_ones()
        return found

    def known(self, test: np.ndarray) -> bool:
        """Whether every check was carried out before."""
        return all(self._file(name, test).is_file() for name in KINDS)

    def _file(self, name: str, test: np.ndarray) -> Path:
        folder = quality_dir() / f"{self.content}-{VERSION}-{TOKENIZER_VERSION}"
        if name != "doubtful":
            return folder / f"{name}.npy"
        # The other checks look at texts alone.
        parts = self.labels.astype(np.int8).tobytes() + np.packbits(test).tobytes()
        return folder / f"{name}-{hashlib.sha256(parts).hexdigest()[:12]}.npy"


@dataclass(frozen=True)
class Findings:
    """The marks of every check for one prepared corpus."""

    marks: Mapping[str, np.ndarray]
    splits: np.ndarray  # (N,) codes
    fates: np.ndarray  # (N,) as if nothing had been left out for its quality
    protected: np.ndarray  # (N,) bool, an official test part

    @classmethod
    def of(cls, corpus: PreparedCorpus, progress: StageProgress | None = None) -> "Findings":
        material, test = Material.of(corpus), corpus.splits == Split.TEST
        marks = {name: material.marks(name, test, progress) for name in KINDS}
        ours = [kind.fate for kind in KINDS.values()]
        fates = np.where(np.isin(corpus.fates, ours), Fate.KEPT, corpus.fates)
        protected = test if corpus.report.split == "official" else np.zeros_like(test)
        return cls(marks, corpus.splits, fates, protected)

    def rows(self, name: str) -> np.ndarray:
        """The reviews a check found, (n,) rising; doubtful ones by how sure it is, falling."""
        marks = self.marks[name]
        if name == "doubtful":
            order = np.argsort(-np.nan_to_num(marks), kind="stable")
            return order[: int((marks >= doubtful.SURE).sum())]
        return np.flatnonzero(marks >= 0 if KINDS[name].groups else marks)

    def groups(self, name: str) -> list[np.ndarray]:
        """The reviews that belong together, the largest group first."""
        marks = self.marks[name]
        rows = np.flatnonzero(marks >= 0)
        rows = rows[np.argsort(marks[rows], kind="stable")]
        edges = np.flatnonzero(np.diff(marks[rows])) + 1
        return sorted(np.split(rows, edges), key=len, reverse=True) if len(rows) else []

    def without(self, names: Iterable[str]) -> np.ndarray:
        """The fates if these kinds were left out, (N,) int8."""
        fates = self.fates.copy()
        leave_out(fates, {name: self.marks[name] for name in names}, self.splits, self.protected)
        return fates


def evidence(name: str, findings: Findings, row: int, text: str) -> str:
    """What a check found in a review, for people."""
    if name == "ratings":
        return telltales.given_away(text)
    if name == "html":
        return telltales.residue(text)
    mark = findings.marks[name][row]
    if name == "doubtful":
        return f"{mark:.1%} for the other label"
    return f"group {mark + 1}" if KINDS[name].groups else ""


def _copies(material: Material, _: np.ndarray, tell: telltales.Progress) -> np.ndarray:
    numbers = material.numbers
    _, first, number_of, counts = np.unique(
        numbers, return_index=True, return_inverse=True, return_counts=True
    )
    groups: np.ndarray = np.where(counts > 1, first, -1)[number_of]
    return groups


def _near_copies(material: Material, _: np.ndarray, tell: telltales.Progress) -> np.ndarray:
    return near_copies(material.tokenized, material.numbers, progress=tell)


def _doubtful(material: Material, test: np.ndarray, tell: telltales.Progress) -> np.ndarray:
    said = doubtful.probabilities(material.tokenized, material.labels, material.numbers, test, tell)
    return doubtful.doubts(material.labels, said)


_CHECKS: dict[str, Callable[[Material, np.ndarray, telltales.Progress], np.ndarray]] = {
    "copies": _copies,
    "near-copies": _near_copies,
    "ratings": lambda of, _, tell: telltales.ratings(of.texts(), len(of.labels), tell),
    "html": lambda of, _, tell: telltales.html(of.texts()),
    "languages": lambda of, _, tell: telltales.other_languages(of.tokenized),
    "doubtful": _doubtful,
}


def _loaded(file: Path, count: int) -> np.ndarray | None:
    try:
        kept: np.ndarray = np.load(file, allow_pickle=False)
        file.parent.touch()  # used just now
    except (OSError, ValueError):
        return None
    return kept if kept.shape == (count,) else None


def _forget_old_ones() -> None:
    folders = sorted(quality_dir().glob("*-*"), key=lambda folder: -folder.stat().st_mtime)
    for folder in folders[KEPT_CORPORA:]:
        shutil.rmtree(folder, ignore_errors=True)
