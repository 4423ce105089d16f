"""The corpus and the model of the steps: the included ones, or those that the visitor chooses."""

from dataclasses import dataclass

import streamlit as st

from sentiment.analysis.statistics import CorpusStatistics
from sentiment.dataset.corpora import corpora
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.runs.recipes import starting_recipe
from sentiment.training.config import Recipe
from sentiment.training.presets import PRESETS
from sentiment.web import cached, layout
from sentiment.web.explore.corpora import ExplorableCorpus, explorable_corpora

CORPUS, MODEL = "corpus", "model"  # keys and parameters, the same as on the other pages
DEFAULT = "IMDB"


@dataclass(frozen=True)
class Subject:
    """A corpus with its statistics.

    IMDB is the default. Its texts may be missing, so the steps show those of the sample corpus.
    """

    corpus: ExplorableCorpus
    statistics: CorpusStatistics

    @property
    def is_default(self) -> bool:
        return self.corpus.name == DEFAULT

    @property
    def name(self) -> str:
        """Its name as Markdown."""
        return layout.escaped(self.corpus.name)

    @property
    def texts_name(self) -> str:
        """Where the texts come from, as Markdown."""
        return "the sample corpus" if self.is_default else self.name

    def texts(self) -> PreparedCorpus:
        """The encoded reviews with their texts."""
        prepared = None if self.is_default else self.corpus.prepared()
        return prepared or cached.prepared("sample")

    def recipe(self) -> Recipe:
        """Settings of a small network for these reviews, or for the sample corpus."""
        preset = PRESETS["sample"].recipe
        return starting_recipe(preset, corpus=corpora().get(self._trained)).recipe

    @property
    def trains_on(self) -> str:
        """What `recipe` trains on, as Markdown."""
        return self.name if self._trained else "the sample corpus"

    @property
    def _trained(self) -> str:
        """The registered corpus of `recipe`, if it is another one than the sample corpus."""
        return "" if self.is_default else self.corpus.name if self.corpus.link else ""


def choose_subject() -> None:
    """Show the controls of the corpus and the model. Call it before `current`."""
    names = [corpus.name for corpus in explorable_corpora().items]
    models = list(cached.readable_models())
    with st.popover("Corpus and model", icon=":material/tune:"), layout.show_errors():
        st.selectbox(
            "Corpus",
            names,
            key=CORPUS,
            bind="query-params",
            help="The reviews that the steps show. For IMDB, the statistics are included and the "
            "texts are those of the sample corpus.",
        )
        if models:
            st.selectbox("Model", models, key=MODEL, bind="query-params")


def show_subject() -> None:
    """Name the chosen corpus and model, and offer the default ones."""
    own = []
    if not (subject := current()).is_default:
        own.append(f"the corpus **{subject.name}**")
    if chosen := chosen_model():
        own.append(f"the model **{layout.escaped(chosen)}**")
    if own:
        with st.container(horizontal=True, vertical_alignment="center", key="subject"):
            st.markdown(f"The steps use {' and '.join(own)}.", width="content")
            st.button(
                "Use the included ones", icon=":material/undo:", key="default", on_click=_reset
            )


def current() -> Subject:
    """The chosen corpus."""
    listed = {corpus.name: corpus for corpus in explorable_corpora().items}
    corpus = listed.get(st.session_state.get(CORPUS, "")) or listed[DEFAULT]
    return Subject(corpus, corpus.statistics())


def chosen_model() -> str:
    """The name of the chosen model, empty for the default."""
    name, models = st.session_state.get(MODEL, ""), list(cached.readable_models())
    return name if name in models[1:] else ""


def _reset() -> None:
    st.session_state[CORPUS] = DEFAULT
    if MODEL in st.session_state:
        st.session_state[MODEL] = next(iter(cached.readable_models()))
