"""What the doctor needs to know and the training loop does not see: data, words, gates."""

from typing import Any

import numpy as np
import torch

from sentiment.corpus.review import LABEL_NAMES, Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.vocabulary import PAD, UNK
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network

COMMON, PURE = 0.2, 0.99  # a leaking word: share of the reviews it is in, and of one label
SHUT, OPEN = 0.02, 0.98  # gate values beyond are saturated
TRACED = 20  # reviews
LISTED = 5  # leaking words at most


def diagnostic_data(
    corpus: PreparedCorpus, network: Network, valid: ReviewDataset
) -> dict[str, Any]:
    """All of it, as `doctor.examine` reads it from training.json."""
    return {
        "unknown_share": corpus.report.unknown_share,
        "shared_ids": bool((corpus.ids == PAD).any()),
        "leaking_words": leaking_words(corpus),
        "test_overlap": overlap_with_test(corpus),
        "saturated_gates": saturated_gates(network, valid),
    }


def leaking_words(corpus: PreparedCorpus) -> list[dict[str, Any]]:
    """Words common in the training part that stand nearly only under one label."""
    rows = corpus.rows(Split.TRAIN)
    size = len(corpus.vocabulary)
    counts = np.zeros((2, size), np.int64)  # reviews of each label that have the word
    for row in rows:
        counts[corpus.labels[row], np.unique(corpus.token_ids(row))] += 1
    counts[:, [PAD, UNK]] = 0
    total = counts.sum(axis=0)
    purity = counts.max(axis=0) / np.maximum(total, 1)
    found = np.flatnonzero((total >= COMMON * len(rows)) & (purity >= PURE))
    return [
        {
            "word": corpus.vocabulary.decode([int(index)])[0],
            "share": float(total[index] / len(rows)),
            "purity": float(purity[index]),
            "label": LABEL_NAMES[int(counts[:, index].argmax())],
        }
        for index in found[np.argsort(-total[found])][:LISTED]
    ]


def overlap_with_test(corpus: PreparedCorpus) -> float:
    """Share of the test reviews whose words stand in the training part just so."""
    train = {corpus.token_ids(row).tobytes() for row in corpus.rows(Split.TRAIN)}
    test = corpus.rows(Split.TEST)
    again = sum(corpus.token_ids(row).tobytes() in train for row in test)
    return again / len(test) if len(test) else 0.0


@torch.inference_mode()
def saturated_gates(network: Network, dataset: ReviewDataset) -> dict[str, float]:
    """For each gate by name, the share of its values that are shut or wide open."""
    gates = [quantity for quantity in network.quantities if quantity.is_gate]
    if not gates or not isinstance(network, SentimentClassifier):
        return {}
    values: dict[str, list[np.ndarray]] = {gate.name: [] for gate in gates}
    for item in np.linspace(0, len(dataset) - 1, min(TRACED, len(dataset))).astype(int):
        ids, _ = dataset[int(item)]
        _, layers = network.encoder.trace(network.embedding(torch.from_numpy(ids.astype(np.int64))))
        for layer in layers:
            for gate in gates:
                values[gate.name].append(layer.values[gate.symbol].ravel())
    shares = {}
    for name, parts in values.items():
        all_values = np.concatenate(parts)
        shares[name] = float(np.mean((all_values < SHUT) | (all_values > OPEN)))
    return shares
