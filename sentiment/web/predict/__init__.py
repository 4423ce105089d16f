"""The Predict page. Input: a model and a table. Output: the table with predictions."""
