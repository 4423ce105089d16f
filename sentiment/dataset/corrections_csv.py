"""Export and import of corrections as CSV, which spreadsheets can edit."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus import limits
from sentiment.corpus.classes import Classes
from sentiment.corpus.export import unsafe_text
from sentiment.corpus.label_values import listed, quoted
from sentiment.dataset.corrections import (
    IMPORTED,
    Correction,
    Corrections,
    hex_digest,
    now,
    rows_with,
)
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.splitting import text_digests
from sentiment.errors import CorpusError

ROW, TEXT, LABEL, CORRECTED, MERGE, REASON = COLUMNS = (
    "row",
    "text",
    "label",
    "corrected label",
    "merge",
    "reason",
)
DELIMITERS = ",;\t"


def corrections_table(corrections: Corrections, corpus: PreparedCorpus) -> Iterator[dict[str, str]]:
    """One entry per corrected review, for `csv_of`. corpus: prepared without corrections.

    Reviews to merge have the same number under "merge". A confirmed label is repeated as the
    corrected one. Corrections of texts that are not in the corpus are left out.
    """
    groups: dict[int, str] = {}
    found = rows_with(text_digests(corpus.all_texts()), corrections.of_text)
    rows = sorted((row, text) for text, rows in found.items() for row in rows.tolist())
    for row, text in rows:
        made, review = corrections.of_text[text], corpus.review(row)
        label = review.label if made.label is None else made.label
        group = groups.setdefault(id(made), str(len(groups) + 1)) if made.merge else ""
        yield {
            ROW: review.name,
            TEXT: review.text,
            LABEL: corpus.classes.name(review.label),
            CORRECTED: corpus.classes.name(label),
            MERGE: group,
            REASON: made.check,
        }


@dataclass(frozen=True)
class ImportedCorrections:
    """The corrections in a CSV file, and its lines without one."""

    made: list[Correction]
    unmatched: list[int]  # lines whose text is not in the corpus
    empty: int  # lines without a corrected label

    @property
    def texts(self) -> int:
        return sum(len(made.texts) for made in self.made)

    def finding(self) -> str:
        """The number of imported and of skipped corrections, as sentences."""
        lines = [f"{self.texts:,} corrections were imported."]
        if self.unmatched:
            listed = ", ".join(map(str, self.unmatched[:10]))
            more = ", …" if len(self.unmatched) > 10 else ""
            lines.append(
                f"{len(self.unmatched):,} texts are not in this corpus (lines {listed}{more})."
            )
        if self.empty:
            lines.append(f"{self.empty:,} lines have no corrected label.")
        return " ".join(lines)


@dataclass(frozen=True)
class _Line:
    number: int
    text: str  # digest
    label: int | None  # in the file
    corrected: int
    group: str
    check: str


def read_corrections(content: bytes, corpus: PreparedCorpus) -> ImportedCorrections:
    """The corrections in a CSV file with at least the columns "text" and "corrected label".

    corpus: prepared without corrections; its texts are found by their content, or by the row if
    only white space differs. Raises CorpusError that names the line; then nothing is imported.
    """
    lines, unmatched, empty = [], [], 0
    places = _Places(corpus)
    for number, cells in _cells(content):
        if not cells[CORRECTED].strip():
            empty += 1
        elif text := places.digest_of(cells[TEXT], cells[ROW]):
            lines.append(_line(number, cells, text, corpus.classes))
        else:
            unmatched.append(number)
    if not lines:
        raise CorpusError(
            f"None of the {len(unmatched) + empty:,} lines corrects a review of {corpus.name}: "
            f"{len(unmatched):,} texts are not in it, {empty:,} lines have no {CORRECTED!r}. "
            "Choose the corpus that the file was exported from."
        )
    return ImportedCorrections(_corrections(lines, places), unmatched, empty)


class _Places:
    """The digests of the texts of a corpus, by text or by the name of the row."""

    def __init__(self, corpus: PreparedCorpus) -> None:
        self.corpus = corpus
        self.digests = text_digests(corpus.all_texts())
        self.known = {digest.tobytes() for digest in self.digests}
        self._rows: dict[str, int] = {}

    def digest_of(self, text: str, name: str) -> str:
        """The digest of a text, hex; empty if it is not in the corpus. name: of its row."""
        candidates = [text, unsafe_text(text)]
        for digest in text_digests(candidates):
            if digest.tobytes() in self.known:
                return hex_digest(digest)
        if not self._rows:
            self._rows = {name: row for row, name in enumerate(self.corpus.names)}
        row = self._rows.get(unsafe_text(name.strip()))
        if row is not None and text.split():
            words = self.corpus.review(row).text.split()
            if any(words == candidate.split() for candidate in candidates):
                return hex_digest(self.digests[row])
        return ""

    def labels(self, text: str) -> np.ndarray:
        """The labels of the reviews with this digest, as the source has them."""
        return self.corpus.source_labels[rows_with(self.digests, [text])[text]]


def _cells(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each line in the file, and its cells by column."""
    if len(content) > (most := limits.LIMITS.corrections_bytes):
        raise CorpusError(
            f"The file has {len(content):,} bytes, more than {most:,}. Import the corrections in "
            "several files."
        )
    expected = f"expected CSV in UTF-8 with the columns {TEXT!r} and {CORRECTED!r}"
    remedy = "Export corrections to see the form."
    try:
        is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorpusError(
            f"The file is not UTF-8 (byte {error.start:,}); {expected}. {remedy}"
        ) from error
    header = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold().replace("_", " ") for name in next(reader, [])]
        if not {TEXT, CORRECTED} <= set(names):
            found = quoted(names) or "an empty file"
            raise CorpusError(f"Found {found}; {expected}. {remedy}")
        start = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if len(cells) > len(names):
                    raise CorpusError(
                        f"Line {start:,} has {len(cells):,} cells; expected {len(names):,} as in "
                        "the first line. Nothing was imported."
                    )
                cells += [""] * (len(names) - len(cells))
                yield start, dict.fromkeys(COLUMNS, "") | dict(zip(names, cells, strict=True))
            start = reader.line_num + 1
    except csv.Error as error:
        raise CorpusError(f"Line {reader.line_num:,} is not CSV ({error}); {expected}.") from error


