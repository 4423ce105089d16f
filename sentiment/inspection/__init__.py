"""Using a trained model: predictions, and what happened inside while it read."""
