"""The classes of the labels: proposed, confirmed or chosen by a person, and shown on examples."""

from pathlib import Path

import streamlit as st

from sentiment.corpus.label_counter import MOST_LABELS
from sentiment.corpus.label_mapping import LabelMapping, mapping_of
from sentiment.corpus.label_values import in_order
from sentiment.corpus.review import LABEL_NAMES, NEGATIVE, POSITIVE
from sentiment.corpus.table_config import TableConfig
from sentiment.corpus.table_scan import TableScan
from sentiment.errors import CorpusError
from sentiment.web import layout

PARTS = ("beginning", "middle", "end")
DROPPED = "dropped"
TITLES = {POSITIVE: "Positive labels", NEGATIVE: "Negative labels"}


def choose_classes(path: Path, scan: TableScan) -> tuple[LabelMapping, bool]:
    """The classes of the labels, and whether they can be used. Raises CorpusError.

    A proposal that is not sure can be used after a person has confirmed it.
    """
    proposal = mapping_of(path, scan.labels, TableConfig(), scan.column)
    common = sorted(scan.labels, key=lambda label: -scan.labels[label])[:MOST_LABELS]
    options = in_order(common, scan.labels)
    classes: dict[str, int] = {}
    for column, (code, title) in zip(st.columns(2), TITLES.items(), strict=True):
        chosen = column.multiselect(
            title,
            options,
            proposal.of_class(code),
            format_func=lambda label: f"{label} ({scan.labels[label]:,})",
            placeholder="Choose labels",
            key=f"{title} {options} {scan.column} {path}",
        )
        if twice := [label for label in chosen if label in classes]:
            raise CorpusError(
                f"The label {twice[0]!r} is chosen as positive and as negative. Remove it from one."
            )
        classes |= dict.fromkeys(chosen, code)
    unchanged = classes == dict(proposal.classes)
    mapping = LabelMapping(classes, unit=proposal.unit)
    complete = set(classes.values()) == set(TITLES)
    if not complete:
        st.info(
            "Which labels are positive, and which are negative? Choose at least one of each; "
            "reviews with other labels are dropped."
        )
        return mapping, False
    if proposal.sure or not unchanged:
        st.text(mapping.sentence(scan.labels))
        return mapping, True
    with st.container(border=True):
        st.markdown(":material/help: **Is this right?**")
        st.text(f"{mapping.sentence(scan.labels)}\n{proposal.doubt}")
        confirmed = st.checkbox("Yes, this is right", key=f"confirmed {classes} {path}")
    return mapping, confirmed


def show_examples(scan: TableScan, mapping: LabelMapping, *, accents: bool) -> None:
    """Reviews per class, and examples from the beginning, the middle and the end of the file."""
    of_class = {
        code: sum(scan.labels[label] for label in mapping.of_class(code)) for code in TITLES
    }
    if mapping.classes:
        layout.metrics(
            **{LABEL_NAMES[code]: f"{count:,}" for code, count in of_class.items() if count},
            Dropped=f"{scan.rows - sum(of_class.values()):,}",
        )
    parts = (("accents",) if accents else ()) + PARTS
    st.dataframe(
        [
            {
                "label": example.label,
                "class": _class_name(mapping, example.label),
                "text": example.text,
                scan.unit: f"{example.file} {example.number:,} ({part})".lstrip(),
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


def _class_name(mapping: LabelMapping, label: str) -> str:
    code = mapping.class_of(label)
    return LABEL_NAMES[code] if code is not None else DROPPED if mapping.classes else "?"
