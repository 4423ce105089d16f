"""Lesson: a title and steps, each with a link to a page, a sentence and optionally a question."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from sentiment.settings import require

PAGES = (
    "home",
    "learn",
    "sources",
    "explore",
    "reviews",
    "train",
    "runs",
    "inspect",
    "predict",
    "compare",
    "memory",
)
MOST_STEPS, MOST_CHOICES = 40, 8
LONGEST_TITLE, LONGEST_SENTENCE, LONGEST_LINK = 80, 500, 4_000  # characters


@dataclass(frozen=True)
class Measure:
    """What the app computes as the answer; `of` is a key of `measures.MEASURES`."""

    of: str
    model: str = "imdb-lstm"
    text: str = ""


@dataclass(frozen=True)
class LessonQuestion:
    """A question whose answer is written in the file, or measured."""

    text: str
    choices: tuple[str, ...]
    answer: str = ""
    measure: Measure | None = None
    why: str = ""

    def __post_init__(self) -> None:
        require(
            2 <= len(self.choices) <= MOST_CHOICES and len(set(self.choices)) == len(self.choices),
            f"The question {self.text!r} has the choices {', '.join(self.choices) or 'none'}; "
            f"expected 2 to {MOST_CHOICES} different ones.",
        )
        require(
            bool(self.answer) != bool(self.measure),
            f"The question {self.text!r} has {'both' if self.answer else 'neither'} an answer "
            f"{'and' if self.answer else 'nor'} a measure; expected one of them.",
        )
        require(
            not self.answer or self.answer in self.choices,
            f"The answer {self.answer!r} is not one of the choices {', '.join(self.choices)}.",
        )


@dataclass(frozen=True)
class LessonStep:
    """A step: a view, what to look at, and what to do."""

    link: str  # "inspect?view=Gates&text=not+bad"
    sentence: str
    click: str = ""  # what to do there
    highlight: str = ""  # the label of the control to use
    question: LessonQuestion | None = None

    def __post_init__(self) -> None:
        require(
            self.page in PAGES,
            f"The link {self.link!r} names the page {self.page!r}; expected one of "
            f"{', '.join(PAGES)}.",
        )
        for name, value, longest in (
            ("link", self.link, LONGEST_LINK),
            ("sentence", self.sentence, LONGEST_SENTENCE),
            ("click", self.click, LONGEST_SENTENCE),
            ("highlight", self.highlight, LONGEST_TITLE),
        ):
            require(
                len(value) <= longest,
                f"The {name} {value[:40]!r}… has {len(value)} characters; expected at most "
                f"{longest}.",
            )
        require(bool(self.sentence.strip()), f"The step {self.link!r} has no sentence.")

    @property
    def page(self) -> str:
        return self.link.partition("?")[0].strip("/")

    @property
    def params(self) -> dict[str, str]:
        """The parameters of the link."""
        return dict(parse_qsl(self.link.partition("?")[2], keep_blank_values=True))


@dataclass(frozen=True)
class Lesson:
    """A lesson, as its file states it."""

    title: str
    steps: tuple[LessonStep, ...]
    summary: str = ""
    minutes: int = 5

    def __post_init__(self) -> None:
        require(
            0 < len(self.title.strip()) <= LONGEST_TITLE,
            f"The title has {len(self.title)} characters; expected 1 to {LONGEST_TITLE}.",
        )
        require(
            1 <= len(self.steps) <= MOST_STEPS,
            f"The lesson has {len(self.steps)} steps; expected 1 to {MOST_STEPS}.",
        )
        require(
            1 <= self.minutes <= 600,
            f"minutes is {self.minutes}; expected 1 to 600.",
        )
