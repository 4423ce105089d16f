"""Inspect: the verdict on a typed review, and every value behind it."""

import streamlit as st

from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.inspect import verdict, views
from sentiment.web.inspect.chosen_class import choose_class
from sentiment.web.inspect.context import Inspection, marked_word
from sentiment.web.inspect.sequence_settings import sequence_settings
from sentiment.web.review import offer_examples, review_box

row = layout.title_row("Inspect")
with layout.show_errors():
    models, bad = cached.list_models()
if not models:
    show_bad(bad)
    layout.no_model()
with row:
    about = st.empty()
    offer_examples()
    with st.popover("Model and sequence", icon=":material/tune:"), layout.show_errors():
        name = st.selectbox("Model", list(models), key="model", bind="query-params")
        sequence = sequence_settings(models[name].sequence)
    about.caption(verdict.about(name, models[name]), width="content")
show_bad(bad)

with st.container(gap="xsmall"):
    with st.container(key="bar"):  # stays on top while the views scroll
        box, result = st.columns([3, 2], vertical_alignment="center")
        with box:
            text = review_box()
        with layout.show_errors():
            with result:
                shown = st.container(gap="xsmall")
                label = choose_class(models[name].classes)
            trace = cached.trace(models[name], text, sequence, label)
            with shown:
                verdict.show_prediction(trace)
            verdict.show_strip(trace)
    view = views.choose_view()
    with layout.show_errors():
        inspection = Inspection(
            models[name],
            cached.predictor(models[name]),
            sequence,
            text,
            trace,
            marked_word(trace),
        )
        verdict.show_curve(inspection)
        with st.container():
            views.show(view, inspection)
