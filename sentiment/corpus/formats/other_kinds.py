"""Files that are not tables, recognized by their first bytes, with a remedy for each."""

import re
from pathlib import Path

from sentiment.errors import CorpusError

_TEXT = "Copy its texts and labels into a table: .csv, .xlsx or .jsonl."
_UNPACK = "Unpack it, and give the table in it."
_EXPORT = "Export the reviews as .csv or .parquet."
_DOWNLOAD = "Download the file itself, not the page that shows it."
_IMAGE = "an image"
# First bytes of the file -> its kind, and the remedy.
_KINDS = {
    b"%PDF": ("a PDF document", _TEXT),
    b"\x89PNG": (_IMAGE, _TEXT),
    b"\xff\xd8\xff": (_IMAGE, _TEXT),
    b"GIF8": (_IMAGE, _TEXT),
    b"II*\x00": (_IMAGE, _TEXT),
    b"MM\x00*": (_IMAGE, _TEXT),
    b"RIFF": ("an image, a sound or a video", _TEXT),
    b"ID3": ("a sound", _TEXT),
    b"{\\rtf": ("a text document", _TEXT),
    b"7z\xbc\xaf'\x1c": ("a 7z archive", _UNPACK),
    b"Rar!": ("a RAR archive", _UNPACK),
    b"(\xb5/\xfd": ("compressed with zstd", _UNPACK),
    b"SQLite format 3": ("an SQLite database", _EXPORT),
    b"\x89HDF": ("an HDF5 file", _EXPORT),
    b"ARROW1": ("an Arrow file", _EXPORT),
    b"FEA1": ("a Feather file", _EXPORT),
    b"Obj\x01": ("an Avro file", _EXPORT),
    b"ORC": ("an ORC file", _EXPORT),
    b"\x93NUMPY": ("a NumPy array", _EXPORT),
    b"\x7fELF": ("a program", _EXPORT),
    b"MZ": ("a program", _EXPORT),
    b"version https://git-lfs": ("a pointer of Git LFS", "Run `git lfs pull` in its folder."),
}
_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype html|html|head)\b", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(rb"\s*<\?xml\b")
# Python's own serialization from protocol 2 on: PROTO, the version, then the first opcode.
_PYTHON_OBJECTS = re.compile(rb"\x80[\x02-\x05][\x95}\]c(K\x8c]")
_TAR_PLACE = slice(257, 262)
# Characters that no text has: controls except tab, line ends, form feed, escape and separators.
_CONTROLS = bytes(
    code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1a\x1b\x1c\x1d\x1e\x1f\x01"
)
_MAX_CONTROLS = 0.01  # of the first bytes of a text; more is not a text


def check_is_table(path: Path, head: bytes) -> None:
    """Raise CorpusError if the first bytes are those of something else."""
    found = next(
        (
            kind
            for start, kind in _KINDS.items()
            # A text may begin with letters such as MZ, but has no NUL.
            if head.startswith(start) and (not start.isalnum() or b"\0" in head)
        ),
        None,
    )
    text = head.removeprefix(b"\xef\xbb\xbf")
    if found is None and _PAGE.match(text):
        found = ("a web page", _DOWNLOAD)
    if found is None and _XML.match(text):
        found = ("an XML document", _EXPORT)
    if found is None and head[_TAR_PLACE] == b"ustar":
        found = ("a .tar archive", _UNPACK)
    if found is None and _PYTHON_OBJECTS.match(head):
        found = (
            "a file of Python objects, which is never opened because it could execute code",
            _EXPORT,
        )
    if found:
        raise CorpusError(f"{path} is {found[0]}, expected a table of reviews. {found[1]}")


def check_is_text(path: Path, head: bytes) -> None:
    """Raise CorpusError if the decoded first bytes, as UTF-8, are binary."""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > _MAX_CONTROLS * len(head):
        raise CorpusError(
            f"{path} is binary: {controls:,} of its first {len(head):,} bytes are NUL or other "
            f"control characters, expected a table of reviews. {_EXPORT}"
        )
