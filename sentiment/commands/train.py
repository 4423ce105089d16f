"""Train a model. The Train page also shows the run."""

import argparse
import os
import shlex
import sys
from pathlib import Path

from sentiment.commands.new_model import print_model, require_new
from sentiment.commands.options import add_json, add_recipe, names_recipe, recipe_from
from sentiment.commands.progress import ProgressBars
from sentiment.errors import RunError
from sentiment.runs.launch import create_run, reopen, require_settings, wait_for_turn
from sentiment.runs.processes import lower_priority
from sentiment.runs.run import Run
from sentiment.settings import require


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_recipe(parser)
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FOLDER",
        help="the model folder. Default: in the folder of the run",
    )
    parser.add_argument("--half", action="store_true", help="store the weights as float16")
    parser.add_argument(
        "--run-folder",  # torchrun would take --run for an abbreviation of its --run-path
        type=Path,
        metavar="FOLDER",
        help="the folder of the run. An unfinished run is resumed, for which its settings can be "
        "left out. Default: a new folder",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> None:
    several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if several and int(os.environ["RANK"]):  # rank 0 is the leader
        from sentiment.runs.trainer import train_follower
        from sentiment.training.distributed import process_group

        with process_group() as group:
            train_follower(group)
        return
    if arguments.output:
        require_new(arguments.output)
    bars = ProgressBars()
    training = _run(arguments)
    # Before torch is loaded: a queued run should take little memory.
    wait_for_turn(training, lambda place: bars(f"Queued, position {place}", 0, 1))
    import torch

    from sentiment.runs.trainer import train
    from sentiment.training.distributed import process_group

    repeatable = not arguments.run_folder or names_recipe(arguments)
    command = shlex.join(["python", "-m", "sentiment", *sys.argv[1:]]) if repeatable else ""
    with process_group() as group:
        info = train(
            training,
            output=arguments.output,
            command=command,
            weights_dtype=torch.float16 if arguments.half else None,
            listener=bars.show_status,
            on_event=bars.show_event,
            group=group,
        )
    bars.close()
    print_model(info, arguments.json)


def _run(arguments: argparse.Namespace) -> Run:
    """The run of `--run-folder`, else a new one. Raises SentimentError."""
    named = names_recipe(arguments)
    if not arguments.run_folder:
        return create_run(recipe_from(arguments))
    if not os.path.lexists(arguments.run_folder):
        require(
            named,
            f"There is no run in {arguments.run_folder}. Give the folder of a run, or settings, "
            "such as --preset sample, to create one there.",
        )
        return create_run(recipe_from(arguments), arguments.run_folder)
    run = Run(arguments.run_folder)
    if named:
        require_settings(run, recipe_from(arguments))
    else:
        lower_priority()  # the app started this process and must stay responsive
    status = run.status()
    if not status.active:
        reopen(run)
    elif status.state == "running" and status.pid != os.getpid():
        raise RunError(f"The run {run.name()} is running in the process {status.pid}.")
    return run
