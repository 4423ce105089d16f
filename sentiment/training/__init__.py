"""Training: from a recipe and a prepared corpus to trained weights, as a stream of events."""
