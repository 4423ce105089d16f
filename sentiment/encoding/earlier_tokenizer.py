"""Earlier tokenizer, "words-1", with which the included models were trained.

Delete this file, and `EARLIER` in `tokenize.py`, when these models are trained again.

`<br />` and punctuation become spaces, letters become lower case, and the rest is split on white
space: "I'd say: it WASN'T bad 😀" becomes `i d say it wasn t bad 😀`.
"""

import re
import unicodedata

from sentiment.encoding.characters import composed

LINE_BREAK = re.compile(r"<\s*br\s*/?\s*>", re.IGNORECASE)
_ZERO_WIDTH_SPACE = 0x200B


class _CharacterTable(dict[int, str]):
    """Replacement of each code point, filled on demand by `str.translate`."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        category = unicodedata.category(character)
        if 0xFE00 <= code <= 0xFE0F or (category == "Cf" and code != _ZERO_WIDTH_SPACE):
            new = ""  # invisible: variation selectors, joiners, soft hyphens, direction marks
        elif category[0] in "LMN":  # letters, the marks that belong to them, numbers
            new = character.lower()
        elif category == "So" or (category == "Sk" and code > 0xFFFF):  # emoji and skin tones
            new = f" {character} "
        else:  # punctuation, currency and mathematical signs, white space, control characters
            new = " "
        self[code] = new
        return new


CHARACTERS = _CharacterTable()


def tokenize_words_1(text: str) -> list[str]:
    """The words of `text` in reading order; an empty list if it has none."""
    text = composed(LINE_BREAK.sub(" ", text))
    return text.translate(CHARACTERS).split()
