"""Corrections on the Quality view: questions, undo, export, and the gain in accuracy."""

from collections import Counter

import streamlit as st

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.corpus.classes import Classes
from sentiment.corpus.export import csv_of
from sentiment.dataset.corpora import RegisteredCorpus
from sentiment.dataset.correction_questions import Question, questions
from sentiment.dataset.corrections import (
    Correction,
    change_corrections,
    load_corrections,
    undo_corrections,
)
from sentiment.dataset.corrections_csv import corrections_table, read_corrections
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.dataset.quality_findings import Findings
from sentiment.evaluation.correction_gain import saved_gain
from sentiment.runs.jobs import Job
from sentiment.web import layout
from sentiment.web.download import offer_file
from sentiment.web.jobs import watch
from sentiment.web.layout import escaped
from sentiment.wording import counted

SHOWN_TEXTS = 8  # near-duplicates of one group
OTHER_KEYS = "AXSU"  # of the buttons that are not for a class


def ask(
    name: str, registered: RegisteredCorpus, findings: Findings, corpus: PreparedCorpus
) -> None:
    """The next open question of a check, with its answers as buttons and keys."""
    asked = questions(name, findings)
    if not asked.total:
        return
    skipped: list[tuple[str, ...]] = st.session_state.setdefault(f"skipped_{corpus.content}", [])
    waiting = [one for one in asked.open if one.texts not in skipped]
    waiting += sorted(
        (one for one in asked.open if one.texts in skipped),
        key=lambda one: skipped.index(one.texts),
    )
    answered, merges = asked.total - len(asked.open), QUALITY_CHECKS[name].grouped
    what = "groups with different labels" if merges else "suspected label errors"
    with st.container(border=True):
        st.progress(
            answered / asked.total,
            f"{answered:,} of {asked.total:,} {what} decided, {len(asked.open):,} left",
        )
        if waiting:
            _show_question(waiting[0], findings, corpus.classes)
        with st.container(horizontal=True, key="answers"):
            if waiting:
                _show_answers(waiting[0], registered, corpus.classes, skipped)
            st.button(
                "Undo",
                key="undo",
                icon=":material/undo:",
                shortcut="U",
                on_click=_undo,
                args=[registered, False],
                disabled=not findings.corrections.made,
                help="Takes back the last answer of any check.",
            )
        if waiting:  # below the buttons, which therefore stay in their place
            _show_texts(waiting[0], corpus)


def _show_question(question: Question, findings: Findings, classes: Classes) -> None:
    if question.merges:
        st.markdown(
            "These are duplicates with different labels. Which label is right? One review stays."
        )
    else:
        assert question.suggested is not None
        words = ", ".join(f"“{word}”" for word in question.words)
        label, suggested = classes.name(question.label), classes.name(question.suggested)
        st.markdown(
            f"Label: **{escaped(label)}**. Suggested label: **{escaped(suggested)}**. A simple "
            "model that was not trained on this review gives it a probability of "
            f"{question.probability:.1%}."
        )
        if words:
            st.text(f"Strongest words for {suggested}: {words}")
    copies = Counter(findings.labels[_copies(question, findings)].tolist())
    if not question.merges and copies.total() > 1:
        st.caption(
            f"The source has this text as {_counts(copies, classes)}. Accept applies to all."
        )


def _show_texts(question: Question, corpus: PreparedCorpus) -> None:
    shown = list(zip(question.rows, question.labels, strict=True))[:SHOWN_TEXTS]
    for row, labels in shown:
        review = corpus.review(row)
        with st.container(border=True):
            st.caption(
                f"{escaped(review.name)} · {review.split.title} · {_counts(labels, corpus.classes)}"
            )
            st.text(review.text.replace("<br />", "\n"))
    if len(question.rows) > len(shown):
        st.caption(f"And {len(question.rows) - len(shown):,} more texts.")


def _copies(question: Question, findings: Findings) -> list[int]:
    """The reviews with the first text of a question."""
    group, row = findings.results["duplicates"], question.rows[0]
    return [row] if group[row] < 0 else (group == group[row]).nonzero()[0].tolist()


def _counts(labels: Counter[int], classes: Classes) -> str:
    """The labels with their numbers, as Markdown."""
    if labels.total() == 1:
        return escaped(classes.name(next(iter(labels))))
    return ", ".join(
        f"{count:,} × {escaped(classes.name(label))}" for label, count in labels.items()
    )


def class_keys(classes: Classes) -> list[str | None]:
    """A key for each class: its first letter if these differ, else a digit; None beyond nine."""
    letters = [name[0].upper() for name in classes.names]
    plain = all(letter.isascii() and letter.isalpha() for letter in letters)
    if plain and len({*letters, *OTHER_KEYS}) == len(letters) + len(OTHER_KEYS):
        return [*letters]
    return [str(code + 1) if code < 9 else None for code in classes.codes]


