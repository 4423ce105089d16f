"""Show lengths, truncation and vocabulary of a corpus, as the Explore page does."""

import argparse
import json
from pathlib import Path

from sentiment import atomic
from sentiment.analysis.positions import SIDES
from sentiment.analysis.statistics import CorpusStatistics
from sentiment.charts.corpus_report import corpus_report
from sentiment.commands.options import add_json, add_settings, add_source, settings_from, table_from
from sentiment.commands.progress import ProgressBars
from sentiment.corpus.sources import open_corpus
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.evaluation.epoch_cost import epoch_costs, measured_speeds, shortest_sufficient_length
from sentiment.progress import stage_of
from sentiment.wording import counted

WORDS_SHOWN = 15  # per class


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser, default="shipped")
    parser.add_argument(
        "--batch-size", type=int, default=32, metavar="N", help="reviews per batch. Default: 32"
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=10,
        metavar="X",
        help="percent of words that truncation may remove, for the shortest acceptable sequence "
        "length. Default: 10",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the statistics as JSON")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report with charts")
    add_json(parser)
    add_settings(
        parser,
        PrepareConfig(),
        SequenceConfig(),
        only=("min_length", "max_length", "max_words", "sequence_length", "truncation"),
    )
    parser.epilog = "Without a source: the statistics of IMDB that are included in the package."


def run(arguments: argparse.Namespace) -> None:
    # First, because an invalid setting raises ConfigError before a long corpus is read.
    settings = settings_from(arguments, PrepareConfig()), settings_from(arguments, SequenceConfig())
    if arguments.source == "shipped":
        statistics = CorpusStatistics.load()
    else:
        bars = ProgressBars()
        corpus = open_corpus(
            arguments.source,
            unlabelled=True,
            progress=stage_of(bars, "Reading"),
            table=table_from(arguments),
        )
        statistics = CorpusStatistics.of(corpus, stage_of(bars, "Tokenizing"))
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
    """The statistics as lines of text."""
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
        f"Cutoffs {prepare.min_length} to {prepare.max_length:,} words, training split: "
        f"{counted(train.reviews, 'review')}, {cut.empty} empty, {cut.short} too short, "
        f"{cut.long} too long, {cut.repeated} also in test, {cut.kept.reviews:,} kept",
        f"Exact duplicates: {duplicates.within_train} in train, {duplicates.within_test} in test, "
        f"{duplicates.test_also_in_train} test reviews are also in train",
    ]


def _sequence(
    statistics: CorpusStatistics,
    prepare: PrepareConfig,
    sequence: SequenceConfig,
    arguments: argparse.Namespace,
) -> list[str]:
    kept = statistics.cut(prepare.min_length, prepare.max_length, "train").kept
    if not kept.reviews:
        return ["These cutoffs drop every review."]
    length, speed = sequence.sequence_length, measured_speeds()["lstm"]
    shortest = shortest_sufficient_length(kept, arguments.tolerance / 100)
    (cost,) = epoch_costs(kept, [length], arguments.batch_size, speed)
    positions = statistics.positions
    lines = [
        f"Sequence length {length}: {cost.effect.truncated_share:.1%} truncated, "
        f"{cost.effect.lost_words_share:.1%} of words lost, {cost.effect.padding_share:.1%} "
        f"padding with a fixed length, {1 - cost.cells.words / cost.cells.bucketed:.1%} with "
        "length buckets",
        f"One epoch: about {cost.seconds_fixed:.0f} s with a fixed length, "
        f"{cost.seconds_bucketed:.0f} s with length buckets; at least "
        f"{cost.memory / 2**20:.0f} MiB for a batch of {arguments.batch_size} (one LSTM layer of "
        f"{speed.width} units, {speed.words_per_second:,.0f} words/s)",
        f"Shortest sequence length that loses at most {arguments.tolerance:g}% of the words: "
        f"{shortest} words",
    ]
    if positions.total:
        shares = (f"{positions.kept_share(side, length):.1%} with {side}" for side in SIDES)
        lines.append(f"Distinctive words kept at {length} words: {', '.join(shares)}")
    return lines


def _words(statistics: CorpusStatistics, prepare: PrepareConfig) -> list[str]:
    of, words = statistics.frequencies, statistics.words
    covered, missed = statistics.vocabulary.at(prepare.max_words)
    by_class = zip(statistics.classes.names, words.most_distinctive(WORDS_SHOWN), strict=True)
    return [
        f"Training split: {of.total:,} words, {of.distinct:,} distinct, {of.once:,} occur once",
        f"A vocabulary of {prepare.max_words:,} words covers {covered:.1%} of them; "
        f"{missed:.2%} of the words of held-out reviews are unknown",
        *(
            f"Distinctive of {name}: " + " ".join(words.words[index] for index in ids.tolist())
            for name, ids in by_class
        ),
    ]
