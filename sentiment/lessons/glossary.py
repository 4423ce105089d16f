"""Terms of the app in one or two sentences each: for help texts and the documentation."""

from collections.abc import Iterable

from sentiment.errors import ConfigError

GLOSSARY = {
    "accuracy": "Share of the reviews whose predicted label is correct.",
    "attribution": "How much each word contributes to a prediction, by one of several methods.",
    "AUC": "Area under the ROC curve: the probability that a random positive review gets a higher "
    "score than a random negative one. 0.5 is chance, 1 is perfect.",
    "bag of words": "A model that knows which words a text contains and not their order.",
    "batch": "Reviews that the network reads at once; one training step uses one batch.",
    "calibration": "How well probabilities match frequencies: of the reviews predicted with 80%, "
    "80% should be positive.",
    "calibration error": "Mean difference between the predicted probability and the share of "
    "positive reviews, over groups of similar predictions. 0 is best.",
    "candidate": "What a word would write into the memory of a unit if the input gate were fully "
    "open; between −1 and 1.",
    "cell state": "The memory of an LSTM, c: one number per unit, carried from word to word.",
    "class": "One of the categories that a model distinguishes, such as positive and negative.",
    "confidence interval": "The range that holds the true value in 95% of such measurements. More "
    "test reviews make it narrower.",
    "counterfactual edit": "A small change of the text that changes the prediction.",
    "embedding": "The vector of numbers that represents a word; it is learned.",
    "encoder": "The part of a network that reads the word vectors: LSTM, GRU, ResNet and others.",
    "epoch": "One pass over all training reviews.",
    "forget gate": "Share of its memory that a unit keeps at a word: 0 erases it, 1 keeps all.",
    "gate": "A number between 0 and 1 that a unit computes at each word; it multiplies a value and "
    "so lets a share of it pass.",
    "gradient": "How the loss changes with each weight; training changes the weight in the "
    "opposite direction.",
    "hidden state": "The output of a unit at a word, h; the next step reads it.",
    "input gate": "Share of the candidate that a unit writes into its memory.",
    "intervention": "A change in the network: a gate clamped, a unit frozen, a cell state reset.",
    "label": "The class of a review according to its author or the source.",
    "leak": "Information in the training data that gives the label away, or test reviews that the "
    "network has seen before; both make metrics too good.",
    "learning rate": "Size of the steps in which training changes the weights.",
    "logit": "The score of a review before it becomes a probability: any number; 0 is 50%, "
    "above 0 positive.",
    "loss": "What training minimizes: large if the probability of the true label is small.",
    "mask": "Marks the padding of a row, so that the network ignores it.",
    "McNemar": "McNemar's test compares two models on the same reviews, by those that only one of "
    "them predicts correctly. A small p-value: the difference is unlikely to be chance.",
    "output gate": "Share of its memory that a unit passes on as the hidden state.",
    "overfitting": "The network memorizes the training reviews: its training loss falls while "
    "the validation loss rises.",
    "padding": "`<pad>` cells that bring a review to the length of its row.",
    "percentage point": "Difference of two percentages: from 50% to 60% is 10 percentage points "
    "(pp), and 20% more.",
    "pooling": "How the states of all words become one vector: the last, the mean, the maximum.",
    "prediction": "The label that a model gives a text, with its probability.",
    "probability": "The model's estimate that the review is positive, from 0 to 100%.",
    "seed": "The number that determines all random choices; the same seed repeats them.",
    "split": "A part of the corpus: the training split fits the weights, the validation split "
    "selects settings, the test split measures.",
    "token": "A piece of text that the network reads: here a word.",
    "token id": "The number of a word in the vocabulary: the network reads ids and not letters.",
    "truncation": "Cutting a review that is longer than its row.",
    "unit": "One of the parallel memories of a layer, with its own gates.",
    "unknown word": "A word that is not in the vocabulary; all of them share the id of `<unk>`.",
    "vanishing gradient": "The gradient shrinks at each step back in time, so that early words "
    "hardly influence what is learned.",
    "vocabulary": "The words with their own id, the most frequent first.",
}
_BY_NAME = {name.casefold(): name for name in GLOSSARY}


def meaning_in(label: str) -> str | None:
    """The meaning of the longest term in a label, such as AUC in "ROC AUC"; None without one."""
    words = f" {label.replace(',', ' ')} ".casefold()
    found = [name for name in _BY_NAME if f" {name} " in words]
    return GLOSSARY[_BY_NAME[max(found, key=len)]] if found else None


def explain(names: Iterable[str]) -> str:
    """Markdown for a help text, one line per term. Raises ConfigError for an unknown term."""
    lines = []
    for name in names:
        term = _BY_NAME.get(name.casefold())
        if term is None:
            raise ConfigError(f"The glossary has no term {name!r}; it has {', '.join(GLOSSARY)}.")
        lines.append(f"**{term}**: {GLOSSARY[term]}")
    return "  \n".join(lines)
