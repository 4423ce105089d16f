"""`python -m sentiment COMMAND`: the whole pipeline from a shell."""

import argparse
import importlib
import os
import sys
from pathlib import Path

from sentiment.errors import SentimentError

# In the order in which a newcomer needs them. Each is a module in sentiment.commands; the name of
# a module is enough to list it, so that `--help` imports none of them.
COMMANDS = {
    "download": "fetch the IMDB archive",
    "prepare": "encode and split a corpus",
    "stats": "lengths, labels and words of a corpus",
    "quality": "copies, leaks and doubtful labels of a corpus",
    "pretrain": "language models, for a training to start from",
    "estimate": "what a training will cost on this machine",
    "train": "train a model",
    "evaluate": "measure a model",
    "predict": "Positive or Negative for a text",
    "compare": "every architecture side by side",
    "speed": "how fast each architecture reads",
    "memory": "how many words back each architecture can remember",
    "export": "the curves of runs, for other programs",
    "trace": "every gate at every word of a text",
    "intervene": "change gates or units and measure what it does",
    "units": "what each unit of a model tracks",
}


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    argv = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="python -m sentiment", description=__doc__)
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FOLDER",
        help="write there how far the command is and how it ended, for a page that watches",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in argv if word in COMMANDS), None)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary)
        if name == chosen:
            module = importlib.import_module(f"sentiment.commands.{name}")
            sub.description = module.__doc__
            module.add_arguments(sub)
    arguments = parser.parse_args(argv)
    if arguments.report:
        from sentiment.runs.processes import step_back

        step_back()  # a page has started it, and is to stay quick
    try:
        importlib.import_module(f"sentiment.commands.{arguments.command}").run(arguments)
        _report(arguments.report, "done")
    except SentimentError as error:
        print(f"{parser.prog} {arguments.command}: {error}", file=sys.stderr)
        _report(arguments.report, "failed", str(error))
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return 0


def _report(folder: Path | None, state: str, message: str = "") -> None:
    if folder:
        from sentiment.runs.jobs import Job  # only where a page watches

        Job(folder).end(state, message)


if __name__ == "__main__":
    status = main()
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        from sentiment.runs.processes import leave

        leave(status)
    sys.exit(status)
