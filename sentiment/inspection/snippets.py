"""Reviews that are too long for a link, stored on this machine under a short name."""

import hashlib
import re

from sentiment import atomic
from sentiment.corpus import limits
from sentiment.encoding.encode_text import check_length
from sentiment.errors import ReviewError
from sentiment.listing import BadItem, entries, modified
from sentiment.places import snippets_dir
from sentiment.stored import read_bytes, reading

LONGEST_IN_LINK = 4_000  # bytes, percent-encoded; servers refuse addresses of about 8,000
MAX_SNIPPETS = 500  # the newest; older ones are deleted


def save_snippet(text: str) -> str:
    """Store `text` and return its name, a hash of it. Raises ReviewError if it is too long."""
    check_length(text)
    name = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    path = snippets_dir() / f"{name}.txt"
    if not path.is_file():
        atomic.write_bytes(path, text.encode("utf-8", "surrogatepass"))
        newest_first = sorted(entries(snippets_dir(), ".txt"), key=modified, reverse=True)
        for old in newest_first[MAX_SNIPPETS:]:
            BadItem("review", old, "").delete()
    return name


def load_snippet(name: str) -> str:
    """The text stored as `name`. Raises ReviewError if it is not on this machine."""
    path = snippets_dir() / f"{name}.txt"
    if not re.fullmatch(r"[0-9a-f]{16}", name) or not path.is_file():
        raise ReviewError(
            "The review of this link is not on this machine. It was too long for the link, so it "
            f"was stored where it was typed (only the {MAX_SNIPPETS} newest are). Paste the review."
        )
    with reading(path, ReviewError, "Paste the review."):
        return read_bytes(path, 4 * limits.LIMITS.text_characters).decode("utf-8", "surrogatepass")
