"""Quality view: results of the quality checks, and which reviews to exclude or correct."""

import numpy as np
import streamlit as st

from sentiment.analysis.exclusions import CHECK_REASONS, QUALITY_CHECKS
from sentiment.corpus.review import Split
from sentiment.dataset.corpora import RegisteredCorpus, corpora, register
from sentiment.dataset.correction_questions import ASKED
from sentiment.dataset.corrections import LabelState, load_corrections
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import (
    Findings,
    checked_reviews,
    example_table,
    finding_counts,
)
from sentiment.encoding.outliers import DropReason
from sentiment.runs.jobs import Job
from sentiment.runs.links import CORPUS
from sentiment.web import layout
from sentiment.web.jobs import watch
from sentiment.web.reviews.browse import show_review
from sentiment.web.reviews.corrections import ask, show_corrections

LISTED = 100  # reviews of a check


def check_quality(registered: RegisteredCorpus, corpus: PreparedCorpus) -> None:
    """The whole view. corpus: prepared without exclusions."""
    if checked_reviews(corpus).is_cached(corpus.splits == Split.TEST):
        _show_findings(registered.name, corpus)
    else:
        _show_start(registered, corpus)


def _show_start(registered: RegisteredCorpus, corpus: PreparedCorpus) -> None:
    """The checks and a button to run them; 50,000 reviews take about a minute."""
    st.markdown(
        "\n".join(f"- **{check.title}**. {check.meaning}" for check in QUALITY_CHECKS.values())
    )
    job = Job.named(f"quality-{corpus.folder.name}")
    if watch(job, "Checking the reviews"):
        st.caption("You can leave this page; the checks continue.")
    elif st.button("Check these reviews", type="primary", icon=":material/fact_check:"):
        with layout.show_errors():
            job.launch(["quality", "--json"], registered.as_read())
        st.rerun()


@st.cache_resource(max_entries=3, show_spinner="Loading the results")
def _findings(content: str, folder: str, _corpus: PreparedCorpus) -> Findings:
    return Findings.of(_corpus)


@st.fragment
def _show_findings(name: str, corpus: PreparedCorpus) -> None:
    with layout.show_errors():
        registered = corpora()[name]
        findings = _findings(corpus.content, str(corpus.folder), corpus)
        findings = findings.with_corrections(load_corrections(registered.id))
        exclusions = registered.prepare.excluded
        before, after = findings.drop_reasons, findings.drop_reasons_excluding(exclusions)
    layout.metrics(
        {
            "Reviews": f"{len(corpus):,}",
            "Dropped before": f"{(before != DropReason.KEPT).sum():,}",
            "Excluded": f"{np.isin(after, CHECK_REASONS).sum():,}",
            **_corrected(findings, after),
            "Kept": f"{(after == DropReason.KEPT).sum():,}",
        }
    )
    with st.container(border=True, gap="xsmall"):
        for check in QUALITY_CHECKS.values():
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.toggle(
                    f"Exclude **{check.title}**",
                    check.name in exclusions,
                    key=f"exclude_{corpus.content}_{check.name}",
                    on_change=_toggle_exclusion,
                    args=[name, check.name],
                    help=check.meaning,
                    width=280,
                )
                st.markdown(finding_counts(check.name, findings), width="content")
    _show_exclusions(registered, findings)
    show_corrections(registered, findings, corpus)
    check_name = layout.choose_one(
        "Examples of",
        QUALITY_CHECKS,
        key="check",
        format_func=lambda name: QUALITY_CHECKS[name].title,
    )
    if check_name in ASKED:
        ask(check_name, registered, findings, corpus)
    if check_name != "label-errors":  # their examples are the questions
        _show_examples(check_name, findings, corpus)


def _corrected(findings: Findings, drop_reasons: np.ndarray) -> dict[str, str]:
    """Metrics of the corrections; none without corrections."""
    if not findings.corrections.made:
        return {}
    kept = drop_reasons == DropReason.KEPT
    corrected = kept & (findings.effect.states == LabelState.CORRECTED)
    merged = drop_reasons == DropReason.MERGED
    return {"Labels corrected": f"{corrected.sum():,}", "Merged": f"{merged.sum():,}"}


def _toggle_exclusion(name: str, check_name: str) -> None:
    """Register the corpus with a check switched on or off."""
    registered = corpora()[name]
    exclusions = set(registered.prepare.excluded) ^ {check_name}
    with layout.show_errors():
        register(registered.excluding(exclusions))


def _show_exclusions(registered: RegisteredCorpus, findings: Findings) -> None:
    titles = ", ".join(QUALITY_CHECKS[name].title for name in registered.prepare.excluded)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            (f"Excluded in the settings of this corpus: {titles}. " if titles else "")
            + "Exclusions and corrections also apply on the Reviews, Explore and Train pages. "
            + (
                "They do not change the official test split, so that results stay comparable with "
                "published ones. With the splits 8:1:1, they apply to all reviews."
                if findings.protected.any()
                else ""
            )
        )
        layout.link_to("train", "Train on it", "model_training", {CORPUS: registered.name})


def _show_examples(name: str, findings: Findings, corpus: PreparedCorpus) -> None:
    rows, table = example_table(name, findings, corpus, LISTED)
    if not table:
        st.caption("This check found no reviews.")
        return
    place = layout.choose_row(table, f"example_{corpus.content}_{name}", height=300)
    if len(table) == LISTED:
        st.caption(f"The table lists the first {LISTED} reviews.")
    row = int(rows[place or 0])
    show_review(corpus.review(row), corpus.classes, DropReason(int(findings.drop_reasons[row])))
