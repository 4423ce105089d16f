"""Quality: what may be wrong with the reviews of a corpus, and what to leave out for it."""

import numpy as np
import streamlit as st

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus.review import LABEL_NAMES, Split
from sentiment.dataset.corpora import RegisteredCorpus, corpora, register
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import Findings, checked_reviews, evidence
from sentiment.dataset.search import passage
from sentiment.encoding.outliers import DropReason
from sentiment.runs.jobs import Job
from sentiment.web import layout
from sentiment.web.jobs import watch
from sentiment.web.reviews.browse import show_review

LISTED = 100  # examples of a kind


def check_quality(kept: RegisteredCorpus, corpus: PreparedCorpus) -> None:
    """The whole view. corpus: prepared with nothing left out for its quality."""
    if not checked_reviews(corpus).is_cached(corpus.splits == Split.TEST):
        _offer(kept, corpus)
        return
    _show(kept.name, corpus)


def _offer(kept: RegisteredCorpus, corpus: PreparedCorpus) -> None:
    """Before the checks were made: they take a minute for 50,000 reviews, once."""
    st.markdown(
        "\n".join(f"- **{kind.title}**. {kind.meaning}" for kind in QUALITY_CHECKS.values())
    )
    job = Job.named(f"quality-{corpus.folder.name}")
    if watch(job, "Checking the reviews"):
        st.caption("You can leave this page; what is found is kept.")
    elif st.button("Check these reviews", type="primary", icon=":material/fact_check:"):
        with layout.show_errors():
            job.launch(["quality", "--json"], kept.excluding(()))
        st.rerun()


@st.cache_resource(max_entries=3, show_spinner="Reading what was found")
def _findings(content: str, folder: str, _corpus: PreparedCorpus) -> Findings:
    return Findings.of(_corpus)


@st.fragment
def _show(name: str, corpus: PreparedCorpus) -> None:
    with layout.show_errors():
        kept = corpora()[name]
        findings = _findings(corpus.content, str(corpus.folder), corpus)
        without = kept.prepare.excluded
        drop_reasons = findings.drop_reasons_excluding(without)
    layout.metrics(
        Reviews=f"{len(corpus):,}",
        Dropped_before=f"{(findings.drop_reasons != DropReason.KEPT).sum():,}",
        Left_out_below=f"{(drop_reasons != findings.drop_reasons).sum():,}",
        Kept=f"{(drop_reasons == DropReason.KEPT).sum():,}",
    )
    for kind_name, kind in QUALITY_CHECKS.items():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.toggle(
                f"Leave out: **{kind.title}**",
                kind_name in without,
                key=f"leave_{corpus.content}_{kind_name}",
                on_change=_record,
                args=[name, kind_name],
                help=kind.meaning,
                width=280,
            )
            st.markdown(_counts(findings, kind_name), width="content")
    _say_where_it_is_recorded(kept, findings)
    chosen = st.segmented_control(
        "Look at",
        list(QUALITY_CHECKS),
        format_func=lambda name: QUALITY_CHECKS[name].title,
        default=next(iter(QUALITY_CHECKS)),
        key="kind",
        required=True,
        bind="query-params",
    )
    _examples(chosen, findings, corpus)


def _record(name: str, kind: str) -> None:
    """Write down that a kind is left out, or no longer."""
    kept = corpora()[name]
    excluded = set(kept.prepare.excluded) ^ {kind}
    with layout.show_errors():
        register(kept.excluding(excluded))


def _counts(findings: Findings, name: str) -> str:
    rows = findings.rows(name)
    if not len(rows):
        return ":gray[none found]"
    parts = [
        f"{count:,} in {split.title}"
        for split in Split
        if (count := int((findings.splits[rows] == split).sum()))
    ]
    go = int((findings.drop_reasons_excluding([name]) == QUALITY_CHECKS[name].drop_reason).sum())
    return f"**{len(rows):,}** found ({', '.join(parts)}), {go:,} would go"


def _say_where_it_is_recorded(kept: RegisteredCorpus, findings: Findings) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        said = ", ".join(QUALITY_CHECKS[name].title for name in kept.prepare.excluded)
        st.caption(
            (f"Left out, as the settings of this corpus now say: {said}. " if said else "")
            + "What is left out here, Train leaves out too. "
            + ("The official test part stays whole." if findings.protected.any() else "")
        )
        st.page_link(
            "pages/train.py",
            label="Train on it",
            icon=":material/model_training:",
            query_params={"corpus": kept.name},
        )


def _examples(name: str, findings: Findings, corpus: PreparedCorpus) -> None:
    kind = QUALITY_CHECKS[name]
    rows = findings.rows(name)[:LISTED]
    numbers = np.zeros(len(rows), int)
    if kind.grouped:
        groups = findings.groups(name)
        rows = np.concatenate([[], *groups])[:LISTED].astype(int)
        numbers = np.repeat(np.arange(1, len(groups) + 1), [len(group) for group in groups])
    if not len(rows):
        st.caption("There is nothing to look at.")
        return
    reviews = [corpus.review(int(row)) for row in rows]
    table = []
    for row, review, number in zip(rows.tolist(), reviews, numbers[: len(rows)], strict=True):
        found = evidence(name, findings, row, review.text)
        table.append(
            {
                **({"group": int(number)} if kind.grouped else {"found": found}),
                "review": review.name,
                "part": review.split.title,
                "label": LABEL_NAMES[review.label],
                "text": passage(review.text, "" if kind.grouped else found),
            }
        )
    chosen = st.dataframe(
        table,
        key=f"example_{corpus.content}_{name}",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
        height=300,
    ).selection.rows
    if len(table) == LISTED:
        st.caption(f"The first {LISTED} are listed.")
    number = chosen[0] if chosen and chosen[0] < len(reviews) else 0
    show_review(reviews[number], DropReason(int(findings.drop_reasons[rows[number]])))
