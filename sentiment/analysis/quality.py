"""What is wrong with the reviews of a corpus: copies, leaks, residue, doubtful labels.

Each check marks reviews. The marks depend on the texts and labels alone, and are kept on disk;
`exclusion.py` says what becomes of marked reviews.
"""

import hashlib
import io
import shutil
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.analysis import label_errors, text_checks
from sentiment.analysis.exclusions import KINDS
from sentiment.analysis.near_duplicates import near_duplicates
from sentiment.encoding import splitting
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import TOKENIZER_VERSION
from sentiment.places import quality_dir
from sentiment.progress import Progress, StageProgress

VERSION = 2  # of the checks; changes when they do, so that older marks are not used
KEPT_CORPORA = 6  # marks of the least recently used beyond these are removed


class CheckedReviews:
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
        where alone; (N,) bool; or for "label-errors" (N,) probabilities of the other label.
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
        if name != "label-errors":
            return folder / f"{name}.npy"
        # The other checks look at texts alone.
        parts = self.labels.astype(np.int8).tobytes() + np.packbits(test).tobytes()
        return folder / f"{name}-{hashlib.sha256(parts).hexdigest()[:12]}.npy"


def _copies(material: CheckedReviews, _: np.ndarray, tell: Progress) -> np.ndarray:
    numbers = material.numbers
    _, first, number_of, counts = np.unique(
        numbers, return_index=True, return_inverse=True, return_counts=True
    )
    groups: np.ndarray = np.where(counts > 1, first, -1)[number_of]
    return groups


def _near_copies(material: CheckedReviews, _: np.ndarray, tell: Progress) -> np.ndarray:
    return near_duplicates(material.tokenized, material.numbers, progress=tell)


def _doubtful(material: CheckedReviews, test: np.ndarray, tell: Progress) -> np.ndarray:
    said = label_errors.probabilities(
        material.tokenized, material.labels, material.numbers, test, tell
    )
    return label_errors.doubts(material.labels, said)


_CHECKS: dict[str, Callable[[CheckedReviews, np.ndarray, Progress], np.ndarray]] = {
    "duplicates": _copies,
    "near-duplicates": _near_copies,
    "ratings": lambda of, _, tell: text_checks.ratings(of.texts(), len(of.labels), tell),
    "html": lambda of, _, tell: text_checks.html(of.texts()),
    "languages": lambda of, _, tell: text_checks.other_languages(of.tokenized),
    "label-errors": _doubtful,
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
