"""Encode a corpus, split it, and keep it in the cache."""

import argparse
import json
from dataclasses import asdict

from sentiment.commands.options import (
    StageBars,
    add_json,
    add_settings,
    add_source,
    reading_options,
    with_settings,
)
from sentiment.encoding.prepare import prepare
from sentiment.encoding.prepared import PrepareReport
from sentiment.encoding.settings import PrepareConfig


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser, default="imdb")
    add_settings(parser, PrepareConfig)
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    bars = StageBars()
    corpus = prepare(
        arguments.source,
        with_settings(PrepareConfig(), arguments),
        progress=bars,
        **reading_options(arguments),
    )
    bars.close()
    if arguments.json:
        print(json.dumps({"folder": str(corpus.folder), **asdict(corpus.report)}))
    else:
        print("\n".join(describe(corpus.name, corpus.report)))
        print(f"Kept in {corpus.folder}")


def describe(name: str, report: PrepareReport) -> list[str]:
    """The report as lines for people."""
    dropped = ", ".join(f"{count:,} {why}" for why, count in report.dropped.items()) or "none"
    duplicates = report.duplicates
    lines = [
        f"{name}: {report.read:,} labelled reviews read, {len(report.rejected):,} lines rejected",
        f"Training split: mean {report.mean_length:.0f} words, shortest {report.shortest:,}, "
        f"longest {report.longest:,}",
        f"Dropped: {dropped}",
        f"Exact duplicates: {duplicates.within_train} in train, {duplicates.within_test} in test, "
        f"{duplicates.test_also_in_train} test reviews that also stand in train",
        f"Vocabulary: {report.vocabulary_size:,} of {report.distinct_words:,} different words",
        f"Split ({report.split}):",
    ]
    for part, counts in report.parts.items():
        labels = ", ".join(f"{count:,} {label}" for label, count in counts.items())
        lines.append(f"  {part:<6}{labels}; {report.unknown_share[part]:.1%} of words unknown")
    return [*lines, *(f"  rejected: {line}" for line in report.rejected[:10])]
