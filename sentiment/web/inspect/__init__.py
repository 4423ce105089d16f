"""The Inspect page: the review box and its views."""
