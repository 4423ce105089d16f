"""Form of a training's settings, generated from the settings dataclasses."""

from dataclasses import Field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import streamlit as st

from sentiment.corpus.formats.registry import SUFFIXES
from sentiment.networks.model_folder import language_models
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs import processes
from sentiment.training.config import LONGEST_PINNED, MOST_PINNED, Recipe, recipe_with
from sentiment.web import layout

_GROUPS = {
    "Reviews": ("prepare", "sequence"),
    "Network": ("network",),
    "Training": ("training",),
}


def settings_form(start: Recipe) -> Recipe | None:
    """Edit the settings of `start`; return the recipe when "Start training" is clicked.

    Another `start` resets the form. Raises ConfigError.
    """
    chosen: dict[str, Any] = {}
    with st.form(f"settings_{start}", border=False):
        with st.container(horizontal=True):
            started = st.form_submit_button(
                "Start training", type="primary", icon=":material/play_arrow:"
            )
            estimated = st.form_submit_button(
                "Estimate",
                icon=":material/timer:",
                help="Measures memory and time with a few real steps on this machine.",
            )
        with st.expander("Settings", icon=":material/tune:"):
            for column, title in zip(st.columns(3), _GROUPS, strict=True):
                with column:
                    st.markdown(f"**{title}**")
                    if title == "Reviews":
                        chosen["source"] = st.text_input(
                            "Source",
                            start.source,
                            help="`sample`, `imdb`, or the path of a table "
                            f"({', '.join(SUFFIXES)}), an aclImdb folder or its archive.",
                        )
                    _widgets(start, title, common=True, chosen=chosen)
                    if title == "Network":
                        match = st.checkbox(
                            "Match an LSTM's parameters",
                            help="Changes the units so that the encoder has about as many "
                            "parameters as an LSTM with the units and layers above, for a fair "
                            "comparison.",
                        )
        with st.expander("More settings", icon=":material/tune:"):
            for column, title in zip(st.columns(3), _GROUPS, strict=True):
                with column:
                    _widgets(start, title, common=False, chosen=chosen)
            pinned = st.text_area(
                "Pinned reviews",
                "\n".join(start.pinned),
                help=f"One per line, at most {MOST_PINNED} of {LONGEST_PINNED} characters. Their "
                "gates are recorded during training and shown below the curves.",
                height=80,
            )
        chosen["pinned"] = tuple(line.strip() for line in pinned.splitlines() if line.strip())
    if not (started or estimated):
        return None
    recipe = recipe_with(start, chosen)
    if match:
        from sentiment.networks.matching import match_lstm  # loads torch

        recipe = replace(recipe, network=match_lstm(recipe.network))
    if started:
        return recipe
    _show_estimate(recipe)
    return None


def _show_estimate(recipe: Recipe) -> None:
    with st.spinner("Measuring a few steps; new reviews are prepared first"):
        costs = processes.run_for_json(["estimate", "--recipe", "-", "--json"], recipe.to_json())
    layout.metrics(
        Parameters=f"{costs['parameters']:,}",
        Memory=f"{costs['memory'] / 2**20:,.0f} MiB",
        Time="seconds" if costs["seconds"] is None else layout.duration(costs["seconds"]),
    )
    st.caption(
        "Measured with steps on short, medium and long reviews on this machine. Early stopping "
        "shortens the time; other work on the machine lengthens it."
    )


def _widgets(start: Recipe, title: str, *, common: bool, chosen: dict[str, Any]) -> None:
    for name in _GROUPS[title]:
        settings = getattr(start, name)
        hints = get_type_hints(type(settings))
        for field in fields(settings):
            if field.metadata.get("title") and field.metadata["common"] == common:
                value = getattr(settings, field.name)
                chosen[field.name] = _widget(field, hints[field.name], value)


def _widget(field: Field[Any], hint: Any, value: Any) -> Any:
    metadata = field.metadata
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
        )
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        return st.selectbox(title, choices, choices.index(value), help=help)
    if field.name == "initialization":
        options = list(dict.fromkeys([value, "random", "vectors", *language_models()]))
        return st.selectbox(title, options, accept_new_options=True, help=help)
    if "several" in metadata:
        selected = [name for name in metadata["several"] if name in value.split(", ")]
        return ", ".join(st.multiselect(title, metadata["several"], selected, help=help))
    if hint is str:
        return st.text_input(title, value, help=help)
    if hint is bool:
        return st.checkbox(title, value, help=help)
    kind = int if hint is int else float
    low, high = (None if metadata[end] is None else kind(metadata[end]) for end in ("low", "high"))
    number_format = None if kind is int else "%.4g"
    return st.number_input(title, low, high, kind(value), format=number_format, help=help)
