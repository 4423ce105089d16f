"""Classes and counts of the reviews that a run trains on, from its PartsEvent."""

from sentiment.corpus.classes import Classes
from sentiment.runs.event_log import Events

SKEWED = 3  # training reviews of the largest class per review of the smallest


def classes_of(events: Events) -> Classes | None:
    """The classes that a run learns; None before its reviews are prepared."""
    for parts in events.get("PartsEvent", [])[-1:]:
        return Classes(tuple(parts["classes"]["names"]), parts["classes"]["ordered"])
    return None


def training_counts(events: Events) -> dict[str, int]:
    """Name of the class -> reviews of the training split; empty before they are prepared."""
    for parts in events.get("PartsEvent", [])[-1:]:
        counts = parts["splits"].get("train", {})
        return {name: counts.get(name, 0) for name in parts["classes"]["names"]}
    return {}


def needs_macro_f1(events: Events) -> bool:
    """Whether accuracy alone says little: with more than two classes, or with skewed ones."""
    classes, counts = classes_of(events), training_counts(events).values()
    return classes is not None and (
        len(classes.shown) > 1 or max(counts) > SKEWED * max(min(counts), 1)
    )
