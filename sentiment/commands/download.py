"""Download the IMDB archive (84 MB). An interrupted download resumes."""

import argparse

from sentiment.commands.progress import progress_for
from sentiment.corpus.download import download_archive
from sentiment.progress import stage_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> None:
    progress = progress_for(arguments)
    path = download_archive(progress=stage_of(progress, "Download"))
    progress.close()
    print(f"Complete and verified: {path}")
