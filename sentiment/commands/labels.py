"""Count the labels of a table, and show which class each of them gets."""

import argparse
import json
from pathlib import Path

from sentiment import atomic
from sentiment.commands.options import add_json, add_settings, table_from
from sentiment.commands.progress import progress_for
from sentiment.corpus.label_classes import mapping_of
from sentiment.corpus.label_mapping import LabelMapping
from sentiment.corpus.label_proposals import proposals
from sentiment.corpus.label_values import in_order, shown
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_scan import Example, TableScan, scan_table
from sentiment.progress import stage_of
from sentiment.wording import counted

EXAMPLE_CHARACTERS = 60


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="FILE", help="a table in any format, or several tables")
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="also write counts and examples as JSON"
    )
    add_settings(parser, TableConfig())
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    path, table = Path(arguments.source).expanduser(), table_from(arguments)
    progress = progress_for(arguments)
    scan = scan_table(path, table, stage_of(progress, "Reading"))
    progress.close()
    if arguments.save:
        atomic.write_json(arguments.save, scan.to_json())
    mapping = mapping_of(path, scan.labels, table, scan.column)
    possible = {one.title: one.setting for one in proposals(scan.labels, scan.column)}
    if arguments.json:
        about = {
            "rows": scan.rows,
            "column": scan.column,
            "labels": scan.labels,
            "classes": {label: mapping.name_of(label) for label in mapping.codes},
            "ordered": bool(mapping.classes and mapping.classes.ordered),
            "question": mapping.doubt,
            "proposals": possible,
        }
        print(json.dumps(about, ensure_ascii=False))
    else:
        lines = describe(scan, mapping)
        if possible and not table.classes:
            lines.append("Possible classes:")
            lines += [f"  {title}: --classes '{text}'" for title, text in possible.items()]
        print("\n".join(lines))


def describe(scan: TableScan, mapping: LabelMapping) -> list[str]:
    """Labels with counts and classes, and examples, as lines of text."""
    width = max(map(len, map(shown, scan.labels)))
    lines = [f"{counted(scan.rows, 'row')} with a text and a label; labels in {scan.column!r}:"]
    for label in in_order(scan.labels, scan.labels):
        lines.append(
            f"  {shown(label):<{width}} {scan.labels[label]:>12,}  {mapping.name_of(label)}"
        )
    if mapping.doubt:
        lines.append(mapping.doubt)
    for title in ("beginning", "middle", "end"):
        examples: tuple[Example, ...] = getattr(scan, title)
        if examples:
            lines.append(f"{title.capitalize()}:")
        for example in examples:
            text = " ".join(example.text[:EXAMPLE_CHARACTERS].split())
            number = example.place(scan.unit)
            lines.append(f"  {number:<12} {mapping.name_of(example.label):<9} {text}")
    return lines
