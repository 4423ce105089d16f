"""Predictions for whole tables: all rows in order, in constant memory, resumable."""
