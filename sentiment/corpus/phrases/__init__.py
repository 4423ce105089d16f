"""The phrases of the sample corpus, by theme. Data only, written for this project.

`{slot}` is replaced by a word from `words.SLOTS` or by a name that is constant within a review
(`{actor}`, `{film}`, ...); `{a slot}` adds the article. A clause begins in lower case and has no
full stop, so that it can be joined to another; a sentence has both.
"""
