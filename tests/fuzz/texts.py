"""Texts as people type them: tokenized, predicted, traced, searched."""

from functools import cache
from pathlib import Path

from sentiment.analysis.text_checks import html_evidence, language_evidence, rating_evidence
from sentiment.corpus.label_values import label_key, label_name, rating_of, word_level
from sentiment.dataset.search import parse_query
from sentiment.encoding.tokenize import clean, tokenize
from sentiment.errors import SentimentError
from sentiment.inspection.predictor import Predictor
from sentiment.inspection.snippets import load_snippet, save_snippet
from tests.fuzz.choices import Choices
from tests.fuzz.mutations import mutated_bytes

TEXT = (
    "I loved it! <br />8/10 stars &amp; 'twas n\u2019t bad\\n http://a.com @you 👍🏽 你好 "
    "น้ำ caf\u00e9 "
    "gave it a 7 out of 10 <a href='x'>link</a> &#39; \\u00e9 3 stars."
)


@cache
def _model() -> Predictor:
    return Predictor.load("imdb-lstm")


def attack_texts(choices: Choices, folder: Path) -> None:
    text = choices.text()
    if choices.flag():
        content = mutated_bytes(choices, TEXT.encode())
        text = content.decode("utf-8", choices.one_of(("replace", "surrogateescape", "ignore")))
    for work in (html_evidence, rating_evidence, language_evidence, parse_query):
        work(text)
    assert tokenize(clean(text)) == tokenize(text)
    for work in (label_name, label_key, rating_of, word_level):
        work(text[:200])
    if choices.integer(0, 3) == 0:
        _predict(choices, text)
    if choices.integer(0, 9) == 0:
        assert load_snippet(save_snippet(text)) == text


def _predict(choices: Choices, text: str) -> None:
    try:
        (prediction,) = _model().predict([text])
    except SentimentError:
        return
    assert 0 <= prediction.probability <= 1
    if choices.integer(0, 3) == 0:
        trace = _model().trace(text)
        assert len(trace.probabilities) == len(trace.encoded.kept)
