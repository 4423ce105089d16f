"""Example reviews, each with what it demonstrates. Written for this project."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    """A review and what it demonstrates, in one sentence."""

    title: str
    text: str
    shows: str


ARTICLE = Example(
    "Disappointed",
    "I did not really get what I was expecting here. There was no story, wouldn't watch it again",
    "A sentence from the article that this project is based on.",
)
EXAMPLES = (
    Example(
        "Turn",
        "The first half is dull and boring, but the ending is wonderful and I loved it.",
        "Criticism first, praise last: the curve turns at “wonderful”.",
    ),
    ARTICLE,
    Example(
        "Fan",
        "I like watching action movies. And this was a DC movie, that is why I liked this movie "
        "a lot",
        "The other sentence from the article: plain praise.",
    ),
    Example(
        "But …",
        "The cast is great, the camera work is beautiful and the music is lovely, but the story "
        "is so dull and predictable that I was bored after twenty minutes.",
        "Praise first, criticism last: the curve turns after “but”.",
    ),
    Example(
        "Not bad at all",
        "Honestly this is not bad at all. I expected to hate it and ended up smiling the whole "
        "way through.",
        "Negation: the strong words alone suggest the wrong label.",
    ),
    Example(
        "Plot first",
        "A retired sailor returns to the island where he grew up and finds the lighthouse sold "
        "to a company that wants to tear it down. He meets the new keeper, who has lost her "
        "brother at sea, and together they search the archive for a map that may prove who owns "
        "the land. There is a trial, a storm and a wedding. It is one of the most moving films I "
        "have seen in years.",
        "A long neutral plot; the opinion is in the last sentence.",
    ),
    Example(
        "Irony",
        "What a treat: two hours of people shouting in the dark. I can hardly wait for the sequel.",
        "Misclassified: irony. Word by word, it is praise.",
    ),
    Example(
        "It gets this wrong",
        "You would have to be dead not to laugh at this.",
        "Misclassified: praise in words that are frequent in negative reviews.",
    ),
)
