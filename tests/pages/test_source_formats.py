"""The Sources page with files in formats of all kinds, and with files that are no tables."""

import gzip

import pandas as pd
import pytest

from sentiment.web import layout
from tests.corpus.formats.spreadsheets import protected, xlsx
from tests.pages.driver import text_of, uploaded

ROWS = [(f"film {n} was a {'great' if n % 2 else 'dull'} story", n % 2) for n in range(60)]
FRAME = pd.DataFrame(ROWS, columns=["text", "label"])


TABLES = {
    "semicolons.csv": FRAME.to_csv(sep=";", index=False).encode("utf-16"),
    "array.json": FRAME.to_json(orient="records").encode(),
    "sheet.xlsx": xlsx([["text", "label"], *ROWS]),
    "lines.txt": "".join(f"__label__{label} {text}\n" for text, label in ROWS).encode(),
    "packed.tsv.gz": gzip.compress(FRAME.to_csv(sep="\t", index=False).encode()),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_previewed_with_its_counts(name):
    shown = text_of(uploaded(name, TABLES[name]))
    assert layout.ERROR not in shown
    assert "Positive 30" in shown and "Negative 30" in shown


BAD = {
    "a PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "password": protected(),
    "columns": b",".join([b"c"] * 100_000),
}


@pytest.mark.parametrize("named", BAD)
def test_what_is_no_table_is_named_without_options_of_the_shell(named):
    shown = text_of(uploaded("reviews.csv", BAD[named]))
    assert layout.ERROR in shown and named in shown
    assert "--" not in shown
