"""Corrections: labels that the user fixed or confirmed, and duplicates that the user merged.

Each registered corpus has one file of corrections; its source is never changed. A correction
identifies texts by their digest, so it does not depend on the order of the reviews, and applies to
every review with that text. Preparation applies corrections, except to an official test split:
results on corrected test labels could not be compared with published ones.

A prepared corpus and a run identify the corrections that they use by a digest. These corrections
are also stored under the digest, so that a run can be resumed or repeated after further ones.
"""

import hashlib
import json
import os
import re
import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import IntEnum
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from sentiment import atomic
from sentiment.corpus.classes import MAX_CLASSES, UNLABELLED
from sentiment.errors import CorpusError
from sentiment.listing import Listing, entries, list_items
from sentiment.places import corrections_dir
from sentiment.stored import LARGEST_JSON, read_bytes, read_json

IMPORTED = "import"  # instead of the name of a check
_DIGEST = re.compile("[0-9a-f]{32}")
_REMEDY = (
    "It holds corrections made by hand and was not changed. Repair it, or move it away to continue "
    "without these corrections."
)
_LOCK = threading.Lock()  # between reading a file and replacing it


class LabelState(IntEnum):
    """The effect of corrections on a label. Arrays store its code."""

    AS_READ = 0
    CONFIRMED = 1
    CORRECTED = 2


@dataclass(frozen=True)
class Correction:
    """One decision about one text, or about several near-duplicates."""

    texts: tuple[str, ...]  # digests, hex, see `encoding.splitting.text_digests`
    label: int | None  # code of a class of the corpus; None: the labels are right
    merge: bool  # keep one review of these texts
    check: str  # the quality check with the question, or IMPORTED
    time: str  # UTC, ISO 8601; equal for corrections that were made in one step

    def __post_init__(self) -> None:
        if not self.texts or not all(map(_DIGEST.fullmatch, self.texts)):
            raise ValueError(f"texts is {self.texts!r}, expected digests of texts")
        if self.label is not None and not 0 <= self.label < MAX_CLASSES:
            raise ValueError(f"label is {self.label!r}, expected the code of a class or null")
        if self.merge and self.label is None:
            raise ValueError("label is null, expected the label of the merged review")


@dataclass(frozen=True)
class Effect:
    """The effect of corrections on the N reviews of a corpus."""

    labels: np.ndarray  # (N,) int8
    states: np.ndarray  # (N,) int8, codes of LabelState
    merged: np.ndarray  # (N,) int64, equal for reviews of which one stays; -1 for the others
    unmatched: int  # corrected texts that are not in the corpus


@dataclass(frozen=True)
class Corrections:
    """All corrections of a corpus in the order of time; a later one replaces an earlier one."""

    made: tuple[Correction, ...] = ()

    @cached_property
    def of_text(self) -> dict[str, Correction]:
        """The latest correction for each digest."""
        return {text: correction for correction in self.made for text in correction.texts}

    @cached_property
    def digest(self) -> str:
        """A digest of their effect, which ignores their order; "" without corrections."""
        group: dict[int, str] = {}
        parts = []
        for text, made in sorted(self.of_text.items()):
            parts.append([text, made.label, group.setdefault(id(made), text) if made.merge else ""])
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20] if parts else ""

    @property
    def counts(self) -> Counter[str]:
        """Number of texts whose label is "fixed" or "confirmed", and of "merged" groups."""
        kinds = Counter(
            "confirmed" if made.label is None else "fixed"
            for made in self.of_text.values()
            if not made.merge
        )
        merged = {id(made) for made in self.of_text.values() if made.merge}
        return kinds + Counter(merged=len(merged))

    def lines(self) -> list[str]:
        """The counts as parts of a sentence."""
        counts = self.counts
        titles = {
            "fixed": ("label fixed", "labels fixed"),
            "confirmed": ("label confirmed", "labels confirmed"),
            "merged": ("group of duplicates merged", "groups of duplicates merged"),
        }
        return [
            f"{counts[kind]:,} {one if counts[kind] == 1 else many}"
            for kind, (one, many) in titles.items()
            if counts[kind]
        ]

    def effect(self, digests: np.ndarray, labels: np.ndarray, protected: np.ndarray) -> Effect:
        """Apply the corrections to the reviews with these digests, (N, 2), and labels, (N,).

        protected: (N,) bool, the official test split. Its labels stay, as missing labels do.
        """
        corrected, merged = labels.copy(), np.full(len(labels), -1)
        states = np.full(len(labels), LabelState.AS_READ, np.int8)
        found = rows_with(digests, self.of_text)
        first_row: dict[int, int] = {}
        for text, rows in found.items():
            made = self.of_text[text]
            rows = rows[labels[rows] != UNLABELLED]
            if made.merge and len(rows):
                merged[rows] = first_row.setdefault(id(made), int(rows[0]))
            rows = rows[~protected[rows]]
            if made.label is not None:
                corrected[rows] = made.label
            changed = corrected[rows] != labels[rows]
            states[rows] = np.where(changed, LabelState.CORRECTED, LabelState.CONFIRMED)
        return Effect(corrected, states, merged, len(self.of_text) - len(found))


