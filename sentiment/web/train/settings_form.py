"""Form of a training's settings, generated from the settings dataclasses."""

from collections.abc import Mapping
from dataclasses import Field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import streamlit as st

from sentiment.corpus.formats.registry import SUFFIXES
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.errors import SentimentError
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import installed_models, language_models
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs import processes
from sentiment.runs.comparison import settings_of
from sentiment.runs.links import as_text
from sentiment.runs.recipes import StartingRecipe
from sentiment.settings import Settings
from sentiment.training.config import (
    LONGEST_PINNED,
    MOST_PINNED,
    Recipe,
    TrainConfig,
    recipe_with,
)
from sentiment.training.starting_model import encoder_differences
from sentiment.web import layout
from sentiment.web.train import edits
from sentiment.wording import escaped

_GROUPS: dict[str, tuple[type[Settings], ...]] = {
    "Reviews": (PrepareConfig, SequenceConfig),
    "Network": (NetworkConfig,),
    "Training": (TrainConfig,),
}


def settings_form(start: StartingRecipe) -> Recipe | None:
    """Edit the settings of `start`; return the recipe when "Start training" is clicked.

    Raises ConfigError.
    """
    form = _Form(settings_of(start.recipe) | dict(start.from_link), start.unlinked)
    with st.container(horizontal=True, vertical_alignment="center"):
        started = st.button("Start training", type="primary", icon=":material/play_arrow:")
        estimated = st.button(
            "Estimate",
            icon=":material/timer:",
            help="Measures memory and time with a few real steps on this machine.",
        )
        if start.from_link:
            _show_changes(start.from_link)
    notes = st.container()
    with st.expander("Settings", icon=":material/tune:"):
        for column, title in zip(st.columns(3), _GROUPS, strict=True):
            with column:
                st.markdown(f"**{title}**")
                if title == "Reviews":
                    form.text(
                        "source",
                        "Source",
                        f"`sample`, `imdb`, or the path of a table ({', '.join(SUFFIXES)}), an "
                        "aclImdb folder or its archive.",
                    )
                form.show(title, common=True)
                if title == "Network":
                    match = st.checkbox(
                        "Match an LSTM's parameters",
                        key="match_lstm",
                        bind="query-params",
                        help="Changes the number of units so that the encoder has about as many "
                        "parameters as an LSTM with the units and layers above. This makes a "
                        "comparison fair.",
                    )
    with st.expander("More settings", icon=":material/tune:"):
        for column, title in zip(st.columns(3), _GROUPS, strict=True):
            with column:
                form.show(title, common=False)
        form.pinned()
    with notes:
        _show_unused_encoder(start.recipe, form.chosen)
    if not (started or estimated):
        return None
    recipe = recipe_with(start.recipe, form.chosen)
    if match:
        from sentiment.networks.matching import match_lstm  # loads torch

        recipe = replace(recipe, network=match_lstm(recipe.network))
    if started:
        return recipe
    _show_estimate(recipe)
    return None


def _show_unused_encoder(start: Recipe, chosen: dict[str, Any]) -> None:
    try:
        recipe = recipe_with(start, chosen)
        name = recipe.training.initialization
        differences = encoder_differences(name, recipe.network)
    except SentimentError:
        return  # "Start training" reports it
    if differences:
        settings = ", ".join(f"{setting} {value}" for setting, value in differences.items())
        st.info(
            f"Only the word vectors of {escaped(name)} will be used. Its encoder is used with "
            f"these settings: {settings}.",
            icon=":material/info:",
        )


def _show_changes(changes: Mapping[str, Any]) -> None:
    if st.button(
        "Reset settings", icon=":material/undo:", help="Discards all changes of the settings."
    ):
        edits.discard()
        st.rerun()
    shown = (f"{name} {as_text(value)}" for name, value in changes.items())
    st.text("Changed: " + ", ".join(shown), width="stretch")


