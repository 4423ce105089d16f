"""Tokenizer for training texts and for typed texts.

- Letters become lower case (case folding); styled letters the plain ones: "ＧＯＯＤ" is `good`.
- An apostrophe between letters, in any of its forms, belongs to the word: "wouldn’t" is `wouldn't`.
- A URL is the word `<url>`; a mention or an e-mail address is `<user>`.
- An emoji is a word, whatever its skin tone. Other punctuation separates words.
- In scripts without spaces (Chinese, Japanese, Thai and others), every character is a word.
- HTML tags and entities, and the escapes of exported files such as a literal `\\n`, are resolved.

The rules together have a name, which model folders record: a model is only used with the rules that
it was trained with.
"""

from sentiment.encoding.characters import composed, split_words
from sentiment.encoding.markup import has_address, resolved, split_at_addresses, without_tags
from sentiment.errors import ModelError

TOKENIZER = "words-2"  # the name of the rules of `tokenize`; rename it when they change


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


def check_tokenizer(name: str) -> None:
    """Raise ModelError unless `name`, from a model folder, is TOKENIZER."""
    if name != TOKENIZER:
        raise ModelError(
            f"The model was trained with the tokenizer {name!r}, but this version has "
            f"{TOKENIZER!r}. Update Sentiment Lab or train the model again."
        )
