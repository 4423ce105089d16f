"""The visitor's review, which several steps use."""

from sentiment.lessons.article import EXAMPLE
from sentiment.web import review

LONGEST = 1_000  # characters


def current_review() -> str:
    """The review of the visitor, otherwise an example."""
    return review.current_review(EXAMPLE)[:LONGEST]


def review_box() -> str:
    """Draw a box for the review; return its text, or the example if it is empty."""
    text = review.review_box(EXAMPLE, height=100, longest=LONGEST)
    return text if text.strip() else EXAMPLE
