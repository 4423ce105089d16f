"""Preparing beside other ways of turning the same texts into numbers, each in its own process.

Speed in reviews a second, and the most memory that was resident beyond that of the bare texts.
"""

import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.benchmarks.measure import Row

PROJECT = Path(__file__).resolve().parents[2]
WORDS = 30_000
ROUNDS = 3


def ours(texts: list[str]) -> None:
    """All of it: words, copies, parts, vocabulary, ids on disk."""
    import numpy as np

    from sentiment.corpus.classes import NEGATIVE_POSITIVE
    from sentiment.corpus.review import Corpus, Split
    from sentiment.dataset.prepare import encode_corpus
    from sentiment.encoding.settings import PrepareConfig

    labels = (np.arange(len(texts)) % 2).astype(np.int8)
    splits = np.full(len(texts), Split.TRAIN, np.int8)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Corpus("texts", "", texts, labels, splits, NEGATIVE_POSITIVE)
        encode_corpus(corpus, PrepareConfig(), Path(folder))


def plain(texts: list[str]) -> None:
    """As the article does it: clean, count, encode; nothing else, and all in memory."""
    cleaned = [
        re.sub(r"[^\w\s]", " ", text.lower().replace("<br />", " ")).split() for text in texts
    ]
    counts = Counter(word for words in cleaned for word in words)
    index = {word: number for number, (word, _) in enumerate(counts.most_common(WORDS), 2)}
    encoded = [[index.get(word, 1) for word in words] for words in cleaned]
    assert len(encoded) == len(texts)


def count_vectorizer(texts: list[str]) -> None:
    from sklearn.feature_extraction.text import CountVectorizer

    CountVectorizer(max_features=WORDS, token_pattern=r"(?u)\w+").fit_transform(texts)


def tokenizers_library(texts: list[str]) -> None:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.WordLevel(unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["<pad>", "<unk>"]
    trainer = trainers.WordLevelTrainer(
        vocab_size=WORDS, special_tokens=special, show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    assert len(tokenizer.encode_batch(texts)) == len(texts)


WAYS: dict[str, Callable[[list[str]], None]] = {
    "ours": ours,
    "plain Python loop": plain,
    "CountVectorizer": count_vectorizer,
    "tokenizers": tokenizers_library,
}


def side_by_side_with_others() -> Iterator[Row]:
    """Each way in turn, three times; the ratio is theirs to ours."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "texts.json"
        texts = _texts()
        file.write_text(json.dumps(texts))
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in WAYS}
        for _ in range(ROUNDS):
            for name in WAYS:
                runs[name].append(_measured(name, file))
    best = {name: tuple(map(min, zip(*figures, strict=True))) for name, figures in runs.items()}
    for name, (seconds, memory) in best.items():
        yield Row(
            f"prepare {len(texts):,} texts, {name}",
            seconds,
            "ours",
            best["ours"][0] / seconds,
            f"{len(texts) / seconds:,.0f} reviews/s, {memory:,.0f} MiB",
            None,
        )


def _texts() -> list[str]:
    """IMDB's labelled reviews where they are, else the sample corpus."""
    from sentiment.corpus.sources import find_archive, open_corpus

    return list(open_corpus("imdb" if find_archive() else "sample").texts)


def _measured(name: str, file: Path) -> tuple[float, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.preparing", name, str(file)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)


def _resident(field: str) -> float:
    """VmRSS or VmHWM of this process, MiB; 0 where the system does not say."""
    with contextlib.suppress(OSError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(field)).split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    _, way, path = sys.argv
    read: list[str] = json.loads(Path(path).read_text())
    before, started = _resident("VmRSS"), time.perf_counter()
    WAYS[way](read)
    print(time.perf_counter() - started, _resident("VmHWM") - before)
