"""The Learn page: twelve steps from reviews to a prediction, one file per step."""
