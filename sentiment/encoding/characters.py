"""Characters: which form words, which separate words, and which are equivalent."""

import re
import unicodedata

# Blocks of the scripts without spaces between words, as ranges of a regular expression. Korean is
# written with spaces.
UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf\U00011700-\U0001174f"  # Tai scripts
    "\u1b00-\u1b7f\ua980-\ua9df"  # Balinese, Javanese
    "\u2e80-\u2fdf\u3000-\u312f\u31a0-\u31bf\u31f0-\u31ff"  # radicals, kana, Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\ua000-\ua4cf\U00016fe0-\U00018d8f\U0001aff0-\U0001b2ff"  # Yi, Tangut, Khitan, old kana
)
APOSTROPHES = frozenset(
    "'`\u00b4\u0091\u0092"  # the last two: Windows-1252 read as Latin-1
    "\u02b9\u02bb\u02bc\u02bd\u2018\u2019\u201b\u2032\u2035\u1fbd\u1fbf\uff07\uff40"
    "\u055a\u05f3\ua78b\ua78c"  # Armenian, Hebrew, saltillo
)
JOINER = "\u200d"
# Besides format characters (Cf), which are invisible as well.
_DROPPED = frozenset(
    [
        *range(0xFE00, 0xFE10),  # variation selectors
        *range(0xE0100, 0xE01F0),
        *range(0x180B, 0x1810),
        *range(0x1F3FB, 0x1F400),  # skin tones
        0x20E3,  # a keycap is its digit
        0x034F,
        0x0640,  # Arabic elongation
        *(0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0),  # fillers
    ]
)
_NO_WORDS = frozenset("\u2800\ufffc\ufffd")  # a blank, and places of lost characters
_EMOJI = range(0x1F000, 0x1FB00)  # blocks of emoji, those of later Unicode versions included
BEGIN, END = "\x1e", "\x1f"  # around an emoji; both are white space


class _CharacterTable(dict[int, str]):
    """Replacement of each code point, filled on demand by `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = new = _replacement(chr(code))
        return new


def _replacement(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if character in APOSTROPHES:
        return "'"
    if character == JOINER:
        return character
    if code in _DROPPED or category == "Cf":
        return ""
    if character in _NO_WORDS:
        return " "
    folded = _folded(character)
    if all(part == "'" or unicodedata.category(part)[0] in "LMN" for part in folded):
        return folded
    if category == "So" or code in _EMOJI:
        return f"{BEGIN}{character}{END}"
    return " "  # punctuation, currency and mathematical signs, white space, control characters


def _folded(character: str) -> str:
    """The lower case of a character; for a styled form ("ｇ", "ﬁ", "𝐠", "ⓖ"), that of its letters.

    "™", "²", Hangul letters and Thai vowels stay: their compatibility forms look different.
    """
    tag = unicodedata.decomposition(character).partition(" ")[0]
    if tag.startswith("<") and tag not in ("<super>", "<sub>"):
        plain = unicodedata.normalize("NFKC", character)
        letters = plain.isalnum() and (
            unicodedata.category(character)[0] in "LN" or tag == "<compat>" or plain.isascii()
        )
        if (letters or tag == "<narrow>") and "HANGUL" not in unicodedata.name(character):
            character = plain
    # "ΟΔΟΣ" in lower case ends in the same ς as "οδος", which case folding would replace.
    return character if character == "ς" else character.casefold().replace("\u02bc", "'")  # of ŉ


CHARACTERS = _CharacterTable()

# Marks that Unicode orders; there are none beyond these code points.
_MARKS = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x1F000))))
_MOST_MARKS = 30  # of a letter, as in the stream-safe format of Unicode
_MANY_MARKS = re.compile(f"([{_MARKS}]{{{_MOST_MARKS}}})[{_MARKS}]+")

_SECOND_DOT = re.compile("i\u0307+")  # of "İ" in lower case
_LOOSE_JOINER = re.compile(f"(?<!{END}){JOINER}|{JOINER}(?!{BEGIN})")
_FLAG = re.compile(f"{BEGIN}([\U0001f1e6-\U0001f1ff]){END}" * 2)  # two regional indicators
# Each pattern begins with a character to look for, which is several times faster than a condition.
# A letter with its marks: with the vowel am in Thai and Lao, and with the letters stacked below it
# in Myanmar and Khmer.
_LETTER = rf"[{UNSPACED}](?<![\W\d])"
_CLUSTER = re.compile(rf"{_LETTER}(?:[^\w\s']|[\u0e33\u0eb3]|(?<=[\u1039\u17d2]){_LETTER})*")
_LOOSE_MARKS = re.compile(rf"[^\w\s'](?<![^ {END}'].)[^\w\s']*")
_LOOSE_APOSTROPHE = re.compile(r"'(?:(?<!\S')|(?![^\s\d]))")
_REPEATED_APOSTROPHES = re.compile("''+")

# For tokenizers in other languages (`export.tokenizer_tables`).
PATTERNS = {
    "many_marks": _MANY_MARKS,
    "second_dot": _SECOND_DOT,
    "loose_joiner": _LOOSE_JOINER,
    "flag": _FLAG,
    "cluster": _CLUSTER,
    "loose_marks": _LOOSE_MARKS,
    "loose_apostrophe": _LOOSE_APOSTROPHE,
    "repeated_apostrophes": _REPEATED_APOSTROPHES,
}


def composed(text: str) -> str:
    """`text` in NFC, in which "é" as e + accent equals the single character.

    A letter keeps at most 30 marks, because the time to order them is quadratic in their number.
    """
    return text if _is_latin_1(text) else unicodedata.normalize("NFC", _MANY_MARKS.sub(r"\1", text))


def split_words(text: str) -> list[str]:
    """The words of a text without markup."""
    text = text.translate(CHARACTERS)
    if not _is_latin_1(text):
        text = _joined(text)
    if "'" in text:
        if "''" in text:
            text = _REPEATED_APOSTROPHES.sub("'", text)
        text = _LOOSE_APOSTROPHE.sub(" ", text)
    return text.split()


def _is_latin_1(text: str) -> bool:
    """Whether `text` has no marks or letters that `_joined` changes, as most texts."""
    if text.isascii():
        return True
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


def _joined(text: str) -> str:
    if JOINER in text:
        text = _LOOSE_JOINER.sub("", text).replace(END + JOINER + BEGIN, JOINER)
    text = composed(_SECOND_DOT.sub("i", text))
    if BEGIN in text:
        text = _FLAG.sub(rf"{BEGIN}\1\2{END}", text)
    text = _CLUSTER.sub(r" \g<0> ", text)
    return _LOOSE_MARKS.sub("", text)
