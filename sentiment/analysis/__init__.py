"""Analysis of a corpus.

Input: texts, token ids, labels and splits. Output: statistics and results of quality checks.
"""
