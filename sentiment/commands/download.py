"""Fetch the IMDB archive (84 MB); an interrupted download goes on where it ended."""

import argparse

from sentiment.commands.options import progress_of
from sentiment.corpus.download import download_archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> None:
    bars = progress_of(arguments)
    path = download_archive(progress=lambda done, total: bars("Download", done, total))
    bars.close()
    print(f"The archive is complete and verified: {path}")
