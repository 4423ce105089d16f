"""Command line `sentiment-lab`, also `python -m sentiment`. Without a command it opens the app."""

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import Literal

from sentiment import guard, workspace
from sentiment.errors import SentimentError
from sentiment.places import program, write_private_files

# In the order in which a newcomer needs them. Each name is a module of sentiment.commands. The
# summaries are here so that `--help` imports none of these modules.
COMMANDS = {
    "app": "open the app, or host it for a class",
    "download": "download the IMDB archive",
    "labels": "count the labels of a table and show their classes",
    "prepare": "encode and split a corpus",
    "stats": "show lengths, labels and words of a corpus",
    "quality": "find duplicates, leaked ratings and label errors in a corpus",
    "corrections": "export, import or measure label corrections of a corpus",
    "pretrain": "train a language model that classifiers can start from",
    "train": "train a model",
    "average": "average the weights of several trainings of one network",
    "estimate": "estimate parameters, memory and time of a training on this machine",
    "evaluate": "measure accuracy and other metrics of a model",
    "predict": "predict the class of each text, with probabilities",
    "serve": "serve predictions and traces over HTTP",
    "trace": "show every gate and state at every word of a text",
    "intervene": "clamp gates or freeze units and measure the effect",
    "units": "show what each unit of a model responds to",
    "compare": "compare the architectures, or train them for the comparison",
    "speed": "measure words per second of each architecture",
    "memory": "measure how many words back each architecture can remember",
    "export": "export a model as a page, ONNX, script or ZIP, or the curves of runs",
}


def build_parser(*loaded: str) -> argparse.ArgumentParser:
    """The parser of all commands, with the options of the commands named in `loaded`."""
    parser = argparse.ArgumentParser(
        prog=program(),
        description="Sentiment Lab on the command line. Without a command, the app opens.",
    )
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FOLDER",
        help="write progress and result to this folder (used by the app)",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary)
        if name in loaded:
            module = importlib.import_module(f"sentiment.commands.{name}")
            command.description = module.__doc__
            module.add_arguments(command)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run one command, or open the app without one; returns the exit status."""
    argv = (sys.argv[1:] if argv is None else argv) or ["app"]
    write_private_files()
    if workspace.WORKSPACE_VARIABLE in os.environ:  # a job of a visitor
        workspace.limit_process()
        guard.install(workspace.current)
    parser = build_parser(*[word for word in argv if word in COMMANDS][:1])
    arguments = parser.parse_args(argv)
    if arguments.report:
        from sentiment.runs.processes import lower_priority

        lower_priority()  # the app started this process and must stay responsive
    try:
        module = importlib.import_module(f"sentiment.commands.{arguments.command}")
        status: int = module.run(arguments) or 0
        sys.stdout.flush()
        _report(arguments.report, "done")
    except BrokenPipeError:  # the reader has closed the pipe, for example `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for the flush at exit
        return 128 + 13  # the status of a process that SIGPIPE has ended
    except (SentimentError, MemoryError) as error:
        from sentiment.settings import in_shell

        message = str(error)
        if isinstance(error, MemoryError):
            message = "Out of memory. Use a smaller file, a shorter text or a smaller model."
        kinds = getattr(arguments, "setting_kinds", ())
        shown = in_shell(message, kinds, getattr(arguments, "option_names", None))
        print(f"{parser.prog} {arguments.command}: {shown}", file=sys.stderr)
        _report(arguments.report, "failed", message)
        return 1
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    return status


def _report(folder: Path | None, state: Literal["done", "failed"], message: str = "") -> None:
    if folder:
        from sentiment.runs.jobs import Job

        Job(folder).finish(state, message)


def console() -> int:
    """The entry point of `sentiment-lab` and of `python -m sentiment`."""
    status = main()
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        from sentiment.runs.processes import exit_immediately

        exit_immediately(status)
    return status


if __name__ == "__main__":
    sys.exit(console())
