"""Links from the Home page to the other pages, by task."""

from dataclasses import dataclass

import streamlit as st

from sentiment.web import layout


@dataclass(frozen=True)
class Door:
    title: str
    icon: str
    text: str
    pages: tuple[tuple[str, str], ...]  # page, label; the first is the main one


DOORS = (
    Door(
        "Understand",
        "search_insights",
        "See how the network reaches a verdict: every word, gate and unit.",
        (
            ("inspect", "Inspect a review"),
            ("compare", "Compare eight architectures"),
            ("memory", "Compare how far back they remember"),
        ),
    ),
    Door(
        "Train",
        "model_training",
        "Train a network on the included reviews in less than a minute, and watch it learn.",
        (("train", "Train a network"), ("runs", "Compare your runs and models")),
    ),
    Door(
        "Your data",
        "database",
        "Add a table of reviews, explore and clean it, train on it, or predict it with a model.",
        (
            ("sources", "Add your reviews"),
            ("explore", "Explore lengths and words"),
            ("reviews", "Read and clean"),
            ("predict", "Predict a whole file"),
        ),
    ),
)


def show_doors() -> None:
    """A box for each door, side by side where there is room."""
    for column, door in zip(st.columns(len(DOORS), border=True), DOORS, strict=True):
        with column:
            st.subheader(f":material/{door.icon}: {door.title}", anchor=False)
            st.markdown(door.text)
            for page, label in door.pages:
                layout.link_to(page, label, "arrow_forward")
    layout.link_to("learn", "**Learn in 15 minutes**", "school")
