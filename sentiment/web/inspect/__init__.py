"""The Inspect page. Input: a review and a model. Output: the prediction, its trace, and views."""
