"""Inspect: the verdict on a typed review, and every value behind it."""

import streamlit as st

from sentiment.web import cached, layout
from sentiment.web.inspect import verdict, views
from sentiment.web.inspect.context import Inspection
from sentiment.web.inspect.review_box import review_box
from sentiment.web.inspect.sequence_settings import sequence_settings

layout.header("Inspect", "Type a review. See the verdict, its causes, and the value of every gate.")
with layout.show_errors():
    models = cached.choose_models()
if not models:
    layout.no_model()

text = review_box()
with st.expander("Model and sequence", icon=":material/tune:"), layout.show_errors():
    name = st.selectbox("Model", list(models), key="model", bind="query-params")
    sequence = sequence_settings(models[name].sequence)

with layout.show_errors():
    trace = cached.trace(models[name], text, sequence)
    verdict.show(trace)
    view = views.choose_view()
    predictor = cached.predictor(models[name])
    views.show(view, Inspection(models[name], predictor, sequence, text, trace))
