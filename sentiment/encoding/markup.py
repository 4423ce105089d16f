"""Markup in the text of a review: HTML, escapes of exported files, and addresses.

Every pattern is linear in the length of the text: repeats are bounded or possessive.
"""

import html
import re
from collections.abc import Iterator

from sentiment.encoding.characters import UNSPACED

URL, USER = "<url>", "<user>"

# A name needs its semicolon: "AT&T", "this&that" and "?a=1&copy=2" contain no entities.
_ENTITY = re.compile(r"&(?:#\d{1,7}(?!\d);?|#[xX][0-9a-fA-F]{1,6};|[a-zA-Z][a-zA-Z0-9]{1,31};)")
# Literal escapes: \n, \r, \t; backslashes before quotes and slashes (SQL, JSON); \u2019 and \xa0.
_ESCAPE = re.compile(
    r"(?<!\\)(?:(?P<utf16>(?:\\++u[0-9a-fA-F]{4})+)|\\++(?:x(?P<latin1>[0-9a-fA-F]{2})|"
    r"(?P<space>[nrt])|(?=[\"'/])))"
)
_TAGS = (
    "a|abbr|address|article|aside|b|big|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|"
    "figure|font|footer|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|"
    "mark|meta|nav|object|ol|option|p|pre|q|s|samp|script|section|select|small|span|strike|strong|"
    "style|sub|sup|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video|wbr"
)
# Only the names of HTML, with attributes or without: "<sigh>" and "<b and c>" are words.
_TAG = re.compile(
    rf"<\s*+/?\s*+(?:{_TAGS})(?:\s*+/?\s*+>|\s(?=[^<>=]*+=)[^<>]*+>)|<!--(?:(?!--).)*+-->",
    re.DOTALL,
)

_HOST = r"(?:[a-z0-9][a-z0-9-]{0,62}\.){1,8}"
_PATH = rf"(?:[!#-;=?\[\]~]|(?![{UNSPACED}])\w)"  # ends at white space, quotes, brackets, Chinese
_ADDRESS = re.compile(
    rf"(?P<user>{USER}"
    rf"|(?<![a-z0-9_.+-])[a-z0-9_.+-]{{1,64}}+@{_HOST}[a-z]{{2,24}}+"
    # Not "@8pm", "f@ck" or "F*@K".
    rf"|(?<![\w*#$%])@(?!\d+(?:[ap]m|h)?\b)(?:(?![{UNSPACED}])\w){{1,50}}+(?:@{_HOST}[a-z]{{2,24}}+)?)"
    rf"|(?P<url>{URL}|(?:https?|ftp)://{_PATH}+|(?<![a-z0-9.@-])www\.{_PATH}+"
    # Without "http://" and "www.", only the common domains, or a short one with a path: "good.So
    # is" lacks a space and is no address.
    rf"|(?<![a-z0-9.@-]){_HOST}"
    r"(?:(?:com|org|net|edu|gov)(?:\.[a-z]{2})?(?![a-z0-9_-])|(?:co|ac)\.[a-z]{2}(?![a-z0-9_-])"
    rf"|[a-z]{{2}}(?=/\w))(?:[:/?#]{_PATH}*)?)"
)
# Searches by single characters are several times faster than by "www." or "://".
_ADDRESS_SIGN = re.compile(r"\.(?:com|org|net|edu|gov|(?:co|ac)\.|[a-z]{2}/|(?<=www\.))")

# For tokenizers in other languages (`export.tokenizer_tables`).
PATTERNS = {
    "entity": _ENTITY,
    "escape": _ESCAPE,
    "tag": _TAG,
    "address": _ADDRESS,
    "address_sign": _ADDRESS_SIGN,
}


def resolved(text: str) -> str:
    """`text` with each entity and escape replaced once by its character."""
    if "&" in text:
        text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return text


def without_tags(text: str) -> str:
    """`text`, in lower case, with spaces for HTML tags and comments."""
    if "<" not in text:
        return text
    text = text.replace("<br />", " ")  # most tags of IMDB; faster than the pattern
    return _TAG.sub(" ", text) if "<" in text else text


def has_address(text: str) -> bool:
    """Whether `text` may have an address; a fast test before `split_at_addresses`."""
    if "@" in text or ("<" in text and (URL in text or USER in text)):
        return True
    return ("/" in text and "://" in text) or _ADDRESS_SIGN.search(text) is not None


def split_at_addresses(text: str) -> Iterator[tuple[str, str]]:
    """Pieces of `text`, in lower case, each with the token of the address after it, or ""."""
    start = 0
    for found in _ADDRESS.finditer(text):
        yield text[start : found.start()], URL if found["url"] else USER
        start = found.end()
    yield text[start:], ""


def _unescaped(found: re.Match[str]) -> str:
    if found["utf16"]:
        units = b"".join(
            int(code, 16).to_bytes(2, "big") for code in re.findall(r"u(.{4})", found["utf16"])
        )
        return units.decode("utf-16-be", "surrogatepass")
    if found["latin1"]:
        return chr(int(found["latin1"], 16))
    return " " if found["space"] else ""
