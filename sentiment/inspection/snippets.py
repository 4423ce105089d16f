"""Reviews too long for a link, kept on this machine under a short name."""

import hashlib
import re

from sentiment import atomic
from sentiment.errors import ReviewError
from sentiment.places import snippets_dir

LONGEST_IN_LINK = 4_000  # bytes, written as in a link; servers refuse addresses of some 8,000
KEPT = 500  # the newest; a link to an older one says that it is gone


def keep(text: str) -> str:
    """Store `text`; returns the name it is found under, which depends on nothing but the text."""
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    path = snippets_dir() / f"{name}.txt"
    if not path.is_file():
        atomic.write_bytes(path, text.encode("utf-8", "surrogatepass"))
        newest_first = sorted(snippets_dir().glob("*.txt"), key=lambda one: -one.stat().st_mtime)
        for old in newest_first[KEPT:]:
            old.unlink(missing_ok=True)
    return name


def kept(name: str) -> str:
    """The text stored as `name`. Raises ReviewError if there is none."""
    path = snippets_dir() / f"{name}.txt"
    if not re.fullmatch(r"[0-9a-f]{16}", name) or not path.is_file():
        raise ReviewError(
            "The review this link points to is not on this machine: it was too long for the link "
            f"and is kept only where it was typed (the {KEPT} newest). Paste the review itself."
        )
    return path.read_bytes().decode("utf-8", "surrogatepass")
