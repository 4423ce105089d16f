"""Files of corrections, as a colleague may send them."""

from functools import cache
from pathlib import Path

from sentiment.corpus.export import csv_of
from sentiment.dataset.corrections_csv import COLUMNS, read_corrections
from sentiment.dataset.prepare import prepare
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.errors import CorpusError
from sentiment.places import data_dir
from tests.corpora import small_corpus
from tests.fuzz.choices import Choices
from tests.fuzz.mutations import mutated_bytes


@cache
def _corpus() -> tuple[PreparedCorpus, bytes]:
    """A prepared corpus, and a file that corrects its first reviews."""
    corpus = small_corpus(60)
    path = data_dir() / "corrected.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    pairs = zip(corpus.texts, corpus.labels.tolist(), strict=True)
    path.write_text("text,label\n" + "".join(f"{text},{label}\n" for text, label in pairs))
    cells = ((f"row {n + 2}", corpus.texts[n], "", "Positive", str(n % 3), "") for n in range(6))
    rows = (dict(zip(COLUMNS, of_row, strict=True)) for of_row in cells)
    return prepare(str(path)), csv_of(rows)


def attack_corrections(choices: Choices, folder: Path) -> None:
    corpus, content = _corpus()
    content = mutated_bytes(choices, content)
    (folder / "corrections.csv").write_bytes(content)
    try:
        read_corrections(content, corpus)
    except CorpusError as error:
        assert len(str(error)) < 2_000
