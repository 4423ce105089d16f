"""Generator of the cards of the included models: `python docs/make_cards.py` (`make docs`)."""

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
LICENSE = "mit"  # as of the whole project
NOTES = {  # on results, by model
    "imdb-bilstm": "The figures of the validation split are too good: the model that this one was "
    "initialized with was trained on 552 of its 2,514 reviews, before the tokenizer changed."
}


def cards() -> dict[Path, str]:
    """The cards of the included models and language models, by path."""
    from sentiment.analysis.statistics import CorpusStatistics
    from sentiment.networks.model_folder import installed_models, language_models
    from sentiment.runs.model_card import model_card
    from sentiment.training.pretrained import Pretrained, language_model_card

    statistics = CorpusStatistics.load()  # of IMDB
    found = {}
    for info in installed_models():
        note = NOTES.get(info.name, "")
        found[info.folder] = model_card(
            info.name, info.training, info.metrics, info.classes, LICENSE, statistics, note
        )
    for name in language_models():
        model = Pretrained.load(name)
        found[model.folder] = language_model_card(name, model.network, model.training)
    return {
        folder / "README.md": card
        for folder, card in found.items()
        if folder.is_relative_to(PROJECT)
    }


def main() -> None:
    from sentiment import atomic

    for path, card in cards().items():
        atomic.write_bytes(path, card.encode())


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main()
