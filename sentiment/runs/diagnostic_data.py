"""Diagnostic data that the training loop does not see: unknown words, leaked labels, gates."""

import numpy as np
import torch

from sentiment.corpus.review import LABEL_NAMES, Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.vocabulary import PAD, UNK
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.training_record import DiagnosticData, LeakingWord

FREQUENT, PURE = 0.2, 0.99  # a leaking word: share of the reviews with it, and of one label
CLOSED, OPEN = 0.02, 0.98  # gate values beyond these are saturated
TRACED_REVIEWS = 20
MAX_LEAKING_WORDS = 5


def diagnostic_data(
    corpus: PreparedCorpus, network: Network, valid: ReviewDataset
) -> DiagnosticData:
    return DiagnosticData(
        unknown_share=corpus.report.unknown_share,
        shared_ids=bool((corpus.ids == PAD).any()),
        leaking_words=leaking_words(corpus),
        test_overlap=overlap_with_test(corpus),
        saturated_gates=saturated_gates(network, valid),
    )


def leaking_words(corpus: PreparedCorpus) -> list[LeakingWord]:
    """Words that are frequent in the training split and occur almost only with one label."""
    rows = corpus.rows(Split.TRAIN)
    size = len(corpus.vocabulary)
    counts = np.zeros((2, size), np.int64)  # reviews of each label that contain the word
    for row in rows:
        counts[corpus.labels[row], np.unique(corpus.token_ids(row))] += 1
    counts[:, [PAD, UNK]] = 0
    total = counts.sum(axis=0)
    purity = counts.max(axis=0) / np.maximum(total, 1)
    leaking = np.flatnonzero((total >= FREQUENT * len(rows)) & (purity >= PURE))
    return [
        LeakingWord(
            word=corpus.vocabulary.decode([int(index)])[0],
            share=float(total[index] / len(rows)),
            purity=float(purity[index]),
            label=LABEL_NAMES[int(counts[:, index].argmax())],
        )
        for index in leaking[np.argsort(-total[leaking])][:MAX_LEAKING_WORDS]
    ]


def overlap_with_test(corpus: PreparedCorpus) -> float:
    """Share of the test reviews whose token ids are those of a training review."""
    train = {corpus.token_ids(row).tobytes() for row in corpus.rows(Split.TRAIN)}
    test = corpus.rows(Split.TEST)
    repeated = sum(corpus.token_ids(row).tobytes() in train for row in test)
    return repeated / len(test) if len(test) else 0.0


@torch.inference_mode()
def saturated_gates(network: Network, dataset: ReviewDataset) -> dict[str, float]:
    """Gate -> share of its values that are closed or fully open, over some reviews."""
    gates = [quantity for quantity in network.quantities if quantity.is_gate]
    if not gates or not isinstance(network, SentimentClassifier):
        return {}
    values: dict[str, list[np.ndarray]] = {gate.name: [] for gate in gates}
    for item in np.linspace(0, len(dataset) - 1, min(TRACED_REVIEWS, len(dataset))).astype(int):
        ids, _ = dataset[int(item)]
        _, layers = network.encoder.trace(network.embedding(torch.from_numpy(ids.astype(np.int64))))
        for layer in layers:
            for gate in gates:
                values[gate.name].append(layer.values[gate.symbol].ravel())
    shares = {}
    for name, parts in values.items():
        gate_values = np.concatenate(parts)
        shares[name] = float(np.mean((gate_values < CLOSED) | (gate_values > OPEN)))
    return shares
