"""Trainings as processes: recipe in, run folder with model, metrics and checkpoints out."""