def _show_answers(
    question: Question,
    registered: RegisteredCorpus,
    classes: Classes,
    skipped: list[tuple[str, ...]],
) -> None:
    keys = class_keys(classes)
    if question.merges:
        for label, name in enumerate(classes.names):
            st.button(
                f"Merge as {escaped(name)}",
                key=f"merge_{label}",
                type="primary" if label == question.suggested else "secondary",
                shortcut=keys[label],
                on_click=_answer,
                args=[registered, question.accepted(label)],
            )
        reject, help = "Keep apart", "They are different reviews. Asks no more."
    else:
        assert question.suggested is not None
        st.button(
            f"Accept: {escaped(classes.name(question.suggested))}",
            key="accept",
            type="primary",
            icon=":material/check:",
            shortcut="A",
            on_click=_answer,
            args=[registered, question.accepted(question.suggested)],
        )
        for label, name in enumerate(classes.names):
            if label not in (question.label, question.suggested):
                st.button(
                    escaped(name),
                    key=f"label_{label}",
                    shortcut=keys[label],
                    on_click=_answer,
                    args=[registered, question.accepted(label)],
                    help="This label is right, not the current one or the suggested one.",
                )
        reject = f"Reject: keep {escaped(classes.name(question.label))}"
        help = "The label is right. Asks no more, and does not exclude the review for it."
    st.button(
        reject,
        key="reject",
        icon=":material/close:",
        shortcut="X",
        on_click=_answer,
        args=[registered, question.rejected()],
        help=help,
    )
    st.button(
        "Skip",
        key="skip",
        icon=":material/skip_next:",
        shortcut="S",
        on_click=_skip,
        args=[question.texts, skipped],
        help="Asks this question again after the others.",
    )


def _answer(registered: RegisteredCorpus, correction: Correction) -> None:
    with layout.show_errors():
        change_corrections(registered.id, correction)


def _skip(texts: tuple[str, ...], skipped: list[tuple[str, ...]]) -> None:
    if texts in skipped:
        skipped.remove(texts)
    skipped.append(texts)


def _undo(registered: RegisteredCorpus, all_of_them: bool) -> None:
    with layout.show_errors():
        undo_corrections(registered.id, all_of_them=all_of_them)


def show_corrections(
    registered: RegisteredCorpus, findings: Findings, corpus: PreparedCorpus
) -> None:
    """Show the corrections so far, their export and import, and the gain in accuracy."""
    made = findings.corrections
    with st.container(horizontal=True, vertical_alignment="center"):
        parts = [*made.lines()] or ["none yet"]
        if findings.effect.unmatched:
            parts.append(
                f"{counted(findings.effect.unmatched, 'text')} are no longer in the source"
            )
        st.caption(
            f"Corrections: {', '.join(parts)}. They are stored separately; the source of the "
            "corpus does not change."
        )
        with st.popover("Manage corrections", icon=":material/rule:"):
            _show_file(registered, corpus, bool(made.made))
        gain, job = saved_gain(registered.id), Job.named(f"gain-{registered.id}")
        if made.digest and (gain is None or gain.corrections != made.digest):
            st.button(
                "Measure the gain" if gain is None else "Measure the gain again",
                icon=":material/speed:",
                on_click=_measure,
                args=[registered, job],
                help="Trains the simple model of the check for label errors with and without the "
                "corrections, and compares the accuracy on the same reviews. Takes seconds; a "
                "minute for 50,000 reviews.",
            )
    if finding := st.session_state.pop(f"imported_{registered.id}", ""):
        st.info(finding, icon=":material/upload:")
    if made.digest and not watch(job, "Training with and without the corrections") and gain:
        st.markdown(gain.finding())
        if gain.corrections != made.digest:
            st.caption("Measured before the latest corrections.")


def _show_file(registered: RegisteredCorpus, corpus: PreparedCorpus, any_made: bool) -> None:
    made = load_corrections(registered.id)  # here: the download has no visitor on a hosted server
    offer_file(
        "Export CSV",
        lambda: csv_of(corrections_table(made, corpus)),
        "corrections.csv",
        disabled=not any_made,
    )
    file = st.file_uploader(
        "Import CSV",
        type="csv",
        key=f"import_{registered.id}",
        help="A file with the columns of the export, for example from a colleague. Undo takes back "
        "the whole import.",
    )
    if file and st.button("Import", icon=":material/upload:", type="primary"):
        with layout.show_errors():
            imported = read_corrections(file.getvalue(), corpus)
            change_corrections(registered.id, *imported.made)
        st.session_state[f"imported_{registered.id}"] = imported.finding()
        st.rerun()
    st.button(
        "Undo all corrections",
        icon=":material/delete:",
        help="To keep the corrections, export them first.",
        on_click=_undo,
        args=[registered, True],
        disabled=not any_made,
    )


def _measure(registered: RegisteredCorpus, job: Job) -> None:
    with layout.show_errors():
        job.launch(["corrections", registered.name, "--measure"])
