"""Limits of files and texts from outside, declared once.

They are checked before memory is allocated, so any file is accepted or rejected in bounded memory
and time. docs/data.md lists them. Code reads `LIMITS` through this module at each use, as in
`limits.LIMITS.rows`.
"""

from dataclasses import dataclass, field, fields


def _limit(value: int, title: str, unit: str) -> int:
    limit: int = field(default=value, metadata={"title": title, "unit": unit})
    return limit


@dataclass(frozen=True)
class Limits:
    """Largest values that are read."""

    file_bytes: int = _limit(20_000_000_000, "a file, unpacked", "bytes")
    expansion: int = _limit(10, "a compressed file, unpacked", "times its size")
    expanded_bytes: int = _limit(
        1_000_000_000, "a compressed file, unpacked, if that is more", "bytes"
    )
    members: int = _limit(1_000_000, "parts of a compressed file", "parts")
    decoder_bytes: int = _limit(200_000_000, "memory that unpacking an .xz asks for", "bytes")
    directory_bytes: int = _limit(1_000_000, "the list of files in a .zip", "bytes")
    files: int = _limit(1_000, "files that are read as one table", "files")
    folder_depth: int = _limit(8, "folders within one another", "levels")
    rows: int = _limit(10_000_000, "rows or lines of a file, rejected ones included", "rows")
    columns: int = _limit(2_000, "columns of a table", "columns")
    first_row_bytes: int = _limit(1 << 20, "the first row of delimited text", "bytes")
    row_bytes: int = _limit(1 << 23, "a row of delimited text", "bytes")
    line_characters: int = _limit(
        10_000_000, "a line of other text, or a record of JSON", "characters"
    )
    json_characters: int = _limit(150_000_000, "JSON that is one object", "characters")
    json_memory: int = _limit(800_000_000, "memory that such an object takes", "bytes")
    depth: int = _limit(100, "JSON values within one another", "levels")
    text_characters: int = _limit(1_000_000, "a review, from a file or typed", "characters")
    label_characters: int = _limit(200, "a label", "characters")
    page_bytes: int = _limit(256_000_000, "a page of Parquet, unpacked", "bytes")
    pages: int = _limit(200_000, "pages of a column of Parquet", "pages")
    footer_bytes: int = _limit(16_000_000, "the metadata of Parquet", "bytes")
    sheet_bytes: int = _limit(1_000_000_000, "memory to read a spreadsheet", "bytes")
    sheet_seconds: int = _limit(30, "CPU time to read a spreadsheet", "seconds")
    corrections_bytes: int = _limit(100_000_000, "a file of corrections", "bytes")
    array_values: int = _limit(100_000_000, "values of a NumPy array", "values")
    archive_bytes: int = _limit(1_000_000_000, "the IMDB archive, unpacked", "bytes")
    archive_members: int = _limit(250_000, "files in the IMDB archive", "files")
    archive_review_bytes: int = _limit(1_000_000, "a review in the IMDB archive", "bytes")
    archive_texts_bytes: int = _limit(300_000_000, "all reviews of the IMDB archive", "bytes")
    archive_list_bytes: int = _limit(16_000_000, "a list of films in the IMDB archive", "bytes")


LIMITS = Limits()


def table() -> list[tuple[str, str]]:
    """Rows of a table: the quantity that is limited, and its largest value with the unit."""
    return [
        (found.metadata["title"], f"{found.default:,} {found.metadata['unit']}")
        for found in fields(Limits)
    ]
