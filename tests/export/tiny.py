"""Small untrained models with any settings and classes."""

from pathlib import Path

import numpy as np
import torch

from sentiment.corpus.classes import NEGATIVE_POSITIVE, Classes
from sentiment.encoding.settings import SequenceConfig
from sentiment.encoding.vocabulary import Vocabulary
from sentiment.evaluation.metrics import Evaluation
from sentiment.networks.build import new_classifier, output_for
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo, save_model
from tests.records import training_record

WORDS = 40
RATINGS = Classes(("bad", "so so", "good", "great"), ordered=True)
TOPICS = Classes(("plot", "cast", "music"))
# Layers, poolings and class outputs that no shipped model has.
VARIANTS = (
    (NetworkConfig("bilstm", 6, 5, 2, "last"), NEGATIVE_POSITIVE),
    (NetworkConfig("bigru", 6, 17, 3, "mean"), TOPICS),
    (NetworkConfig("indrnn", 7, 20, 2, "last", ordinal=True), RATINGS),
    (NetworkConfig("lstm", 7, 20, 1, "max"), RATINGS),
)


def variant_name(variant: tuple[NetworkConfig, Classes]) -> str:
    return variant[0].architecture


def tiny_model(folder: Path, network: NetworkConfig, classes: Classes) -> ModelInfo:
    torch.manual_seed(0)
    vocabulary = Vocabulary([f"w{number}" for number in range(WORDS)], list(range(WORDS, 0, -1)))
    classifier = new_classifier(network, len(vocabulary), output_for(network, classes))
    torch.nn.init.normal_(classifier.embedding.weight)
    torch.nn.init.normal_(classifier.head.weight)
    uniform = np.full((len(classes), len(classes)), 1 / len(classes))
    metrics = {"test": Evaluation.of(np.arange(len(classes)), uniform, classes).to_json()}
    return save_model(
        folder,
        classifier,
        vocabulary,
        classes,
        SequenceConfig(),
        training_record(),
        metrics,
        "# tiny",
    )
