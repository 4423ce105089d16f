"""The tables of phrases, one dataclass per TOML file, with their types and slots checked."""

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_type_hints

from sentiment.errors import CorpusError
from sentiment.stored import LARGEST_JSON, read_bytes, reading
from sentiment.typed_data import build

FOLDER = Path(__file__).parent
_REMEDY = "Correct the file or install it again."
SLOT = re.compile(r"\{(a )?(\w+)\}")
# Slots that `review_writer.Writer` fills: clauses and the genre.
WRITER_SLOTS = {"first", "second", "one", "two", "verdict", "other", "kind", "kinds"}

Side = Literal["negative", "positive"]
Aspect = Literal[
    "acting",
    "story",
    "camera",
    "music",
    "pace",
    "dialogue",
    "effects",
    "ending",
    "direction",
    "characters",
    "mood",
]
Phrases = tuple[str, ...]
BySide = dict[Side, Phrases]
ByAspect = dict[Side, dict[Aspect, Phrases]]


@dataclass(frozen=True)
class Neutral:
    openings: Phrases
    circumstances: Phrases
    asides: Phrases
    next_stories: Phrases


@dataclass(frozen=True)
class Expectation:
    leads: Phrases
    answers: Phrases


@dataclass(frozen=True)
class Transitions:
    concessions: Phrases
    joins: Phrases
    leads: Phrases
    opinion_leads: Phrases
    contrasts: BySide
    decisions: BySide
    expectations: dict[Side, tuple[Expectation, ...]]


@dataclass(frozen=True)
class Judgments:
    whole_aspects: tuple[Aspect, ...]
    minor: BySide
    plain: ByAspect
    negated: ByAspect


@dataclass(frozen=True)
class Genre:
    kind: str
    kinds: str
    setups: Phrases
    turns: Phrases
    plain: BySide
    negated: BySide
    without: tuple[Aspect, ...] = ()


@dataclass(frozen=True)
class Plots:
    genres: tuple[Genre, ...]


@dataclass(frozen=True)
class Verdicts:
    neutral_emoji: Phrases
    whole: BySide
    outweighing: BySide
    plain: BySide
    negated: BySide
    recommendations: BySide
    comparisons: BySide
    stars: BySide
    emoji: BySide
    brief: BySide
    outcry: BySide


@dataclass(frozen=True)
class Undecided:
    balanced: Phrases
    indifferent: Phrases
    stars: Phrases
    brief: Phrases


@dataclass(frozen=True)
class Composed:
    template: str
    times: int


@dataclass(frozen=True)
class Words:
    """Building it adds the composed fillings to the slots."""

    names: dict[str, str]
    slots: dict[str, Phrases]
    composed: dict[str, Composed]

    def __post_init__(self) -> None:
        for slot, composed in self.composed.items():
            self.slots[slot] += (composed.template,) * composed.times


@dataclass(frozen=True)
class PhraseTables:
    """A field per file."""

    neutral: Neutral
    transitions: Transitions
    judgments: Judgments
    plots: Plots
    verdicts: Verdicts
    undecided: Undecided
    words: Words


@functools.cache
def phrase_tables() -> PhraseTables:
    """The tables of this folder, read once."""
    return read_phrase_tables(FOLDER)


def read_phrase_tables(folder: Path) -> PhraseTables:
    """The tables in the TOML files of `folder`. Raises CorpusError that names the file and why."""
    texts: dict[Path, str] = {}
    tables = {}
    for name, kind in get_type_hints(PhraseTables).items():
        path = folder / f"{name}.toml"
        with reading(path, CorpusError, _REMEDY):
            texts[path] = read_bytes(path, LARGEST_JSON).decode("utf-8")
            tables[name] = build(kind, tomllib.loads(texts[path]))
    slots = {*tables["words"].names, *tables["words"].slots, *WRITER_SLOTS}
    for path, text in texts.items():
        for match in re.finditer(rf"{SLOT.pattern}|=\s*\[\s*\]", text):
            if match[2] not in slots:
                line = text.count("\n", 0, match.start()) + 1
                fault = "an unknown slot" if match[2] else "an empty list"
                reason = f"line {line} has {fault}, {match[0]}"
                raise CorpusError(f"{path} cannot be read: {reason}. {_REMEDY}")
    return PhraseTables(**tables)
