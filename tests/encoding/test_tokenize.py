"""The tokenizer keeps all letters and numbers."""

import unicodedata

import pytest

from sentiment.encoding.tokenize import clean, tokenize


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I'd say: it WASN'T bad!", "i d say it wasn t bad"),
        ("One.<br /><br />Two<BR>three<br/>four", "one two three four"),
        ("café CAFÉ cafe\u0301", "café café café"),
        ("“curly” it’s — dash…", "curly it s dash"),
        ("great😀movie", "great 😀 movie"),
        ("10/10, $5 & snake_case", "10 10 5 snake case"),
        ("हिन्दी फ़िल्म", unicodedata.normalize("NFC", "हिन्दी फ़िल्म")),
        ("ΑΒΓ Ωmega ß", "αβγ ωmega ß"),
        ("zero\u200bwidth soft\u00adhyphen", "zero width softhyphen"),
        ("bell\x07tab\tnul\x00line\u0085end", "bell tab nul line end"),
        ("❤️ 👍🏽", "❤ 👍 🏽"),
        ("lone \ud800 surrogate", "lone surrogate"),
    ],
)
def test_words_of_a_text(text, words):
    assert clean(text) == words


@pytest.mark.parametrize("text", ["", "   \n\t", "?!… — ,", "<br /><br />", "\u200b\ufeff"])
def test_text_without_words(text):
    assert tokenize(text) == []


def test_cleaning_a_clean_text_changes_nothing():
    once = clean("It's NOT bad – honestly: 7/10 😀, café!<br />Go.")
    assert clean(once) == once


def test_no_letter_or_digit_of_any_script_is_lost():
    """Every Unicode letter or number is kept, in lower case."""
    for code in range(0x30, 0x3000):
        character = unicodedata.normalize("NFC", chr(code))
        if all(unicodedata.category(part)[0] in "LN" for part in character):
            assert clean(character) == "".join(part.lower() for part in character), hex(code)
