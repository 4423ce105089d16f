"""Choice of the recipe that the form starts from: preset or earlier run, corpus, link, own file."""

import contextlib
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sentiment.dataset.classes import few_reviews
from sentiment.dataset.corpora import corpora
from sentiment.dataset.corrections import corrections_with
from sentiment.dataset.prepare import prepared_folder
from sentiment.dataset.prepared import COMPLETE
from sentiment.errors import SentimentError
from sentiment.runs.recipes import StartingRecipe, starting_recipe
from sentiment.runs.run import Run
from sentiment.training.config import Recipe
from sentiment.training.presets import DEFAULT_PRESET, PRESETS
from sentiment.web import cached
from sentiment.web.sources.upload import choose_file
from sentiment.web.train import edits

FROM_PRESET = "from the preset"
PRESET_WIDTH = 340  # pixels, so that its title is not cut on a phone


def choose_start(runs: list[Run], below: DeltaGenerator) -> StartingRecipe:
    """Show the controls, those of an own file in `below`, and return the recipe they lead to,
    with the changes that the visitor made in the form. Raises SentimentError.
    """
    row = st.container(horizontal=True, vertical_alignment="bottom")
    presets = list(PRESETS)
    preset = row.selectbox(
        "Preset",
        presets,
        presets.index(DEFAULT_PRESET),
        format_func=lambda name: PRESETS[name].title,
        key="preset",
        bind="query-params",
        width=PRESET_WIDTH,
    )
    earlier = next((run for run in runs if run.id == st.query_params.get("from")), None)
    if earlier:
        _show_earlier(earlier)
    else:
        st.caption(PRESETS[preset].description)
    registered = corpora()
    name = row.selectbox(
        "Corpus",
        [FROM_PRESET, *registered],
        key="corpus",
        bind="query-params",
        help="The corpora of the Sources page. Your choice replaces the corpus of the preset.",
    )
    with below, st.expander("Train on your own file", icon=":material/upload_file:"):
        file = choose_file()
    start = starting_recipe(
        earlier.recipe() if earlier else PRESETS[preset].recipe,
        corpus=registered.get(name),
        link=edits.current(),
        file=file,
        as_registered=not earlier,
    )
    typed = {} if file else edits.not_linkable()
    start = replace(start, from_link={**start.from_link, **typed})
    edits.remember(start.from_link)
    if start.exclusions:
        st.caption(f"Excluded, as chosen on the Reviews page under Quality: {start.exclusions}.")
    if start.corrections:
        made = ", ".join(corrections_with(start.corrections).lines())
        st.caption(f"Corrections made on the Reviews page under Quality: {made}.")
    _warn_of_few_reviews(start.recipe)
    return start


def _warn_of_few_reviews(recipe: Recipe) -> None:
    """Name the classes with few reviews, if the corpus is prepared already."""
    with contextlib.suppress(SentimentError):  # the run reports what is wrong with the source
        folder = prepared_folder(recipe.source, recipe.prepare, recipe.table)
        if (folder / COMPLETE).is_file():
            corpus = cached.open_prepared(folder)
            lines = few_reviews(corpus.report.splits, corpus.classes.names)
            if lines:
                st.warning("  \n".join(lines), icon=":material/warning:")


def _show_earlier(run: Run) -> None:
    st.info("The form below has the settings of an earlier run.")
    st.text(f"{run.name()} · {run.about()}")
    if st.button("Use a preset", icon=":material/close:"):
        del st.query_params["from"]
        st.rerun()
