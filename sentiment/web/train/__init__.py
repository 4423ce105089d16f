"""The Train page: settings, the running training, and its results."""
