"""Guess of the encoding of a text file.

A file that is valid UTF-8 is taken as UTF-8. Encodings of other scripts than Latin are guessed by
charset-normalizer, which uses the frequencies of letters. It confuses the Latin encodings, so these
are distinguished by the alphabets of the languages that use them.
"""

import codecs
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from charset_normalizer import from_bytes

from sentiment.corpus.containers import opened

MIXED = "mixed"  # UTF-8, with Windows-1252 where the bytes are not UTF-8
UTF8 = "utf-8"
# The encodings that `guess_encoding` returns, with titles.
ENCODINGS = {
    UTF8: "UTF-8",
    MIXED: "UTF-8 with some Windows-1252",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without a byte order mark, little endian",
    "utf-16-be": "UTF-16 without a byte order mark, big endian",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (Western European)",
    "mac_roman": "Mac Roman (Western European)",
    "cp850": "DOS 850 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "iso8859_2": "ISO 8859-2 (Central European)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8_r": "KOI8-R (Russian)",
    "koi8_u": "KOI8-U (Ukrainian)",
    "cp866": "DOS 866 (Russian)",
    "iso8859_5": "ISO 8859-5 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "iso8859_7": "ISO 8859-7 (Greek)",
    "cp1256": "Windows-1256 (Arabic)",
    "iso8859_6": "ISO 8859-6 (Arabic)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp874": "Windows-874 (Thai)",
    "cp932": "Shift JIS (Japanese)",
    "euc_jp": "EUC-JP (Japanese)",
    "iso2022_jp": "ISO-2022-JP (Japanese)",
    "gb18030": "GB 18030 (Simplified Chinese)",
    "big5": "Big5 (Traditional Chinese)",
    "cp949": "Windows-949 (Korean)",
}
# Encodings of scripts other than Latin among which charset-normalizer chooses.
_OTHER_SCRIPTS = [
    *("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5"),
    *("cp1253", "iso8859_7", "cp1256", "iso8859_6", "cp1255", "cp874", "gb18030", "big5"),
]
# Letters beyond ASCII of languages -> the encodings in which they are written.
_ALPHABETS = (
    ("àâæçèéêëîïôùûüÿœ", ("cp1252", "mac_roman", "cp850")),  # French
    ("äöüßé", ("cp1252", "mac_roman", "cp850")),  # German
    ("áéíóúüñªº", ("cp1252", "mac_roman", "cp850")),  # Spanish
    ("áàâãçéêíóôõúü", ("cp1252", "mac_roman", "cp850")),  # Portuguese
    ("àèéìòùî", ("cp1252", "mac_roman", "cp850")),  # Italian
    ("åäöæøé", ("cp1252", "mac_roman", "cp850")),  # Swedish, Danish, Norwegian, Finnish
    ("áðéíóúýþæö", ("cp1252",)),  # Icelandic
    ("äëïöüéèáóíç", ("cp1252", "mac_roman")),  # Dutch, Catalan
    ("ąćęłńóśźż", ("cp1250", "iso8859_2")),  # Polish
    ("áčďéěíňóřšťúůýžäĺľŕô", ("cp1250", "iso8859_2")),  # Czech, Slovak
    ("áéíóöőúüű", ("cp1250", "iso8859_2")),  # Hungarian
    ("ăâîşţ", ("cp1250", "iso8859_2")),  # Romanian
    ("čćšžđ", ("cp1250", "iso8859_2")),  # Croatian, Slovene
    ("çğıöşüâîûi̇", ("cp1254",)),  # Turkish
    ("ąčęėįšųūž", ("cp1257",)),  # Lithuanian
    ("āčēģīķļņšūž", ("cp1257",)),  # Latvian
    ("äöüõšž", ("cp1257", "cp1252")),  # Estonian
)
_PUNCTUATION = frozenset("“”‘’„‚–—…«»‹›€£¥§°©®™•·´¿¡\xa0")
_GUESS_BYTES = 1 << 26  # read to guess an encoding
_PIECE_BYTES = 1 << 20
_CONTINUATIONS = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character
_SAMPLE_BYTES = 1 << 16  # of lines beyond ASCII
_LATIN_BYTES = 1 << 14  # of them, to tell the Latin encodings apart
_RUN = re.compile(rb"[\x80-\xff]{3,}")  # Latin texts have few: accents stand among ASCII letters
_KANA, _HANGUL = re.compile("[\u3041-\u30ff]"), re.compile("[\uac00-\ud7a3]")
_HEBREW = re.compile("[\u05d0-\u05ea]")
_CAPITALS = "\u00c0-\u00de\u0386-\u038f\u0391-\u03ab\u0400-\u042f"  # Latin, Greek, Cyrillic
_CAPITAL_AFTER_SMALL = re.compile(rf"(?<=[^\W\d_A-Z{_CAPITALS}])[{_CAPITALS}]")
_ISO_2022 = re.compile(rb"\x1b\$[@B]")
_ASCII_IN_TABLES = re.compile('[\n\t ,;0-9"]')


