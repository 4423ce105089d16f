"""The Sources page: lists registered corpora, and registers tables of reviews."""
