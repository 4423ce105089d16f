"""Predictions for whole tables: every row in its place, in constant memory, resumable."""
