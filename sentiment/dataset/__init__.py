"""Prepared corpora on disk.

Input: a source of reviews and settings. Output: encoded splits, batches and search results.
"""
