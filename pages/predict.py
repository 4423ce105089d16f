"""Predict: score every review of a file with a model, and evaluate it if the file has labels."""

import streamlit as st

from sentiment.scoring.saved import saved_listing
from sentiment.web import cached, layout
from sentiment.web.bad_items import show_bad
from sentiment.web.predict.saved import list_saved, show_saved
from sentiment.web.predict.start import start_prediction

layout.header(
    "Predict",
    "The verdict of a model on every review of a file, to look at and to download. If the file has "
    "labels, the model is evaluated with them.",
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
