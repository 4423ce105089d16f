"""Predictions and traces over HTTP, and the access rules of every server of this project."""
