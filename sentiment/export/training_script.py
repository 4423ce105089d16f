"""Train a sentiment classifier and use it: everything in this one file.

    python THIS_FILE reviews.csv               train, test, and predict what you type
    python THIS_FILE aclImdb_v1.tar.gz         the same with IMDB (https://ai.stanford.edu/~amaas)

Needs Python, NumPy and torch. The numbers in the comments are the steps of the Learn page of
Sentiment Lab.
"""

import csv
import math
import re
import sys
import tarfile
from collections import Counter

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader

SETTINGS = {}
PAD, UNKNOWN, FIRST_WORD = 0, 1, 2  # token ids


# 1. Load reviews and labels
def load(path):
    """Texts, names of the labels, and official splits ("train", "test" or "")."""
    texts, labels, splits = [], [], []
    if path.endswith(".tar.gz"):
        with tarfile.open(path) as archive:
            for member in archive:
                found = re.fullmatch(r"aclImdb/(train|test)/(neg|pos)/\d+_\d+\.txt", member.name)
                if found:
                    texts.append(archive.extractfile(member).read().decode("utf-8"))
                    labels.append(found[2])
                    splits.append(found[1])
        return texts, labels, splits
    csv.field_size_limit(10_000_000)
    with open(path, encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            texts.append(row[SETTINGS["text_column"]])
            labels.append(class_of(row[SETTINGS["label_column"]]))
            splits.append("")
    return texts, labels, splits


def class_of(label):
    """The class of a label in a table; empty for a row to leave out."""
    label = " ".join((label or "").split())  # a short row has none
    for name, labels in SETTINGS["classes"].items():
        if label.casefold() in [one.casefold() for one in labels]:
            return name
    return "" if SETTINGS["classes"] else label


# 2. Remove punctuation, lower the case
def words_of(text):
    """ "It wasn't bad.<br />" -> ["it", "wasn't", "bad"]"""
    text = text.lower().replace("’", "'").replace("<br />", " ")
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text)


# 3. Count words into a vocabulary: the most frequent words of the training reviews
def make_vocabulary(reviews):
    counts = Counter(word for words in reviews for word in words).most_common(SETTINGS["max_words"])
    frequent = [word for word, count in counts if count >= SETTINGS["min_count"]]
    return {word: FIRST_WORD + place for place, word in enumerate(frequent)}


# 4. Encode the words as ids. 5. The labels become numbers in `main`.
def encode(words, vocabulary):
    return truncated([vocabulary.get(word, UNKNOWN) for word in words])


# 7. Pad or truncate. Padding is added per batch, and the network does not read it.
def truncated(ids):
    most = SETTINGS["sequence_length"]
    if len(ids) <= most or SETTINGS["truncation"] == "head":
        return ids[:most]
    head = most // 2 if SETTINGS["truncation"] == "both" else 0
    return ids[:head] + ids[len(ids) - (most - head) :]


def padded(batch):
    """Reviews as (ids, label) -> ids (batch, longest), lengths (batch,), labels (batch,)."""
    lengths = torch.tensor([len(ids) for ids, _ in batch])
    rows = torch.full((len(batch), int(lengths.max())), PAD)
    for row, (ids, _) in zip(rows, batch, strict=True):
        row[: len(ids)] = torch.tensor(ids)
    return rows, lengths, torch.tensor([label for _, label in batch])


