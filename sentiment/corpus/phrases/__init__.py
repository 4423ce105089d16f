"""The phrases of the sample corpus, by theme, written for this project.

Input: the TOML files of this folder. Output: `tables.phrase_tables()`, and
`corpus.remarks.remark_tables()` for `remarks.toml`, which describes its own slots.

`{slot}` is replaced by a word from `words.toml` or by a name that is constant within a review
(`{actor}`, `{film}`, ...); `{a slot}` adds the article. A clause begins in lower case and has no
full stop, so that it can be joined to another; a sentence has both. `negative` and `positive` are
labels.
"""
