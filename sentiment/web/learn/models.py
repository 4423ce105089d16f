"""The models that the steps use."""

import streamlit as st

from sentiment.evaluation.comparison import COMPARED_PREFIX
from sentiment.networks.model_folder import ModelInfo
from sentiment.web import cached


def judge() -> tuple[str, ModelInfo | None]:
    """The model that reads reviews: the first one listed."""
    models = cached.choose_models()
    return next(iter(models.items()), ("", None))


def lstm() -> tuple[str, ModelInfo | None]:
    """A model with an LSTM in one direction: the one of the comparison, else any."""
    models = cached.choose_models()
    preferred = f"{COMPARED_PREFIX}lstm"
    names = [name for name, info in models.items() if info.network.architecture == "lstm"]
    name = preferred if preferred in names else next(iter(names), "")
    return name, models.get(name)


def train_one() -> None:
    """What to do if there is no model for a step."""
    st.info("This step needs a trained model. Step 11 trains one in less than a minute.")
