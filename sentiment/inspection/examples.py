"""Reviews to start from, each for something it shows. Written for this project."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Example:
    title: str
    text: str
    shows: str


EXAMPLES = (
    Example(
        "Disappointed",
        "I did not really get what I was expecting here. There was no story, wouldn't watch it "
        "again",
        "The sentence of the article this project follows.",
    ),
    Example(
        "Fan",
        "I like watching action movies. And this was a DC movie, that is why I liked this movie "
        "a lot",
        "The article's other sentence: plain praise.",
    ),
    Example(
        "But …",
        "The cast is great, the camera work is beautiful and the music is lovely, but the story "
        "is so dull and predictable that I was bored after twenty minutes.",
        "Praise first, verdict last: watch the curve turn.",
    ),
    Example(
        "Not bad at all",
        "Honestly this is not bad at all. I expected to hate it and ended up smiling the whole "
        "way through.",
        "Negation: every strong word points the wrong way.",
    ),
    Example(
        "Plot first",
        "A retired sailor returns to the island where he grew up and finds the lighthouse sold "
        "to a company that wants to tear it down. He meets the new keeper, who has lost her "
        "brother at sea, and together they search the archive for a map that may prove who owns "
        "the land. There is a trial, a storm and a wedding. It is one of the most moving films I "
        "have seen in years.",
        "Long neutral plot, and the verdict in the last sentence.",
    ),
    Example(
        "Irony",
        "What a treat: two hours of people shouting in the dark. I can hardly wait for the sequel.",
        "Irony is where word counting and most networks fail.",
    ),
    Example(
        "It gets this wrong",
        "You would have to be dead not to laugh at this.",
        "Praise in words that mostly stand in bad reviews. See which of them it fell for.",
    ),
)
