"""Explore: review lengths, sequence length, vocabulary and batches of a corpus before training."""

from sentiment.web import layout
from sentiment.web.bad_items import show_bad
from sentiment.web.explore import batch, lengths, sequence, words
from sentiment.web.explore.choices import choose_reviews, choose_settings, show_next_steps
from sentiment.web.explore.corpora import explorable_corpora

VIEWS = {
    "Lengths": lengths.show,
    "Sequence length": sequence.show,
    "Vocabulary": words.show,
    "Batches": batch.show,
}

layout.header(
    "Explore",
    "Statistics of a corpus, and the effect of cutoffs, sequence length and vocabulary size on a "
    "training.",
)
listed = explorable_corpora()
show_bad(listed.bad)
by_name = {corpus.name: corpus for corpus in listed.items}
choices = choose_settings(*choose_reviews(by_name))
view = layout.choose_one("View", VIEWS, key="explore_view", label_visibility="collapsed")
VIEWS[view](choices)
show_next_steps(choices)
