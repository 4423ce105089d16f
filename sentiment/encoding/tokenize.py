"""Clean and tokenize: the one rule for training texts and typed texts alike.

`<br />` and punctuation become spaces, letters become lower case, and what is left is split on
white space. Letters, digits and accents of any script stay; an emoji is a word of its own. So
"I'd say: it WASN'T bad 😀" reads as `i d say it wasn t bad 😀`.
"""

import re
import unicodedata

# Changes whenever the rule below does, so that cached corpora made by an older rule are not used.
TOKENIZER_VERSION = 1

_LINE_BREAK = re.compile(r"<\s*br\s*/?\s*>", re.IGNORECASE)
_ZERO_WIDTH_SPACE = 0x200B


class _CharacterTable(dict[int, str]):
    """What each code point becomes, filled in as characters are met (`str.translate` asks)."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if 0xFE00 <= code <= 0xFE0F or (category == "Cf" and code != _ZERO_WIDTH_SPACE):
            became = ""  # invisible: variation selectors, joiners, soft hyphens, direction marks
        elif category[0] in "LMN":  # letters, the marks that belong to them, numbers
            became = character.lower()
        elif category == "So" or (category == "Sk" and code > 0xFFFF):  # emoji and skin tones
            became = f" {character} "
        else:  # punctuation, currency and mathematical signs, white space, control characters
            became = " "
        self[code] = became
        return became


_CHARACTERS = _CharacterTable()


def tokenize(text: str) -> list[str]:
    """The words of `text` in reading order; an empty list if it has none."""
    # NFC first, so that "é" typed as e + accent is the same word as the single character.
    text = unicodedata.normalize("NFC", _LINE_BREAK.sub(" ", text))
    return text.translate(_CHARACTERS).split()


def clean(text: str) -> str:
    """`text` as the tokenizer sees it: lower case words with one space between them."""
    return " ".join(tokenize(text))
