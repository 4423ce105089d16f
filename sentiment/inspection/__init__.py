"""Inspection of trained models.

Input: a model folder and texts or a prepared corpus. Output: predictions, traces, attributions,
interventions and statistics of units.
"""
