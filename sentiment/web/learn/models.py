"""The models that the steps use."""

import streamlit as st

from sentiment.evaluation.comparison import COMPARED_PREFIX
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached
from sentiment.web.learn.subject import chosen_model


def judge() -> tuple[str, ModelInfo | None]:
    """The model that predicts reviews: the chosen one, else the first one of the list."""
    models = cached.readable_models()
    if chosen := chosen_model():
        return chosen, models[chosen]
    return next(iter(models.items()), ("", None))


def lstm() -> tuple[str, ModelInfo | None]:
    """An LSTM of one direction: the chosen model, else that of the comparison, else any."""
    models = cached.readable_models()
    preferred = f"{COMPARED_PREFIX}lstm"
    names = [name for name, info in models.items() if info.network.architecture == "lstm"]
    first = (name for name in (chosen_model(), preferred, *names) if name in names)
    name = next(first, "")
    return name, models.get(name)


def train_one() -> None:
    """Say how to get a model if a step has none."""
    st.info("This step needs a trained model. Step 11 trains one in less than a minute.")
