"""A training as a process: recipe in, run folder with model, metrics and checkpoints out."""