def guess_encoding(path: Path) -> str:
    """The likely encoding, one of ENCODINGS, from the first 64 MiB; "" if none fits.

    MIXED: some lines are valid UTF-8 and others are not. Raises what `containers.opened` raises.
    """
    stat = path.stat()
    return _guess(path.resolve(), stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _guess(path: Path, size: int, modified_ns: int) -> str:
    start, valid, invalid, sample = _first_part(path)
    if start.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if wide := _utf_16_without_mark(start):
        return wide
    if not invalid:
        return "iso2022_jp" if _ISO_2022.search(start) else UTF8
    return MIXED if valid else guess_from(sample)


def guess_from(sample: bytes) -> str:
    """The likely encoding of bytes that are not UTF-8, "" if none fits."""
    runs = sum(map(len, _RUN.findall(sample)))
    beyond = len(sample) - len(sample.decode("ascii", "ignore"))
    return _other_script(sample) if runs > beyond / 2 else _latin(sample)


def is_utf8(content: bytes, *, whole: bool = True) -> bool:
    """Whether bytes are UTF-8. whole: otherwise the last character may be cut off."""
    try:
        codecs.getincrementaldecoder(UTF8)().decode(content, whole)
    except UnicodeDecodeError:
        return False
    return True


def _first_part(path: Path) -> tuple[bytes, int, int, bytes]:
    """The first bytes; the numbers of non-ASCII lines, valid and invalid; a sample of these lines.

    Valid means UTF-8. At most _GUESS_BYTES are read.
    """
    valid = invalid = total = 0
    sample = bytearray()
    with opened(path) as stream:
        start = bytes(stream.peek(1 << 16)[: 1 << 16])  # type: ignore[attr-defined]
        cut = False
        # In pieces, because a file may be one line.
        while line := stream.readline(_PIECE_BYTES):
            total += len(line)
            line = line.lstrip(_CONTINUATIONS) if cut else line
            cut = len(line) > _PIECE_BYTES / 2 and not line.endswith(b"\n")
            if not line.isascii():
                if len(sample) < _SAMPLE_BYTES:
                    sample += line[:_SAMPLE_BYTES]
                fits = is_utf8(line, whole=not cut)
                valid += fits
                invalid += not fits
            if total > _GUESS_BYTES:
                break
    return start, valid, invalid, bytes(sample)


def _utf_16_without_mark(start: bytes) -> str:
    """The variant of UTF-16 (utf-16-le or utf-16-be), "" if it is not UTF-16.

    It is recognized by NULs: line ends, delimiters and digits contain one each.
    """
    if b"\0" not in start:
        return ""
    found = Counter[str]()
    line_ends = start.count(b"\n") + start.count(b"\r")
    for encoding in ("utf-16-le", "utf-16-be"):
        text = start[: len(start) // 2 * 2].decode(encoding, "replace")
        plain = len(_ASCII_IN_TABLES.findall(text))
        # Bytes of line ends also occur in other characters, but not nine times as often.
        fits = text.count("\n") + text.count("\r") >= line_ends / 10 and plain >= len(text) / 50
        if fits and "\0" not in text and text.count("\N{REPLACEMENT CHARACTER}") <= 1:
            found[encoding] = plain
    return next((encoding for encoding, count in found.most_common(1) if count), "")


def _other_script(sample: bytes) -> str:
    # Kana are a third of Japanese; in Chinese read as Japanese they are rare. Korean is nearly all
    # Hangul; Chinese read as Korean is more than half.
    for encoding, letters, least in (
        ("cp932", _KANA, 1 / 3),
        ("euc_jp", _KANA, 1 / 3),
        ("cp949", _HANGUL, 0.85),
        ("cp1255", _HEBREW, 0.9),
    ):
        text = _decoded(sample, encoding)
        beyond = sum(not char.isascii() for char in text)
        if beyond and len(letters.findall(text)) > least * beyond:
            return encoding
    matches = from_bytes(sample, cp_isolation=_OTHER_SCRIPTS)
    return next((match.encoding for match in matches if _has_plausible_case(str(match))), "")


def _has_plausible_case(text: str) -> bool:
    """Whether few capitals directly follow a lower-case letter; in a wrong encoding, many do."""
    return len(_CAPITAL_AFTER_SMALL.findall(text)) <= 0.01 * len(text)


def _latin(sample: bytes) -> str:
    """The Latin encoding in which most characters are letters of one language."""
    best, most = "", 0.5  # fewer than half of the characters: unknown
    for encoding in dict.fromkeys(name for _, names in _ALPHABETS for name in names):
        text = f" {_decoded(sample[:_LATIN_BYTES], encoding)} "
        around = Counter(
            (before, char, after)
            for before, char, after in zip(text, text[1:], text[2:], strict=False)
            if not char.isascii()
        )
        for letters, encodings in _ALPHABETS:
            fit = sum(n for chars, n in around.items() if _fits(*chars, letters))
            share = fit / (around.total() or 1)
            # Rare encodings must fit better.
            share *= 1 if encoding.startswith("cp12") else 0.95
            if encoding in encodings and share > most:
                best, most = encoding, share
    return best


def _fits(before: str, char: str, after: str, letters: str) -> bool:
    if char in _PUNCTUATION:
        return char == "’" or not (before.isalpha() and after.isalpha())
    return char.lower() in letters and not (char.isupper() and before.islower())


def _decoded(sample: bytes, encoding: str) -> str:
    """The sample as text, without a character cut off at its end; "" if the encoding is wrong."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return ""
