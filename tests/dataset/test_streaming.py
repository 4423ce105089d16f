"""Processing in blocks gives the same results as processing everything at once."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from sentiment import atomic
from sentiment.corpus import limits
from sentiment.corpus.formats import delimited, parquet_pages, quoting
from sentiment.corpus.review import Split
from sentiment.corpus.sample import sample_corpus
from sentiment.corpus.tables import read_table
from sentiment.dataset.prepare import encode_corpus
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding import splitting, token_ids
from sentiment.encoding.settings import PrepareConfig
from sentiment.encoding.splitting import SHARES_8_1_1, split_groups, text_numbers
from sentiment.encoding.token_ids import TokenizedCorpus
from sentiment.encoding.tokenize import tokenize
from sentiment.encoding.vocabulary import Vocabulary

TEXTS = ["", *sample_corpus().texts[:400], "", "!?", "last"]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(token_ids, "BLOCK_WORDS", 500)
    monkeypatch.setattr(TokenizedCorpus.blocks, "__defaults__", (500,))
    monkeypatch.setattr(splitting, "GROUPS_AT_ONCE", 7)
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, row_bytes=2_000))
    monkeypatch.setattr(quoting, "_CHUNK_BYTES", 3_000)
    monkeypatch.setattr(parquet_pages, "MOST_ROWS", 13)
    monkeypatch.setattr(delimited, "_VALUES_AT_ONCE", 5)


def test_words_on_disk_equal_words_in_memory(tmp_path):
    memory, disk = TokenizedCorpus.of(TEXTS), TokenizedCorpus.of(TEXTS, spill=tmp_path / "words")
    assert disk.words == memory.words and isinstance(disk.ids, np.memmap)
    np.testing.assert_array_equal(disk.offsets, memory.offsets)
    for corpus in (memory, disk):
        read = [
            [corpus.words[word] for word in ids[offsets[n] : offsets[n + 1]]]
            for _, offsets, ids in corpus.blocks()
            for n in range(len(offsets) - 1)
        ]
        assert read == [tokenize(text) for text in TEXTS]
    rows = np.arange(len(TEXTS)) % 3 == 0
    expected = Counter(word for text in TEXTS[::3] for word in tokenize(text))
    for corpus in (memory, disk):
        counts = zip(corpus.words, corpus.word_counts(rows).tolist(), strict=True)
        assert {word: count for word, count in counts if count} == expected


def test_a_corpus_without_words(tmp_path):
    disk = TokenizedCorpus.of(["", "!"], spill=tmp_path / "words")
    assert disk.words == [] and disk.lengths.tolist() == [0, 0]


def test_the_vocabulary_equals_a_full_sort():
    counter = Counter(word for text in TEXTS for word in tokenize(text))
    ranked = sorted(counter.items(), key=lambda item: (-item[1], item[0]))
    for most, least in ((1, 1), (50, 1), (137, 2), (10**6, 3), (None, 1)):
        counts = np.array(list(counter.values()))
        made = Vocabulary.from_counts(list(counter), counts, max_words=most, min_count=least)
        expected = [item for item in ranked if item[1] >= least][:most]
        assert list(zip(made.words[2:], made.counts[2:], strict=True)) == expected


def test_texts_are_numbered_by_first_appearance():
    texts = [*TEXTS, *reversed(TEXTS), "new"]
    first: dict[str, int] = {}
    assert text_numbers(texts).tolist() == [first.setdefault(text, len(first)) for text in texts]


def split_slowly(groups, labels, shares, seed):
    """`split_groups` with arrays, one group at a time."""
    splits = list(shares)
    names, codes = np.unique(groups, return_inverse=True)
    sizes = np.array(
        [
            [np.sum((groups == name) & (labels == label)) for label in np.unique(labels)]
            for name in names
        ]
    )
    due = np.outer(list(shares.values()), sizes.sum(axis=0))
    filled, chosen = np.zeros_like(due), np.zeros(len(names), np.int8)
    for group in np.random.default_rng(seed).permutation(len(names)):
        need = ((1 - filled / due) * sizes[group]).sum(axis=1)
        best = int(np.argmax(need))
        filled[best] += sizes[group]
        chosen[group] = splits[best]
    return chosen[codes]


@pytest.mark.parametrize("seed", range(4))
def test_groups_are_split_as_with_arrays(seed):
    random = np.random.default_rng(seed)
    groups, labels = random.integers(0, 150, 400), random.integers(0, 2, 400)
    made = split_groups(groups, labels, SHARES_8_1_1, seed)
    assert made.tolist() == split_slowly(groups, labels, SHARES_8_1_1, seed).tolist()
    assert set(made.tolist()) == {Split.TRAIN, Split.VALID, Split.TEST}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_table_in_many_blocks_is_read_completely(suffix, tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"text": TEXTS, "label": [n % 2 for n in range(len(TEXTS))]})
    path = tmp_path / f"t{suffix}"
    if suffix == ".csv":
        content = frame.to_csv(index=False).splitlines(keepends=True)
        content.insert(200, "a,b,c\n")  # the wrong number of columns
        path.write_text("".join(content))
    else:
        frame.to_parquet(path)
    corpus = read_table(path)
    expected = [(n, text) for n, text in enumerate(TEXTS) if text]
    assert list(corpus.texts) == [text for _, text in expected]
    assert corpus.labels.tolist() == [n % 2 for n, _ in expected]
    if suffix == ".csv":
        assert "row 201: 3 columns, expected 2" in corpus.rejected
        after = [f"row {n + (2 if n < 199 else 3)}" for n, _ in expected]
    else:
        after = [f"row {n + 1}" for n, _ in expected]
    assert list(corpus.names) == after
    with atomic.new_folder(tmp_path / "made") as fresh:
        encode_corpus(corpus, PrepareConfig(min_count=1, min_length=1), fresh)
    made = PreparedCorpus.open(tmp_path / "made")
    assert list(made.all_texts()) == list(corpus.texts)
    assert [made.review(row).name for row in range(len(made))] == after
    for row, (_, text) in enumerate(expected):
        known = [w if w in made.vocabulary else "<unk>" for w in tokenize(text)]
        assert made.vocabulary.decode(made.token_ids(row)) == known
    assert not (made.folder / "words.bin").exists()
