"""The Sources page: registered corpora and uploads."""
