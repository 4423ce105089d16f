"""Download the IMDB archive (84 MB). An interrupted download resumes."""

import argparse

from sentiment.commands.progress import progress_for
from sentiment.corpus.download import download_archive


def add_arguments(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> None:
    progress = progress_for(arguments)
    path = download_archive(progress=lambda done, total: progress("Download", done, total))
    progress.close()
    print(f"Complete and verified: {path}")
