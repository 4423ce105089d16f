"""The phrases the sample corpus is composed of, by theme. Data only, all of it our own writing.

`{slot}` stands for a word from `words.SLOTS` or for a name kept through a review (`{actor}`,
`{film}`, ...); `{a slot}` puts the right article before it. A clause begins in lower case and has
no full stop, so that it can stand alone or be joined to another; a sentence has both.
"""
