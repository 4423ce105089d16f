"""Lengths, sequence lengths and words of a corpus, as the Explore page shows them."""

import argparse
import json
from pathlib import Path
from typing import get_args

from sentiment import atomic
from sentiment.analysis.positions import SIDES
from sentiment.analysis.statistics import CorpusStatistics
from sentiment.charts.corpus_report import corpus_report
from sentiment.commands.options import StageBars, add_json, add_source, table_config
from sentiment.corpus.sources import open_corpus
from sentiment.encoding.settings import Keep, PrepareConfig, SequenceConfig
from sentiment.evaluation.epoch_cost import epoch_costs, measured_speeds, sweet_spot

TELLING = 15  # words of each class


def add_arguments(parser: argparse.ArgumentParser) -> None:
    prepare, sequence = PrepareConfig(), SequenceConfig()
    add_source(parser, default="shipped")
    for option, default in (
        ("--sequence-length", sequence.sequence_length),
        ("--min-length", prepare.min_length),
        ("--max-length", prepare.max_length),
    ):
        parser.add_argument(option, type=int, default=default, help=f"default: {default} words")
    parser.add_argument(
        "--max-words", type=int, default=prepare.max_words, help="size of the vocabulary"
    )
    parser.add_argument("--truncation", choices=get_args(Keep), default=sequence.truncation)
    parser.add_argument("--batch-size", type=int, default=32, help="default: 32 reviews")
    parser.add_argument(
        "--tolerance", type=float, default=10, help="percent of words that may be lost, default: 10"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the statistics as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with charts")
    add_json(parser)
    parser.epilog = "Without a source, the statistics of IMDB that come with the package are shown."


def run(arguments: argparse.Namespace) -> None:
    # Whether they can be: raises ConfigError, before anything is read.
    settings = (
        PrepareConfig(
            min_length=arguments.min_length,
            max_length=arguments.max_length,
            max_words=arguments.max_words,
        ),
        SequenceConfig(arguments.sequence_length, truncation=arguments.truncation),
    )
    if arguments.source == "shipped":
        statistics = CorpusStatistics.load()
    else:
        bars = StageBars()
        corpus = open_corpus(
            arguments.source,
            unlabelled=True,
            progress=lambda done, total: bars("Reading", done, total),
            table=table_config(arguments),
        )
        statistics = CorpusStatistics.of(
            corpus, lambda done, total: bars("Tokenizing", done, total)
        )
        bars.close()
    if arguments.save:
        statistics.save(arguments.save)
    if arguments.html:
        page = corpus_report(statistics, *settings, arguments.batch_size, arguments.tolerance / 100)
        atomic.write_bytes(arguments.html, page.encode())
    if arguments.json:
        print(json.dumps(statistics.to_json()))
    else:
        print("\n".join(describe(statistics, *settings, arguments)))


def describe(
    statistics: CorpusStatistics,
    prepare: PrepareConfig,
    sequence: SequenceConfig,
    arguments: argparse.Namespace,
) -> list[str]:
    """The figures as lines for people."""
    lines = [f"{statistics.name} (words per review)"]
    lines.append(
        f"{'':<12}{'reviews':>9}{'mean':>7}{'median':>8}{'shortest':>10}{'longest':>9}  deciles"
    )
    for split in statistics.splits:
        of = statistics.lengths(split)
        lines.append(
            f"{split:<12}{of.reviews:>9,}{of.mean:>7.0f}{of.percentile(50):>8}"
            f"{of.shortest:>10}{of.longest:>9,}  {' '.join(map(str, of.deciles))}"
        )
    return [
        *lines,
        *_lengths(statistics, prepare),
        *_sequence(statistics, prepare, sequence, arguments),
        *_words(statistics, prepare),
    ]


def _lengths(statistics: CorpusStatistics, prepare: PrepareConfig) -> list[str]:
    train = statistics.lengths("train")
    cut = statistics.cut(prepare.min_length, prepare.max_length, "train")
    duplicates = statistics.duplicates
    return [
        f"Cutoffs {prepare.min_length} to {prepare.max_length:,} on train: {train.reviews:,} "
        f"reviews, {cut.empty} empty, {cut.short} too short, {cut.long} too long, {cut.copies} "
        f"also in test, {cut.kept.reviews:,} kept",
        f"Exact duplicates: {duplicates.within_train} in train, {duplicates.within_test} in test, "
        f"{duplicates.test_also_in_train} test reviews that also stand in train",
    ]


def _sequence(
    statistics: CorpusStatistics,
    prepare: PrepareConfig,
    sequence: SequenceConfig,
    arguments: argparse.Namespace,
) -> list[str]:
    kept = statistics.cut(prepare.min_length, prepare.max_length, "train").kept
    if not kept.reviews:
        return ["No review is kept by these cutoffs."]
    length, speed = sequence.sequence_length, measured_speeds()["lstm"]
    sweet = sweet_spot(kept, arguments.tolerance / 100)
    (cost,) = epoch_costs(kept, [length], arguments.batch_size, speed)
    positions = statistics.positions
    lines = [
        f"Sequence length {length}: {cost.effect.truncated_share:.1%} truncated, "
        f"{cost.effect.lost_words_share:.1%} of words lost, {cost.effect.padding_share:.1%} "
        f"padding with rows all alike, {1 - cost.cells.words / cost.cells.bucketed:.1%} with "
        "length buckets",
        f"An epoch: about {cost.seconds_fixed:.0f} s with rows all alike, "
        f"{cost.seconds_bucketed:.0f} s with length buckets, and at least "
        f"{cost.memory / 2**20:.0f} MiB for a batch of {arguments.batch_size} (one LSTM layer of "
        f"{speed.width} units, at {speed.words_per_second:,.0f} words a second)",
        f"Sweet spot: {sweet} words, the shortest length that loses at most "
        f"{arguments.tolerance:g} % of the words",
    ]
    if positions.total:
        shares = (f"{positions.kept_share(side, length):.1%} by {side}" for side in SIDES)
        lines.append(f"Telling words kept at {length} words: {', '.join(shares)}")
    return lines


def _words(statistics: CorpusStatistics, prepare: PrepareConfig) -> list[str]:
    of, words = statistics.frequencies, statistics.words
    covered, missed = statistics.vocabulary.at(prepare.max_words)
    negative, positive = words.most_telling(TELLING)
    told = {"Negative": negative, "Positive": positive}
    return [
        f"Words in train: {of.total:,}, {of.distinct:,} different, {of.once:,} of them once",
        f"A vocabulary of {prepare.max_words:,} words covers {covered:.1%} of them; of the words "
        f"of held-out reviews, {missed:.2%} are unknown",
        *(
            f"Words that tell {name}: " + " ".join(words.words[place] for place in places.tolist())
            for name, places in told.items()
        ),
    ]
