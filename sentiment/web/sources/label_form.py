"""The classes of the labels: proposals, a table to edit, a confirmation, and examples."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from sentiment.corpus.label_classes import mapping_of
from sentiment.corpus.label_counter import IDENTIFIES, MOST_LABELS, identifies_rows
from sentiment.corpus.label_mapping import ClassRow, LabelMapping
from sentiment.corpus.label_proposals import UNKNOWN, proposals
from sentiment.corpus.label_values import in_order
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_scan import TableScan
from sentiment.web import layout

PARTS = ("beginning", "middle", "end")
LABEL, REVIEWS, CLASS, ORDER = "label", "reviews", "class", "order"
COLUMNS = {
    LABEL: st.column_config.TextColumn("Label", disabled=True),
    REVIEWS: st.column_config.NumberColumn("Reviews", format="localized", disabled=True),
    CLASS: st.column_config.TextColumn(
        "Class",
        help="Labels with the same class are merged. Reviews of a label without a class are "
        "dropped.",
        max_chars=40,
    ),
    ORDER: st.column_config.NumberColumn(
        "Order", help="1 is the lowest class, such as the fewest stars.", min_value=1, step=1
    ),
}
MOST_ROWS_SHOWN = 11  # without scrolling


def choose_classes(path: Path, scan: TableScan) -> tuple[LabelMapping, bool]:
    """The classes of the labels, and whether they can be used. Raises CorpusError.

    A proposal that is not sure can be used after the visitor has confirmed it.
    """
    if identifies_rows(scan.labels):
        st.info(
            f"In the column “{layout.escaped(scan.column)}”, {IDENTIFIES} Choose the column with "
            "the sentiment.",
            icon=":material/label_off:",
        )
        return LabelMapping(None, {}, UNKNOWN), False
    mapping_of(path, scan.labels, TableConfig(), scan.column)  # raises if there is one label
    found = proposals(scan.labels, scan.column)
    key = f"{scan.column} {list(scan.labels)} {path}"
    proposal = _choose_proposal(found, key) if found else LabelMapping(None, {}, UNKNOWN)
    key = f"{proposal.title} {key}"
    mapping = _edit(scan, proposal, key)
    if mapping.classes is None:
        st.info("Type a class for each label. A corpus needs at least two classes.")
        return mapping, False
    unchanged = mapping.codes == proposal.codes and mapping.classes == proposal.classes
    if proposal.sure or not unchanged:
        st.text(mapping.sentence(scan.labels))
        return mapping, True
    with st.container(border=True):
        st.markdown(":material/help: **Is this right?**")
        st.text(f"{mapping.sentence(scan.labels)}\n{proposal.doubt}")
        confirmed = st.checkbox("Yes, this is right", key=f"confirmed {key}")
    return mapping, confirmed


def _choose_proposal(found: Sequence[LabelMapping], key: str) -> LabelMapping:
    by_title = {proposal.title: proposal for proposal in found}
    if len(found) == 1:
        return found[0]
    title = st.segmented_control(
        "Classes",
        list(by_title),
        default=found[0].title,
        required=True,
        key=f"proposal {key}",
        help="Fills the table below, where you can change the class of each label.",
    )
    return by_title[title]


def _edit(scan: TableScan, proposal: LabelMapping, key: str) -> LabelMapping:
    """The table of labels and their classes, as the visitor edits it. Raises CorpusError."""
    common = sorted(scan.labels, key=lambda label: -scan.labels[label])[:MOST_LABELS]
    rows = [(label, proposal.class_of(label)) for label in in_order(common, scan.labels)]
    shown = pd.DataFrame(
        {
            LABEL: [label for label, _ in rows],
            REVIEWS: [scan.labels[label] for label, _ in rows],
            CLASS: [
                proposal.classes.name(code) if proposal.classes and code is not None else ""
                for _, code in rows
            ],
            ORDER: pd.array([None if code is None else code + 1 for _, code in rows], "Int64"),
        }
    )
    st.caption(
        "Edit the classes in the table. Labels with the same class are merged. Reviews of a label "
        "without a class are dropped."
    )
    edited = st.data_editor(
        shown,
        key=f"classes {key}",
        hide_index=True,
        column_config=COLUMNS,
        height="content" if len(rows) <= MOST_ROWS_SHOWN else 420,
    )
    named = [
        ClassRow(label, str(name or "").strip(), None if pd.isna(order) else int(order))
        for label, name, order in zip(
            edited[LABEL], edited[CLASS].fillna(""), edited[ORDER], strict=True
        )
    ]
    ordered = bool(proposal.classes and proposal.classes.ordered)
    mapping = LabelMapping.of_rows(named, ordered=ordered, unit=proposal.unit)
    if mapping.classes and len(mapping.classes.shown) > 1:
        ordered = st.checkbox(
            "The order of the classes has a meaning",
            ordered,
            key=f"ordered {key}",
            help="For example ratings: a mistake by one class is smaller than a mistake by two.",
        )
        mapping = LabelMapping.of_rows(named, ordered=ordered, unit=proposal.unit)
    return mapping


def show_examples(scan: TableScan, mapping: LabelMapping, *, accents: bool) -> None:
    """Reviews per class, and examples from the beginning, the middle and the end of the file."""
    of_class = {
        name: sum(scan.labels[label] for label in mapping.of_class(code))
        for code, name in mapping.named_codes
    }
    if of_class:
        dropped = f"{scan.rows - sum(of_class.values()):,}"
        figures = {layout.escaped(name): f"{n:,}" for name, n in of_class.items()}
        layout.metrics({**figures, "Dropped reviews": dropped})
    parts = (("accents",) if accents else ()) + PARTS
    st.dataframe(
        [
            {
                "label": example.label,
                "class": mapping.name_of(example.label),
                "text": example.text,
                scan.unit: f"{example.place()} ({part})",
            }
            for part in parts
            for example in getattr(scan, part)
        ],
        hide_index=True,
        height="content",
        column_config={
            "label": st.column_config.Column(width=70),  # pixels
            "class": st.column_config.Column(width=70),
            "text": st.column_config.Column(width="large"),
        },
    )
