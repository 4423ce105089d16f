"""Show, export, import or measure the corrections of labels and duplicates of a corpus."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sentiment import atomic
from sentiment.commands.options import add_json
from sentiment.commands.progress import progress_for
from sentiment.corpus.export import csv_of
from sentiment.dataset.corpora import RegisteredCorpus, corpus_named
from sentiment.dataset.corrections import change_corrections, load_corrections, undo_corrections
from sentiment.dataset.corrections_csv import corrections_table, read_corrections
from sentiment.errors import CorpusError
from sentiment.progress import StageProgress
from sentiment.wording import counted


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("corpus", metavar="CORPUS", help="name of a registered corpus")
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--import",
        dest="imported",
        type=Path,
        metavar="FILE",
        help="add the corrections in a CSV file with the columns 'text' and 'corrected label'",
    )
    action.add_argument("--export", type=Path, metavar="FILE", help="write all corrections as CSV")
    action.add_argument(
        "--measure",
        action="store_true",
        help="train a simple model with and without the corrections and compare their accuracy",
    )
    action.add_argument("--undo", action="store_true", help="revert the last step or import")
    add_json(parser)
    parser.epilog = (
        "Corrections are made on the Reviews page, under Quality. Preparation applies them, except "
        "to an official test split; the source is never changed. To train with them in a shell: "
        "`train --corrections DIGEST`."
    )


def run(arguments: argparse.Namespace) -> None:
    corpus = corpus_named(arguments.corpus)
    progress = progress_for(arguments)
    lines, result = _run(arguments, corpus, progress)
    progress.close()
    made = load_corrections(corpus.id)
    if arguments.json:
        print(json.dumps({"digest": made.digest, **made.counts, **result}))
        return
    print("\n".join([*lines, f"{corpus.name}: {', '.join(made.lines()) or 'no corrections'}"]))
    if made.digest:
        print(f"Digest: {made.digest}")


def _run(
    arguments: argparse.Namespace, corpus: RegisteredCorpus, progress: StageProgress
) -> tuple[list[str], dict[str, Any]]:
    """Run the chosen action; returns lines of text, and the same for JSON."""
    if arguments.imported:
        try:
            content = arguments.imported.read_bytes()
        except OSError as error:
            raise CorpusError(f"{arguments.imported} cannot be read: {error.strerror}.") from error
        imported = read_corrections(content, corpus.as_read().open(progress))
        change_corrections(corpus.id, *imported.made)
        return [imported.finding()], {"imported": imported.texts, "unmatched": imported.unmatched}
    if arguments.export:
        made = load_corrections(corpus.id)
        rows = list(corrections_table(made, corpus.as_read().open(progress)))
        if not rows:
            raise CorpusError(f"{corpus.name} has no corrections to export.")
        atomic.write_bytes(arguments.export, csv_of(rows))
        return [f"{counted(len(rows), 'row')} were written to {arguments.export}."], {
            "exported": len(rows)
        }
    if arguments.measure:
        from sentiment.evaluation.correction_gain import measure_gain, save_gain

        made = load_corrections(corpus.id)
        gain = measure_gain(corpus.as_read().open(progress), made, progress)
        save_gain(corpus.id, gain)
        return [gain.finding()], {"gain": asdict(gain), "finding": gain.finding()}
    if arguments.undo:
        undo_corrections(corpus.id)
    return [], {}
