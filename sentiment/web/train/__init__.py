"""The Train page. Input: a recipe. Output: a run, with its curves, metrics and model."""
