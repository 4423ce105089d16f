"""Figures of the article, and results of its recipe, trained on IMDB."""

from dataclasses import dataclass

from sentiment.errors import CorpusError
from sentiment.inspection.examples import ARTICLE
from sentiment.places import SHIPPED
from sentiment.stored import read_json

EXAMPLE = ARTICLE.text  # the sentence at the end of the article


@dataclass(frozen=True)
class Article:
    """Figures of the article (first four), and measurements of its recipe on two cores.

    The recipe is the preset `article`, written plainly in torch. `random_…` are of another small
    bidirectional LSTM whose validation split was drawn at random and not by film.
    """

    reviews: int  # of the data set, as the article counts it
    mean_length: int  # words
    longest: int  # words
    sequence_length: int  # words
    valid_accuracy: float  # after `best_epoch`
    best_epoch: int
    minutes_until_best: int
    test_accuracy: float  # after `best_epoch`
    last_epoch: int
    test_accuracy_at_last: float
    random_valid_accuracy: float
    random_test_accuracy: float

    @classmethod
    def read(cls) -> "Article":
        article: Article = read_json(
            SHIPPED / "article.json", cls, CorpusError, "Fetch the file again."
        )
        return article