def now() -> str:
    """The current time for `Correction.time`."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def hex_digest(digest: np.ndarray) -> str:
    """The digest of one text, (2,) uint64, as in a correction."""
    return digest.tobytes().hex()


def rows_with(digests: np.ndarray, texts: Collection[str]) -> dict[str, np.ndarray]:
    """Digest -> the rows with it, for those of `texts` that are among `digests`, (N, 2)."""
    wanted = np.frombuffer(bytes.fromhex("".join(texts)), np.uint64).reshape(-1, 2)
    found: dict[str, list[int]] = {}
    for row in np.flatnonzero(np.isin(digests[:, 0], wanted[:, 0])).tolist():
        text = hex_digest(digests[row])
        if text in texts:
            found.setdefault(text, []).append(row)
    return {text: np.array(rows) for text, rows in found.items()}


def corrections_file(corpus_id: str) -> Path:
    """The file of a registered corpus, whether or not it exists."""
    return corrections_dir() / f"{corpus_id}.json"


def load_corrections(corpus_id: str) -> Corrections:
    """The corrections of a registered corpus. Raises CorpusError if their file is damaged."""
    return _load(corrections_file(corpus_id))


def correction_listing() -> Listing[Corrections]:
    """The corrections of all corpora, and the files that are damaged."""
    return list_items("file of corrections", entries(corrections_dir(), ".json"), _load)


def change_corrections(corpus_id: str, *made: Correction) -> None:
    """Add corrections. Raises CorpusError if the file is damaged, or StorageError."""
    with _LOCK:
        _save(corpus_id, Corrections((*load_corrections(corpus_id).made, *made)))


def undo_corrections(corpus_id: str, *, all_of_them: bool = False) -> None:
    """Undo the last step, such as an import, or all.

    Raises CorpusError if the file is damaged, or StorageError.
    """
    with _LOCK:
        made = load_corrections(corpus_id).made
        kept = () if all_of_them else tuple(one for one in made if one.time != made[-1].time)
        _save(corpus_id, Corrections(kept))


def digest_of(corpus_id: str) -> str:
    """The digest of the current corrections, for `PrepareConfig.corrections`.

    A damaged file has a digest too: `corrections_with` finds the file and reports the damage.
    """
    return _digest_of_file(corrections_file(corpus_id))


def corrections_with(digest: str) -> Corrections:
    """The corrections with this digest, which are then stored under it.

    Raises CorpusError if there are none on this machine or their file is damaged.
    """
    if not digest:
        return Corrections()
    kept = corrections_dir() / "used" / f"{digest}.json"
    if kept.is_file():
        return _load(kept)
    for file in entries(corrections_dir(), ".json"):
        if _digest_of_file(file) == digest:
            found = _load(file)
            atomic.write_json(kept, asdict(found))
            return found
    raise CorpusError(
        f"There are no corrections with the digest {digest} on this machine. Import the CSV file "
        "of these corrections (`corrections CORPUS --import FILE`), or prepare without them."
    )


def _save(corpus_id: str, corrections: Corrections) -> None:
    atomic.write_json(corrections_file(corpus_id), asdict(corrections))


def _load(file: Path) -> Corrections:
    try:
        about = file.stat()
    except OSError:
        if not os.path.lexists(file):
            return Corrections()
        return _read.__wrapped__(file, 0, 0)  # raises what is wrong
    return _read(file, about.st_mtime_ns, about.st_size)


@lru_cache(16)
def _read(file: Path, modified: int, size: int) -> Corrections:
    found: Corrections = read_json(file, Corrections, CorpusError, _REMEDY)
    return found


def _digest_of_file(file: Path) -> str:
    try:
        return _load(file).digest
    except CorpusError:
        try:
            content = read_bytes(file, LARGEST_JSON)
        except (OSError, ValueError) as error:
            content = str(error).encode()
        return hashlib.sha256(content).hexdigest()[:20]
