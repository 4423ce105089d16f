"""How good a model is: prepared corpus and network in, metrics, claims and comparisons out."""
