"""Open the app in the browser, as without a command."""

import argparse
import os
import subprocess
import sys

from sentiment import workspace
from sentiment.places import PROGRAM

MAX_UPLOAD_MIB = "50"  # of a visitor; Streamlit holds uploads in memory


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--hosted",
        action="store_true",
        help="give each visitor a workspace with quotas, for a class (docs/hosting.md)",
    )
    parser.add_argument(
        "streamlit",
        nargs="*",
        metavar="-- OPTION",
        help="options of `streamlit run`, for example `-- --server.port 8600`",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run `streamlit run app.py` until it ends; returns its exit status."""
    environment = dict(os.environ)
    if arguments.hosted:
        environment[workspace.HOSTED_VARIABLE] = "1"
        environment.setdefault("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", MAX_UPLOAD_MIB)
        environment.setdefault("STREAMLIT_SERVER_HEADLESS", "true")
    words = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(PROGRAM / "app.py"),
        *arguments.streamlit,
    ]
    return subprocess.call(words, env=environment)
