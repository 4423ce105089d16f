"""Diagnostic data that the training loop does not see: unknown words, leaked labels, gates."""

import numpy as np
import torch
from scipy.special import bdtr

from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.dataset.prepared import PreparedCorpus
from sentiment.encoding.splitting import text_numbers
from sentiment.encoding.vocabulary import PAD, UNK
from sentiment.networks.classifier import SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.training_record import DiagnosticData, LeakingWord

# A leaking word is in at least this share of the reviews of its class, and the other classes have
# at most this share of the reviews that they would have by chance.
FREQUENT, LEFT = 0.4, 0.02
BY_CHANCE = 1e-6  # largest probability of so few; over 30,000 words, one in thirty trainings
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
    """Words of one class: frequent in its training reviews, and nearly absent from the others'.

    Compared with the share of the classes, by the binomial distribution: among reviews of which
    98% are positive, every word occurs almost only in positive ones.
    """
    rows = corpus.rows(Split.TRAIN)
    size = len(corpus.vocabulary)
    classes = corpus.classes
    counts = np.zeros((len(classes), size), np.int64)  # reviews of each label with the word
    for row in rows:
        counts[corpus.labels[row], np.unique(corpus.token_ids(row))] += 1
    counts[:, [PAD, UNK]] = 0
    total, sizes = counts.sum(axis=0), np.bincount(corpus.labels[rows], minlength=len(classes))
    found = []
    for label in classes.codes:
        own, other = counts[label], total - counts[label]
        base = (len(rows) - sizes[label]) / max(len(rows), 1)  # share of the other classes
        few = (own >= FREQUENT * max(sizes[label], 1)) & (other <= LEFT * base * total)
        for index in np.flatnonzero(few & (bdtr(other, total, base) <= BY_CHANCE)).tolist():
            found.append(
                LeakingWord(
                    word=corpus.vocabulary.decode([index])[0],
                    share=float(total[index] / len(rows)),
                    purity=float(own[index] / total[index]),
                    label=classes.name(label),
                )
            )
    return sorted(found, key=lambda leak: -leak.share)[:MAX_LEAKING_WORDS]


def overlap_with_test(corpus: PreparedCorpus) -> float:
    """Share of the test reviews whose text is that of a training review, except for case and white
    space.

    Token ids would not do: different texts have the same ids where words are unknown.
    """
    texts = (" ".join(text.casefold().split()) for text in corpus.all_texts())
    numbers, test = text_numbers(texts), corpus.rows(Split.TEST)
    repeated = np.isin(numbers[test], numbers[corpus.rows(Split.TRAIN)])
    return float(repeated.mean()) if len(test) else 0.0


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
