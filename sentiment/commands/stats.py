"""Lengths, labels, duplicates and words of a corpus."""

import argparse
import json
from pathlib import Path

from sentiment.commands.options import StageBars, add_json, add_source, reading_options
from sentiment.corpus.sources import open_corpus
from sentiment.encoding.lengths import CutoffEffect
from sentiment.encoding.statistics import CorpusStatistics


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser, default="shipped")
    parser.add_argument("--sequence-length", type=int, default=250, help="default: 250 words")
    parser.add_argument("--min-length", type=int, default=3, help="default: 3 words")
    parser.add_argument("--max-length", type=int, default=1500, help="default: 1500 words")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the statistics as JSON")
    add_json(parser)
    parser.epilog = "Without a source, the statistics of IMDB that come with the package are shown."


def run(arguments: argparse.Namespace) -> None:
    if arguments.source == "shipped":
        statistics = CorpusStatistics.load()
    else:
        bars = StageBars()
        corpus = open_corpus(
            arguments.source,
            unlabelled=True,
            progress=lambda done, total: bars("Reading", done, total),
            **reading_options(arguments),
        )
        statistics = CorpusStatistics.of(
            corpus, lambda done, total: bars("Tokenizing", done, total)
        )
        bars.close()
    if arguments.save:
        statistics.save(arguments.save)
    if arguments.json:
        print(json.dumps(statistics.to_json()))
    else:
        print("\n".join(describe(statistics, arguments)))


def describe(statistics: CorpusStatistics, arguments: argparse.Namespace) -> list[str]:
    """The figures of each split as lines for people."""
    lines = [f"{statistics.name} (words per review)"]
    lines.append(f"{'':<12}{'reviews':>9}{'mean':>7}{'median':>8}{'shortest':>10}{'longest':>9}")
    for split in statistics.splits:
        of = statistics.lengths(split)
        lines.append(
            f"{split:<12}{of.reviews:>9,}{of.mean:>7.0f}{of.percentile(50):>8}"
            f"{of.shortest:>10}{of.longest:>9,}"
        )
    train = statistics.lengths("train")
    cut = CutoffEffect.of(train, arguments.min_length, arguments.max_length)
    effect = cut.kept.fitted_to(arguments.sequence_length)
    duplicates = statistics.duplicates
    return [
        *lines,
        f"Cutoffs {arguments.min_length} to {arguments.max_length:,} on train: {cut.empty} empty, "
        f"{cut.short} too short, {cut.long} too long, {cut.kept.reviews:,} kept",
        f"Sequence length {arguments.sequence_length}: {effect.truncated_share:.1%} truncated, "
        f"{effect.lost_words_share:.1%} of words lost, {effect.padding_share:.1%} padding",
        f"Exact duplicates: {duplicates.within_train} in train, {duplicates.within_test} in test, "
        f"{duplicates.test_also_in_train} test reviews that also stand in train",
        f"Words in train: {statistics.total_words:,}, {statistics.distinct_words:,} different, "
        f"{statistics.words_once:,} of them once",
    ]
