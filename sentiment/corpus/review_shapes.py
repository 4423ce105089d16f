"""Shapes of synthetic reviews: each returns the opinions of a review as sentences.

Neutral sentences precede them.
"""

from collections.abc import Callable

from sentiment.corpus.review_writer import Writer

# Shape of a review (a function below) -> number of reviews of that shape in a thousand.
SHARES = {
    "plain": 535,
    "negated": 130,
    "contrast": 110,
    "flip": 70,
    "mixed": 55,
    "late_verdict": 35,
    "concession": 35,
    "brief": 25,
    "outcry": 3,
    "endless": 2,
}

# Words of a review at evenly spaced quantiles; a length is drawn between two of them.
USUAL_LENGTHS = (12, 19, 25, 30, 35, 40, 45, 50, 56, 62, 69, 78, 89, 104, 132, 190)
LENGTHS = {
    "late_verdict": (70, 110, 150, 210, 300, 395),
    "brief": (0, 0),
    "outcry": (0, 0),
    "endless": (640, 900),
}


def plain(writer: Writer) -> list[str]:
    """Most opinion words agree with the label."""
    count = 1 + writer.rng.below(3) + writer.word_count // 60
    opinions = [writer.statement(writer.side) for _ in range(min(count, 5))]
    if writer.rng.chance(0.2):
        opinions.append(writer.write(writer.tables.verdicts.comparisons[writer.side]))
    return [*opinions, writer.verdict(), *writer.closing(0.4)]


def negated(writer: Writer) -> list[str]:
    """Negates the opposite: "never dull", "not one line made me laugh"."""
    count = 1 + writer.rng.below(3)
    opinions = [writer.statement(writer.side, negation=0.9) for _ in range(count)]
    return [*opinions, writer.verdict(negation=0.8), *writer.closing(0.15)]


def contrast(writer: Writer) -> list[str]:
    """Begins with the other label and turns around after "but"; the second half decides."""
    first = writer.clause(writer.other_side)
    if writer.rng.chance(0.5):
        first = f"{first} and {writer.clause(writer.other_side)}"
    verdicts = writer.tables.verdicts
    bank = verdicts.outweighing if writer.rng.chance(0.6) else verdicts.whole
    second = writer.write(bank[writer.side])
    contrasts = writer.tables.transitions.contrasts[writer.side]
    turn = writer.write(contrasts, first=first, second=second)
    opening = [writer.statement(writer.other_side)] if writer.rng.chance(0.4) else []
    return [*opening, turn, *writer.closing(0.25)]


def concession(writer: Writer) -> list[str]:
    """A verdict with a concession: "although ..."."""
    turn = writer.write(
        writer.tables.transitions.concessions,
        verdict=writer.whole(writer.side),
        other=writer.clause(writer.other_side),
    )
    opinions = [writer.statement(writer.side)] if writer.rng.chance(0.4) else []
    return [*opinions, turn, *writer.closing(0.25)]


def flip(writer: Writer) -> list[str]:
    """An expectation that was wrong: "I expected to hate this. I was wrong." """
    expectation = writer.rng.pick(writer.tables.transitions.expectations[writer.side])
    lead = writer.write(expectation.leads)
    answer = writer.write(expectation.answers, verdict=writer.whole(writer.side))
    opinions = [f"{lead} {answer}"]
    if writer.rng.chance(0.4):
        opinions.append(writer.statement(writer.side, negation=0.5))
    return [*opinions, *writer.closing(0.2)]


def mixed(writer: Writer) -> list[str]:
    """Good and bad points in random order; the last sentence decides."""
    sides = [writer.side, writer.other_side] * (1 + writer.rng.below(2))
    opinions = [writer.statement(side) for side in writer.rng.shuffled(sides)]
    decisions = writer.tables.transitions.decisions[writer.side]
    decision = writer.write(decisions, verdict=writer.whole(writer.side))
    return [*opinions, decision, *writer.closing(0.2)]


def late_verdict(writer: Writer) -> list[str]:
    """One sentence of opinion after a long plot."""
    return [writer.verdict(negation=0.4), *writer.closing(0.3)]


def brief(writer: Writer) -> list[str]:
    """Three to eight words."""
    return [writer.write(writer.tables.verdicts.brief[writer.side])]


def outcry(writer: Writer) -> list[str]:
    """One or two words: dropped as too short by default."""
    words = writer.write(writer.tables.verdicts.outcry[writer.side])
    return [words + writer.rng.pick(("", ".", "!", "!!!"))]


SHAPES: dict[str, Callable[[Writer], list[str]]] = {
    "plain": plain,
    "negated": negated,
    "contrast": contrast,
    "flip": flip,
    "mixed": mixed,
    "late_verdict": late_verdict,
    "concession": concession,
    "brief": brief,
    "outcry": outcry,
    "endless": plain,  # more than 600 words, mostly plot
}


# Shape of a short review -> number of that shape in a hundred. Its first two sentences decide the
# label.
SHORT_SHARES = {
    "plain": 25,
    "negated": 25,
    "verdict": 15,
    "contrast": 15,
    "concession": 8,
    "flip": 7,
    "brief": 5,
}
SHORT_SHAPES: dict[str, Callable[[Writer], list[str]]] = {
    "plain": lambda writer: [writer.statement(writer.side, negation=0.0)],
    "negated": lambda writer: [writer.statement(writer.side, negation=0.8)],
    "verdict": lambda writer: [writer.verdict(negation=0.5)],
    "contrast": contrast,
    "concession": concession,
    "flip": flip,
    "brief": brief,
}
