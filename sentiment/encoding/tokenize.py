"""Tokenizer for training texts and for typed texts.

- Letters become lower case (case folding); styled letters the plain ones: "ＧＯＯＤ" is `good`.
- An apostrophe between letters, in any of its forms, belongs to the word: "wouldn’t" is `wouldn't`.
- A URL is the word `<url>`; a mention or an e-mail address is `<user>`.
- An emoji is a word, whatever its skin tone. Other punctuation separates words.
- In scripts without spaces (Chinese, Japanese, Thai and others), every character is a word.
- HTML tags and entities, and the escapes of exported files such as a literal `\\n`, are resolved.

Each rule has a name, which model folders record: a model uses the rule that it was trained with.
"""

from collections.abc import Callable

from sentiment.encoding.characters import composed, split_words
from sentiment.encoding.earlier_tokenizer import tokenize_words_1
from sentiment.encoding.markup import has_address, resolved, split_at_addresses, without_tags
from sentiment.errors import ModelError

Tokenize = Callable[[str], list[str]]
TOKENIZER = "words-2"  # the name of `tokenize`; rename it when the rule changes
EARLIER = "words-1"  # of models whose folder names none; see `earlier_tokenizer`


def tokenize(text: str) -> list[str]:
    """The words of `text` in reading order; an empty list if it has none."""
    text = without_tags(composed(resolved(text)).lower())
    if not has_address(text):
        return split_words(text)
    words: list[str] = []
    for piece, address in split_at_addresses(text):
        words += split_words(piece)
        if address:
            words.append(address)
    return words


def clean(text: str) -> str:
    """The tokens of `text`, joined by single spaces."""
    return " ".join(tokenize(text))


def rule(name: str) -> Tokenize:
    """The rule with this name. Raises ModelError if it is unknown."""
    if name not in _RULES:
        raise ModelError(
            f"The tokenizer {name!r} is unknown; known are {', '.join(map(repr, _RULES))}. Update "
            "Sentiment Lab or train the model again."
        )
    return _RULES[name]


_RULES: dict[str, Tokenize] = {TOKENIZER: tokenize, EARLIER: tokenize_words_1}
