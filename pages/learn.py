"""Learn: the way from reviews to a prediction in twelve steps."""

from sentiment.web import layout
from sentiment.web.learn.path import show_path

layout.header(
    "Learn",
    "The way from movie reviews to a network that judges them, in twelve steps: read, try, answer. "
    "Nothing has to be downloaded.",
)
with layout.show_errors():
    show_path()
