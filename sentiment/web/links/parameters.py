"""All query parameters, by page.

A parameter belongs to one page, or has the same meaning on all pages: a widget keeps its value when
the visitor leaves its page, and a widget of another page with the same key would get this value.
"""

import re
from collections.abc import Iterable

from sentiment.analysis.exclusions import QUALITY_CHECKS
from sentiment.dataset.filters import ALL_STARS, LONGEST
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.registry import ARCHITECTURES
from sentiment.runs.links import LINK_PREFIX, LINKED_SETTINGS, link_problem
from sentiment.runs.run import all_runs, by_name
from sentiment.scoring.saved import saved_listing
from sentiment.training.config import TrainConfig
from sentiment.training.presets import PRESETS
from sentiment.web import cached
from sentiment.web.links.kinds import (
    Kind,
    choice,
    flag,
    integer,
    name,
    number,
    pattern,
    several,
    text,
)

MOST = 1_000_000  # words, units, pages: the page knows the real limit and reports what exceeds it


def _models() -> Iterable[str]:
    return cached.readable_models()


def _methods() -> Iterable[str]:
    from sentiment.inspection.attribution import METHODS  # loads torch

    return [method.title for method in METHODS.values()]


def _gate_summaries() -> Iterable[str]:
    from sentiment.web.inspect.gates import STRIPS

    return [title for title, _ in STRIPS.values()]


def _edits() -> Iterable[str]:
    from sentiment.web.inspect.flip import KINDS

    return KINDS.values()


def _sides() -> Iterable[str]:
    from sentiment.web.explore.choices import SIDES

    return SIDES.values()


def _run() -> Kind:
    return choice(lambda: [run.id for run in all_runs()])


def _setting(setting: str) -> Kind:
    plain = text(2_000)
    return Kind(lambda value: plain.problem(value) or link_problem(setting, value))


REVIEW = {"text": text(), "snippet": pattern("[0-9a-f]{16}", "16 hexadecimal digits")}
CORPUS = {"corpus": name()}
INTERVENTION = pattern(  # an input per gate, named by its symbol
    r"-?\d{1,3}(\.\d{1,17})?", "a number"
)

PARAMETERS: dict[str, dict[str, Kind]] = {
    "": REVIEW | {"word": integer(1, MOST)},
    "learn": REVIEW
    | CORPUS
    | {
        "model": name(),
        "part": name(),
        "term": name(),
        "toy": name(),
        "toy_text": text(80),
        "step": integer(1, 99),
        "done": pattern(r"\d{1,2}(-\d{1,2}){0,98}", "numbers of steps, as in 1-2-5"),
        "run": _run(),
    },
    "sources": {},
    "explore": CORPUS
    | {
        "explore_view": name(),
        "split": name(),
        "color": name(),
        "rule": name(),
        "strength": number(0, 49),
        "logarithms": flag(),
        "min_length": integer(*PrepareConfig.bounds("min_length")),
        "max_length": integer(*PrepareConfig.bounds("max_length")),
        "sequence_length": integer(*SequenceConfig.bounds("sequence_length")),
        "truncation": choice(_sides),
        "max_words": integer(*PrepareConfig.bounds("max_words")),
        "shape": name(),
        "scale": name(),
        "show_dropped": flag(),
        "architecture": choice(lambda: [entry.title for entry in ARCHITECTURES.values()]),
        "batch_size": integer(*TrainConfig.bounds("batch_size")),
        "tolerance": number(0, 90),
        "searched_word": text(60),
        "rank_by": name(),
        "prefix": text(60),
        "shown_batch_size": integer(1, 64),
        "batch": integer(1, 10_000),
    },
    "reviews": CORPUS
    | {
        "reviews_view": name(),
        "unlabelled": flag(),
        "search": text(2_000),
        "reviews_split": name(),
        "label": name(),
        "drop_reason": name(),
        "misclassified_by": name(),
        "shortest": integer(0, LONGEST),
        "longest": integer(0, LONGEST),
        "stars": several(integer(*ALL_STARS)),
        "page": integer(1, MOST),
        "check": choice(lambda: [check.title for check in QUALITY_CHECKS.values()]),
    },
    "train": CORPUS
    | {
        "preset": choice(lambda: [preset.title for preset in PRESETS.values()]),
        "run": _run(),
        "from": _run(),
        "match_lstm": flag(),
    }
    | {LINK_PREFIX + setting: _setting(setting) for setting in LINKED_SETTINGS},
    "runs": {
        "runs": several(choice(lambda: by_name(all_runs()))),
        "metric": name(),
        "equal_settings": flag(),
    },
    "inspect": REVIEW
    | {
        "view": name(),
        "model": name(),
        "class": name(),
        "word": integer(1, MOST),
        "length": integer(1, 2_000),
        "padding": name(),
        "read_part": name(),
        "layer": name(),
        "unit": integer(0, MOST),
        "mean": flag(),
        "strip_of": choice(_gate_summaries),
        "quantity": name(),
        "order": name(),
        "from_word": integer(1, MOST),
        "why_methods": several(choice(_methods)),
        "whatif_text": text(),
        "whatif_word": name(),
        "whatif_edit": name(),
        "whatif_allowed": several(choice(_edits)),
        "whatif_quantity": name(),
        "intervene_action": name(),
        "intervene_gate": name(),
        "intervene_at": name(),
        "intervene_factor": number(0, 2),
        "intervene_which": name(),
        "intervene_frozen": name(),
        "intervene_units": text(2_000),
        "intervene_with": text(2_000),
        "intervene_word": integer(1, MOST),
        "intervene_everywhere": flag(),
        "intervene_show": name(),
        "ledger_units": name(),
        "ledger_unit": integer(0, MOST),
        "intervene_data": name(),
        "unit_data": name(),
        "unit_axis": name(),
        "unit_by": name(),
        "unit_group": text(2_000),
        "unit_from": integer(1, MOST),
        "unit_to": integer(1, MOST),
        "side_with": name(),
        "side_model": name(),
        "side_text": text(),
        "side_quantity": name(),
    },
    "predict": {
        "model": name(),
        "file": name(),
        "column": name(),
        "prediction": choice(lambda: [saved.id for saved in saved_listing().items]),
    },
    "compare": REVIEW
    | CORPUS
    | {
        "compare_view": name(),
        "models": several(choice(_models)),
        "first": name(),
        "second": name(),
        "class": name(),
    },
    "memory": REVIEW
    | {
        "reach": several(choice(_models)),
        "readout": name(),
        "respect": name(),
    },
}


CARRIED = ("corpus", "model", "class")  # from page to page, beside the review
# Of all pages: the running lesson and the presenter mode.
EVERYWHERE = {"lesson": name(), "lesson_step": integer(1, 999), "present": flag()}


def kind_of(page: str, parameter: str) -> Kind | None:
    """The kind of a parameter of a page, None if the page has none of this name."""
    if parameter in EVERYWHERE:
        return EVERYWHERE[parameter]
    if page == "learn" and re.fullmatch("toy_[a-z]_[a-z]{1,5}", parameter):
        return number(-8, 8)
    if page == "inspect" and parameter.startswith("intervene_") and len(parameter) <= 14:
        return PARAMETERS[page].get(parameter, INTERVENTION)
    return PARAMETERS.get(page, {}).get(parameter)


def is_known(parameter: str) -> bool:
    """Whether any page has a parameter of this name."""
    return any(kind_of(page, parameter) for page in PARAMETERS)
