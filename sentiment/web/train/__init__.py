"""The Train page: turns a recipe into a run, and a run into curves, metrics and a model."""
