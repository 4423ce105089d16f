"""Predict: score every review of a file with a model, and evaluate it if the file has labels."""

import streamlit as st

from sentiment.scoring.saved import saved_listing
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.predict.saved import list_saved, show_saved
from sentiment.web.predict.start import start_prediction

layout.header(
    "Predict",
    "Predict every review of a file with a model, and download the results. If the file has "
    "labels, the page also evaluates the model.",
)
with layout.show_errors():
    models, bad = cached.list_models()
    listed = saved_listing()
show_bad(bad, listed.bad)
by_id = {saved.id: saved for saved in listed.items}
chosen = by_id.get(st.query_params.get("prediction", ""))
with layout.show_errors():
    if chosen:
        show_saved(chosen)
    else:
        if not models:
            layout.no_model()
        start_prediction(models)
        list_saved(listed.items)
