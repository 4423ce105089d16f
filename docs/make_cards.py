"""Generator of the cards of the included models: `python docs/make_cards.py` (`make docs`)."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LICENSE = "mit"  # as of the whole project


def main() -> None:
    from sentiment import atomic
    from sentiment.analysis.statistics import CorpusStatistics
    from sentiment.networks.model_folder import installed_models, language_models
    from sentiment.runs.model_card import model_card
    from sentiment.training.pretrained import Pretrained, language_model_card

    statistics = CorpusStatistics.load()  # of IMDB
    for info in installed_models():
        if info.folder.is_relative_to(PROJECT):
            card = model_card(
                info.name, info.training, info.metrics, info.classes, LICENSE, statistics
            )
            atomic.write_bytes(info.folder / "README.md", card.encode())
    for name in language_models():
        model = Pretrained.load(name)
        if model.folder.is_relative_to(PROJECT):
            card = language_model_card(name, model.network, model.training)
            atomic.write_bytes(model.folder / "README.md", card.encode())


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main()
