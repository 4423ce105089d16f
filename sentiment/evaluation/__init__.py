"""Evaluation of models: network and prepared corpus in, metrics, comparisons and claims out."""
