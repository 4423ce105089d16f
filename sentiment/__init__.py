"""Sentiment Lab: read movie reviews with recurrent networks, and see how they do it.

The folders stand in pipeline order: corpus, encoding, networks, training, inspection, charts.
Importing this package loads nothing heavy; import what you need from its modules, for example

    from sentiment.inspection.predictor import Predictor
    Predictor.load("imdb-lstm").predict(["I loved it"])
"""

__version__ = "0.1.0"