def _show_estimate(recipe: Recipe) -> None:
    with st.spinner("Measuring a few steps. New reviews are prepared first."):
        costs = processes.run_for_json(["estimate", "--recipe", "-", "--json"], recipe.to_json())
    layout.metrics(
        {
            "Parameters": f"{costs['parameters']:,}",
            "Memory": f"{costs['memory'] / 2**20:,.0f} MiB",
            "Time": "seconds" if costs["seconds"] is None else layout.duration(costs["seconds"]),
        }
    )
    st.caption(
        "Measured with steps on short, medium and long reviews on this machine. Early stopping "
        "shortens the time; other work on the machine lengthens it."
    )


class _Form:
    """Widgets of settings. `edits` keeps the changes of the visitor."""

    def __init__(self, values: Mapping[str, Any], unlinked: Mapping[str, Any]):
        self.chosen: dict[str, Any] = {}
        self._values = values
        self._unlinked = unlinked

    def show(self, title: str, *, common: bool) -> None:
        """The settings of a group."""
        for part in _GROUPS[title]:
            hints = get_type_hints(part)
            for field in fields(part):
                if field.metadata.get("title") and field.metadata["common"] == common:
                    self.chosen[field.name] = self._widget(field, hints[field.name])

    def text(self, name: str, title: str, help: str) -> None:
        self.chosen[name] = st.text_input(title, self._values[name], help=help, **self._kept(name))

    def pinned(self) -> None:
        """The reviews that are traced during training, one a line."""
        written = st.text_area(
            "Pinned reviews",
            "\n".join(self._values["pinned"]),
            help=f"One per line, at most {MOST_PINNED} reviews of at most {LONGEST_PINNED} "
            "characters. Their gates are recorded during training and shown below the curves.",
            height=80,
            **self._kept("pinned"),
        )
        self.chosen["pinned"] = edits.lines_of(written)

    def _kept(self, name: str) -> dict[str, Any]:
        key = edits.key_of(name, self._unlinked[name])
        return {"key": key, "on_change": edits.keep, "args": (name, key)}

    def _widget(self, field: Field[Any], hint: Any) -> Any:
        metadata, value, kept = field.metadata, self._values[field.name], self._kept(field.name)
        title, help = metadata["title"], metadata["help"]
        if field.name == "architecture":
            kinds = list(ARCHITECTURES)
            return st.selectbox(
                title,
                kinds,
                kinds.index(value),
                format_func=lambda kind: ARCHITECTURES[kind].title,
                help="  \n".join(
                    f"**{entry.title}**: {entry.description}" for entry in ARCHITECTURES.values()
                ),
                **kept,
            )
        if get_origin(hint) is Literal:
            choices = get_args(hint)
            return st.selectbox(title, choices, choices.index(value), help=help, **kept)
        if field.name == "initialization":
            unlinked = self._unlinked[field.name]
            models = [
                info.name
                for info in installed_models()
                if ARCHITECTURES[info.network.architecture].encoder
            ]
            options = [unlinked, value, "random", "vectors", *language_models(), *models]
            options = list(dict.fromkeys(options))
            return st.selectbox(
                title,
                options,
                options.index(value),
                accept_new_options=True,
                help=help,
                **kept,
            )
        if "several" in metadata:
            selected = [name for name in metadata["several"] if name in value.split(", ")]
            names = st.multiselect(title, metadata["several"], selected, help=help, **kept)
            return ", ".join(names)
        if hint is str:
            return st.text_input(title, value, help=help, **kept)
        if hint is bool:
            return st.checkbox(title, value, help=help, **kept)
        kind = int if hint is int else float
        low, high = (
            None if metadata[end] is None else kind(metadata[end]) for end in ("low", "high")
        )
        number_format = None if kind is int else "%.4g"
        return st.number_input(
            title, low, high, kind(value), format=number_format, help=help, **kept
        )
