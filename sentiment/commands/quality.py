"""Check the reviews of a corpus. `train --exclude` drops the reviews that the checks find."""

import argparse
import json
from typing import Any

import numpy as np

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.commands.options import (
    add_corpus_file,
    add_json,
    add_settings,
    add_source,
    corpus_from,
)
from sentiment.commands.progress import progress_for
from sentiment.corpus.review import Split
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import Findings, evidence
from sentiment.encoding.outliers import DropReason
from sentiment.encoding.settings import PrepareConfig
from sentiment.wording import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_source(parser, default="imdb")
    add_corpus_file(parser)
    parser.add_argument(
        "--examples", type=int, default=3, metavar="N", help="examples per check. Default: 3"
    )
    add_settings(parser, PrepareConfig())
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    progress = progress_for(arguments)
    corpus = corpus_from(arguments).as_read().open(progress)
    findings = Findings.of(corpus, progress)
    progress.close()
    if arguments.json:
        print(json.dumps(figures(findings)))
    else:
        print("\n".join(describe(corpus, findings, arguments.examples)))


def figures(findings: Findings) -> dict[str, Any]:
    """For each check, the reviews found in each split and how many would be dropped."""
    return {
        name: {
            "found": {
                split.title: int(np.sum(findings.splits[findings.rows(name)] == split))
                for split in Split
            },
            "excluded": int(np.sum(findings.drop_reasons_excluding([name]) == kind.drop_reason)),
        }
        for name, kind in QUALITY_CHECKS.items()
    }


def describe(corpus: PreparedCorpus, findings: Findings, examples: int) -> list[str]:
    """The same as lines of text."""
    splits = [split for split in Split if np.any(findings.splits == split)]
    titles = "".join(f"{split.title:>11}" for split in splits)
    lines = [f"{corpus.name}, {counted(len(corpus), 'review')}", f"{'':<18}{titles}{'dropped':>11}"]
    for name, about in figures(findings).items():
        counts = "".join(f"{about['found'][split.title]:>11,}" for split in splits)
        lines.append(f"{QUALITY_CHECKS[name].title:<18}{counts}{about['excluded']:>11,}")
    kept = int(np.sum(findings.drop_reasons_excluding(QUALITY_CHECKS) == DropReason.KEPT))
    lines.append(f"With all of them dropped, {kept:,} reviews are kept.")
    for name, kind in QUALITY_CHECKS.items():
        for row in findings.rows(name)[:examples].tolist():
            review = corpus.review(row)
            found = evidence(name, findings, row, review.text)
            lines.append(f"{kind.title}: {review.name}: {found}")
    return lines
