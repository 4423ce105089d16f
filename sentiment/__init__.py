"""Sentiment Lab: movie-review sentiment with recurrent networks, and tools to inspect them.

The folders follow the pipeline: corpus, encoding, analysis, dataset, networks, training,
evaluation, runs, inspection, charts. `commands` and `web` are the two user interfaces.
Importing the package loads nothing heavy. Import what you need from its modules:

    from sentiment.inspection.predictor import Predictor
    Predictor.load("imdb-lstm").predict(["I loved it"])
"""

__version__ = "0.1.0"