# 8. Split 8 : 1 : 1, or keep the official test split
def split(official, random):
    order = random.permutation(len(official)).tolist()
    test = [place for place in order if official[place] == "test"]
    rest = [place for place in order if official[place] != "test"]
    if not test or SETTINGS["split"] == "8:1:1":
        test, rest = order[: len(order) // 10], order[len(order) // 10 :]
    valid = len(rest) // 9 if SETTINGS["split"] == "8:1:1" else len(rest) // 10
    return rest[valid:], rest[:valid], test


# 10. Read with an LSTM (or a GRU or a plain RNN)
class Classifier(nn.Module):
    """Embedding, recurrent layers, pooling over the words, dropout, linear layer."""

    def __init__(self, vocabulary_size, classes):
        super().__init__()
        kind, units = SETTINGS["architecture"], SETTINGS["hidden_size"]
        self.directions = 2 if kind.startswith("bi") else 1
        self.embedding = nn.Embedding(vocabulary_size, SETTINGS["embedding_dim"], padding_idx=PAD)
        nn.init.normal_(self.embedding.weight, std=0.1)
        layer = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}[kind.removeprefix("bi")]
        widths = [SETTINGS["embedding_dim"]] + [units * self.directions] * SETTINGS["num_layers"]
        self.layers = nn.ModuleList(
            nn.ModuleList(layer(width, units, batch_first=True) for _ in range(self.directions))
            for width in widths[:-1]
        )
        pooled = units * self.directions * (2 if SETTINGS["pooling"] == "max+mean" else 1)
        self.dropout = nn.Dropout(SETTINGS["dropout"])
        self.head = nn.Linear(pooled, classes)

    def forward(self, ids, lengths):
        """ids: (batch, time), lengths: (batch,) -> logits (batch, classes)."""
        if self.training and SETTINGS["word_dropout"]:
            dropped = (torch.rand(ids.shape) < SETTINGS["word_dropout"]) & (ids != PAD)
            ids = ids.masked_fill(dropped, UNKNOWN)
        x = self.embedding(ids)  # (batch, time, embedding_dim)
        x = nn.functional.dropout(x, SETTINGS["embedding_dropout"], self.training)
        for number, directions in enumerate(self.layers):
            x = self.dropout(x) if number else x
            # Padding comes after the words, so the forward direction reads it too late to matter.
            read = [directions[0](x)[0]]
            if self.directions == 2:
                read.append(turned(directions[1](turned(x, lengths))[0], lengths))
            x = torch.cat(read, dim=2)
        return self.head(self.dropout(self.pool(x, lengths)))

    def pool(self, outputs, lengths):
        """(batch, time, units * directions) -> (batch, pooled)."""
        if SETTINGS["pooling"] == "last":  # of each direction: at the last or the first word
            units = SETTINGS["hidden_size"]
            last = outputs[torch.arange(len(outputs)), lengths - 1, :units]
            return torch.cat([last, outputs[:, 0, units:]], dim=1)
        words = (torch.arange(outputs.shape[1]) < lengths[:, None])[..., None]
        largest = outputs.masked_fill(~words, -math.inf).amax(dim=1)
        mean = (outputs * words).sum(dim=1) / lengths[:, None]
        kinds = {"max": [largest], "mean": [mean], "max+mean": [largest, mean]}
        return torch.cat(kinds[SETTINGS["pooling"]], dim=1)


def turned(x, lengths):
    """The words of each review in reverse order, its padding after them: (batch, time, width)."""
    places = torch.arange(x.shape[1])
    turned_places = torch.where(places < lengths[:, None], lengths[:, None] - 1 - places, places)
    return x.gather(1, turned_places[..., None].expand_as(x))


