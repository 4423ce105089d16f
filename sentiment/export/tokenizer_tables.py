"""The rules of `encoding.tokenize` as data for the tokenizer in JavaScript, `page/tokenizer.js`.

Everything that depends on the version of Unicode comes from Python: the characters of words, their
replacements, and the patterns. So browsers with another version give the same tokens.
"""

import unicodedata
from functools import cache
from typing import Any

from sentiment.encoding import characters, markup
from sentiment.export.patterns import ASSIGNED, character_classes, character_set, javascript_pattern

_KEPT, _DROPPED, _SPACE, _FRAMED = "kdsf"  # kinds of characters; framed: an emoji, a word by itself


@cache
def tokenizer_tables() -> dict[str, Any]:
    """The argument of `Tokenizer` in tokenizer.js."""
    patterns = characters.PATTERNS | markup.PATTERNS
    frame = (characters.BEGIN, characters.END)
    lengths, kinds, replaced = _runs(frame)
    return {
        "lengths": lengths,
        "kinds": kinds,
        "replaced": replaced,
        "frame": frame,
        "classes": character_classes(),
        "unassigned": character_set(lambda one: unicodedata.category(one) == "Cn"),
        "patterns": {name: javascript_pattern(pattern) for name, pattern in patterns.items()},
        "url": markup.URL,
        "user": markup.USER,
        "joiner": characters.JOINER,
    }


def _runs(frame: tuple[str, str]) -> tuple[list[int], str, str]:
    """Runs of characters of one kind: lengths of the runs, kinds, and replaced characters.

    A replaced character is followed by its replacement and a zero character.
    """
    fresh = type(characters.CHARACTERS)()  # a lookup fills the table; the original stays small
    lengths, kinds, replaced = [0], _SPACE, []
    for code in range(0x110000):
        kind, new, character = _SPACE, " ", chr(code)
        if code in ASSIGNED:
            new = fresh[code]
            kind = {character: _KEPT, "": _DROPPED, " ": _SPACE}.get(new, "")
        if new == frame[0] + character + frame[1]:
            kind = _FRAMED
        elif not kind:
            replaced.append(f"{character}{new}\0")
            kind = kinds[-1]  # does not interrupt a run
        if kinds[-1] == kind:
            lengths[-1] += 1
        else:
            kinds += kind
            lengths.append(1)
    return lengths, kinds, "".join(replaced)