def _codes(classes: Classes) -> dict[str, int]:
    """Name -> code; also the codes as text, if no class is named by a number."""
    codes = {name.casefold(): code for code, name in enumerate(classes.names)}
    if not any(name.isdecimal() for name in classes.names):
        codes |= {str(code): code for code in classes.codes}
    return codes


def _line(number: int, cells: dict[str, str], text: str, classes: Classes) -> _Line:
    corrected, codes = cells[CORRECTED].strip(), _codes(classes)
    if corrected.casefold() not in codes:
        raise CorpusError(
            f"Line {number:,} has the {CORRECTED} {corrected[:40]!r}; expected "
            f"one of {listed(classes.names)}, or nothing. Nothing was imported."
        )
    return _Line(
        number,
        text,
        codes.get(cells[LABEL].strip().casefold()),
        codes[corrected.casefold()],
        cells[MERGE].strip(),
        check if (check := cells[REASON].strip()) in QUALITY_CHECKS else IMPORTED,
    )


def _corrections(lines: list[_Line], places: _Places) -> list[Correction]:
    """One correction for each group to merge, and one for each label and check."""
    same: defaultdict[str, list[_Line]] = defaultdict(list)
    for line in lines:
        same[line.text].append(line)
    merges: defaultdict[str, list[_Line]] = defaultdict(list)
    labels: defaultdict[tuple[int | None, str], list[str]] = defaultdict(list)
    for text, copies in same.items():
        _require_one([line.group for line in copies], copies, f"values of {MERGE!r} for one text")
        if group := copies[0].group:
            merges[group] += copies
        elif all(line.corrected == line.label for line in copies):
            labels[None, copies[0].check].append(text)
        else:
            corrected = [line.corrected for line in copies]
            _require_one(corrected, copies, "corrected labels for one text")
            confirmed = np.all(places.labels(text) == corrected[0])
            labels[None if confirmed else corrected[0], copies[0].check].append(text)
    time, made = now(), []
    for group, merged in merges.items():
        corrected = [line.corrected for line in merged]
        _require_one(corrected, merged, f"corrected labels for the {MERGE} number {group}")
        texts = tuple(dict.fromkeys(line.text for line in merged))
        made.append(Correction(texts, corrected[0], True, merged[0].check, time))
    return made + [
        Correction(tuple(texts), label, False, check, time)
        for (label, check), texts in labels.items()
    ]


def _require_one(values: Sequence[object], lines: Sequence[_Line], what: str) -> None:
    """Raises CorpusError that names the first two lines whose values differ."""
    for value, line in zip(values, lines, strict=True):
        if value != values[0]:
            raise CorpusError(
                f"Lines {lines[0].number:,} and {line.number:,} have different {what}. Make them "
                "equal, then import the file again. Nothing was imported."
            )