# 11. Train, and watch the loss fall
def train(model, batches, valid):
    """Set the weights to their moving average after the epoch with the lowest validation loss."""
    optimizer = torch.optim.Adam(model.parameters(), lr=SETTINGS["learning_rate"])
    steps, step = len(batches) * SETTINGS["epochs"], 0
    average = {name: value.clone() for name, value in model.state_dict().items()}
    best_loss, best, waited = math.inf, average, 0
    for epoch in range(1, SETTINGS["epochs"] + 1):
        model.train()
        for ids, lengths, labels in batches:
            for group in optimizer.param_groups:
                group["lr"] = SETTINGS["learning_rate"] * rate(step, steps)
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(ids, lengths), labels).backward()
            nn.utils.clip_grad_norm_(model.parameters(), SETTINGS["gradient_clip"])
            optimizer.step()
            step += 1
            # Early steps weigh less, so that the random initial weights are soon forgotten.
            decay = min(SETTINGS["ema_decay"], (1 + step) / (10 + step))
            for name, value in model.state_dict().items():
                average[name].lerp_(value, 1 - decay)
        current = {name: value.clone() for name, value in model.state_dict().items()}
        model.load_state_dict(average)
        loss, accuracy = evaluate(model, valid)
        print(f"epoch {epoch}: validation loss {loss:.3f}, accuracy {accuracy:.1%}", flush=True)
        waited += 1
        if loss < best_loss:
            best_loss, waited = loss, 0
            best = {name: value.clone() for name, value in average.items()}
        if waited >= SETTINGS["patience"]:
            break
        model.load_state_dict(current)
    model.load_state_dict(best)


def rate(step, steps):
    """Share of the learning rate: one-cycle rises for a tenth of the steps, then falls to 0."""
    rise = max(0.1 * steps, 1)
    if SETTINGS["schedule"] == "constant":
        return 1.0
    if step < rise:
        return (step + 1) / (rise + 1)
    return 0.5 + 0.5 * math.cos(math.pi * (step - rise) / max(steps - rise, 1))


# 12. Test, on the test split and on what a user types
@torch.no_grad()
def evaluate(model, batches):
    """Mean loss and accuracy."""
    model.eval()
    loss, correct, count = 0.0, 0, 0
    for ids, lengths, labels in batches:
        logits = model(ids, lengths)
        loss += nn.functional.cross_entropy(logits, labels, reduction="sum").item()
        correct += (logits.argmax(dim=1) == labels).sum().item()
        count += len(labels)
    return loss / count, correct / count


@torch.no_grad()
def predict(model, vocabulary, classes, text):
    ids = encode(words_of(text), vocabulary)
    if not ids:
        return "The text has no words."
    probabilities = model(torch.tensor([ids]), torch.tensor([len(ids)])).softmax(dim=1)[0]
    return f"{classes[int(probabilities.argmax())]}, {float(probabilities.max()):.1%}"


def main():
    random = np.random.default_rng(SETTINGS["seed"])
    torch.manual_seed(SETTINGS["seed"])
    texts, names, official = load(sys.argv[1] if len(sys.argv) > 1 else SETTINGS["data"])
    classes = list(SETTINGS["classes"]) or sorted({name for name in names if name})
    reviews = [words_of(text) for text in texts]
    # 6. Find outlier lengths: leave out what is too short or too long
    fits = [SETTINGS["min_length"] <= len(words) <= SETTINGS["max_length"] for words in reviews]
    kept = [place for place, fit in enumerate(fits) if fit and names[place]]
    parts = split([official[place] for place in kept], random)
    vocabulary = make_vocabulary([reviews[kept[place]] for place in parts[0]])
    print(f"{len(kept):,} reviews, {len(vocabulary):,} words, classes {', '.join(classes)}")
    encoded = [(encode(reviews[place], vocabulary), classes.index(names[place])) for place in kept]
    # 9. Make batches with a DataLoader
    train_batches, valid, test = (
        DataLoader(
            [encoded[place] for place in part],
            batch_size=SETTINGS["batch_size"],
            shuffle=part is parts[0],
            collate_fn=padded,
        )
        for part in parts
    )
    model = Classifier(len(vocabulary) + FIRST_WORD, len(classes))
    train(model, train_batches, valid)
    loss, accuracy = evaluate(model, test)
    print(f"test loss {loss:.3f}, accuracy {accuracy:.1%} of {len(parts[2]):,} reviews")
    print("Type a review, or nothing to end:")
    for line in sys.stdin:
        if not line.strip():
            break
        print(predict(model, vocabulary, classes, line))


if __name__ == "__main__":
    main()
