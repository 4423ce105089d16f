"""Sources of reviews.

Input: the IMDB archive, a table, text files, or a seed for synthetic reviews. Output: a `Corpus` of
texts, labels and splits.
"""
