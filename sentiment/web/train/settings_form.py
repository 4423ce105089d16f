"""The settings of a training as a form, made from the settings dataclasses themselves."""

from dataclasses import Field, fields, replace
from typing import Any, Literal, get_args, get_origin, get_type_hints

import streamlit as st

from sentiment.networks.model_folder import language_models
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs import processes
from sentiment.training.config import LONGEST_PINNED, MOST_PINNED, Recipe, recipe_with
from sentiment.web import layout

_PARTS = {
    "Reviews": ("prepare", "sequence"),
    "Network": ("network",),
    "Training": ("training",),
}


def settings_form(start: Recipe, key: str) -> Recipe | None:
    """The settings of `start`, open to change; a recipe once training is to start.

    key: of what it starts from; another one starts the form anew. Raises ConfigError.
    """
    chosen: dict[str, Any] = {}
    with st.form(f"settings_{key}"):
        for column, title in zip(st.columns(3), _PARTS, strict=True):
            with column:
                st.markdown(f"**{title}**")
                if title == "Reviews":
                    chosen["source"] = st.text_input(
                        "Source",
                        start.source,
                        help="`sample`, `imdb`, or the path of a .csv, .tsv, .jsonl or .parquet "
                        "file, an aclImdb folder or archive on this machine.",
                    )
                _widgets(start, title, common=True, chosen=chosen)
                if title == "Network":
                    match = st.checkbox(
                        "As many parameters as an LSTM",
                        help="Chooses the units so that the encoder is as large as that of an "
                        "LSTM with the units and layers above: a fair comparison.",
                    )
        with st.expander("More settings", icon=":material/tune:"):
            for column, title in zip(st.columns(3), _PARTS, strict=True):
                with column:
                    _widgets(start, title, common=False, chosen=chosen)
        pinned = st.text_area(
            "Pinned reviews",
            "\n".join(start.pinned),
            help=f"One a line, at most {MOST_PINNED} of {LONGEST_PINNED} characters. Their gates "
            "are recorded again and again, so that you see them learn.",
            height=80,
        )
        chosen["pinned"] = tuple(line.strip() for line in pinned.splitlines() if line.strip())
        with st.container(horizontal=True):
            begin = st.form_submit_button(
                "Start training", type="primary", icon=":material/play_arrow:"
            )
            ask = st.form_submit_button(
                "Estimate",
                icon=":material/timer:",
                help="Takes a few real steps on this machine: parameters, memory and time.",
            )
    if not (begin or ask):
        return None
    recipe = recipe_with(start, chosen)
    if match:
        from sentiment.networks.matching import as_large_as_the_lstm  # loads torch, so only now

        recipe = replace(recipe, network=as_large_as_the_lstm(recipe.network))
    if begin:
        return recipe
    _show_estimate(recipe)
    return None


def _show_estimate(recipe: Recipe) -> None:
    with st.spinner("Taking a few steps; reviews that are new are prepared first"):
        costs = processes.run_for_json(["estimate", "--recipe", "-", "--json"], recipe.to_json())
    layout.metrics(
        Parameters=f"{costs['parameters']:,}",
        Memory=f"{costs['memory'] / 2**20:,.0f} MiB",
        Time="seconds" if costs["seconds"] is None else layout.duration(costs["seconds"]),
    )
    st.caption(
        "Measured by a few steps on short, middling and long reviews, just now, on this machine. "
        "Early stopping makes it shorter, another training beside it longer."
    )


def _widgets(start: Recipe, title: str, *, common: bool, chosen: dict[str, Any]) -> None:
    for name in _PARTS[title]:
        part = getattr(start, name)
        hints = get_type_hints(type(part))
        for field in fields(part):
            if field.metadata.get("title") and field.metadata["common"] == common:
                value = getattr(part, field.name)
                chosen[field.name] = _widget(field, hints[field.name], value)


def _widget(field: Field[Any], hint: Any, value: Any) -> Any:
    about = field.metadata
    if field.name == "architecture":
        kinds = list(ARCHITECTURES)
        return st.selectbox(
            about["title"],
            kinds,
            kinds.index(value),
            format_func=lambda kind: ARCHITECTURES[kind].title,
            help="  \n".join(
                f"**{entry.title}**: {entry.description}" for entry in ARCHITECTURES.values()
            ),
        )
    if get_origin(hint) is Literal:
        choices = get_args(hint)
        return st.selectbox(about["title"], choices, choices.index(value), help=about["help"])
    if field.name == "initialization":
        known = list(dict.fromkeys([value, "random", "vectors", *language_models()]))
        return st.selectbox(about["title"], known, accept_new_options=True, help=about["help"])
    if "several" in about:
        named = [name for name in about["several"] if name in value.split(", ")]
        return ", ".join(
            st.multiselect(about["title"], about["several"], named, help=about["help"])
        )
    if hint is str:
        return st.text_input(about["title"], value, help=about["help"])
    if hint is bool:
        return st.checkbox(about["title"], value, help=about["help"])
    kind = int if hint is int else float
    low, high = (None if bound is None else kind(bound) for bound in (about["low"], about["high"]))
    return st.number_input(
        about["title"],
        low,
        high,
        kind(value),
        format=None if kind is int else "%.4g",
        help=about["help"],
    )
