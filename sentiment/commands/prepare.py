"""Encode a corpus, split it, and write it to the cache."""

import argparse
import json
from dataclasses import asdict

from sentiment.commands.options import (
    add_corpus_file,
    add_json,
    add_settings,
    add_source,
    corpus_from,
    settings_from,
)
from sentiment.commands.progress import progress_for
from sentiment.corpus.preview import rejected_count
from sentiment.corpus.review import Split
from sentiment.dataset.prepare_report import PrepareReport
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.wording import counted, counts_by_name


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser, default="imdb")
    add_corpus_file(parser)
    parser.add_argument(
        "--show-batch", action="store_true", help="also print a training batch of eight reviews"
    )
    add_settings(parser, PrepareConfig(), SequenceConfig())
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    progress = progress_for(arguments)
    corpus = corpus_from(arguments).open(progress)
    progress.close()
    if arguments.json:
        print(json.dumps({"folder": str(corpus.folder), **asdict(corpus.report)}))
    else:
        print("\n".join(describe(corpus.name, corpus.report)))
        print(f"Cached in {corpus.folder}")
    if arguments.show_batch:
        print("\n".join(show_batch(corpus, settings_from(arguments, SequenceConfig()))))


def describe(name: str, report: PrepareReport) -> list[str]:
    """The report as lines of text."""
    dropped = ", ".join(f"{count:,} {why}" for why, count in report.dropped.items()) or "none"
    duplicates = report.duplicates
    lines = [
        f"{name}: {report.read:,} labelled reviews read, "
        f"{counted(rejected_count(report.rejected), 'row')} rejected",
        *([f"Labels: {report.label_sentence}"] if report.label_sentence else []),
        f"Training split: mean {report.mean_length:.0f} words, shortest {report.shortest:,}, "
        f"longest {report.longest:,}",
        f"Dropped: {dropped}",
        *(f"Corrections: {line}" for line in report.corrections),
        f"Exact duplicates: {duplicates.within_train} in train, {duplicates.within_test} in test, "
        f"{duplicates.test_also_in_train} test reviews are also in train",
        f"Vocabulary: {report.vocabulary_size:,} of {report.distinct_words:,} distinct words",
        f"Split ({report.split_rule}):",
    ]
    for split, counts in report.splits.items():
        lines.append(
            f"  {split:<6}{counts_by_name(counts)}; {report.unknown_share[split]:.1%} unknown words"
        )
    return [*lines, *(f"  rejected: {line}" for line in report.rejected[:10])]


def show_batch(corpus: PreparedCorpus, config: SequenceConfig) -> list[str]:
    """The first training batch, as it enters the network, as lines of text."""
    from sentiment.dataset.batches import ReviewDataset, training_batches

    dataset = ReviewDataset.of(corpus, Split.TRAIN, config)
    batch = next(iter(training_batches(dataset, batch_size=8, seed=corpus.config.seed)))
    rows, steps = batch.ids.shape
    lines = [
        f"Batch: {rows} × {steps} token ids, {1 - batch.words / batch.ids.numel():.1%} padding",
        "label  words  token ids and their words",
    ]
    for ids, length, label in zip(batch.ids, batch.lengths, batch.labels, strict=True):
        begin = ids[:6].tolist()
        words = " ".join(corpus.vocabulary.decode(begin))
        lines.append(f"{int(label):>5}{int(length):>7}  {begin} … {words} …")
    return lines
