"""Predictions and traces by HTTP, and what every server of this project refuses."""
