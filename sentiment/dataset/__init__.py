"""Prepared corpora on disk: reviews in, encoded splits, batches and search results out."""
