"""Train a model; the run is shown on the Train page too."""

import argparse
import json
import os
import shlex
import sys
from pathlib import Path

from sentiment.commands.options import SOURCE_HELP, StageBars, add_json, add_settings
from sentiment.corpus.table_config import TableConfig
from sentiment.encoding.settings import PrepareConfig, SequenceConfig
from sentiment.networks.config import NetworkConfig
from sentiment.runs.launch import create_run, wait_for_turn
from sentiment.runs.processes import step_back
from sentiment.runs.run import Run, Status
from sentiment.training.config import Recipe, TrainConfig, recipe_with
from sentiment.training.presets import PRESETS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--preset", choices=PRESETS, default="sample", help="where the settings start from"
    )
    parser.add_argument("--source", help=f"{SOURCE_HELP}; default: the preset's")
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="where the model goes")
    parser.add_argument("--half", action="store_true", help="store the weights in 16 bits")
    parser.add_argument(
        "--pin",
        dest="pinned",
        action="append",
        metavar="REVIEW",
        help="follow this review through training, in place of the article's; may be repeated",
    )
    parser.add_argument("--run", type=Path, metavar="FOLDER", help="carry out a prepared run")
    add_json(parser)
    add_settings(parser, TableConfig, PrepareConfig, SequenceConfig, NetworkConfig, TrainConfig)


def recipe_from(arguments: argparse.Namespace) -> Recipe:
    """The preset's recipe with everything that was given on the command line."""
    given = {name: value for name, value in vars(arguments).items() if value is not None}
    others = ("command", "preset", "output", "half", "run", "json", "recipe")
    settings = {name: value for name, value in given.items() if name not in others}
    if "pinned" in settings:
        settings["pinned"] = tuple(settings["pinned"])
    return recipe_with(PRESETS[arguments.preset].recipe, settings)


def run(arguments: argparse.Namespace) -> None:
    several = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if several and int(os.environ["RANK"]):  # another of them leads
        from sentiment.runs.trainer import train_as_follower
        from sentiment.training.distributed import joined

        with joined() as group:
            train_as_follower(group)
        return
    bars = StageBars()
    training = Run(arguments.run) if arguments.run else create_run(recipe_from(arguments))
    if arguments.run:
        step_back()  # started by the app, which is to stay quick
    # Before torch is loaded: who waits should take no room.
    wait_for_turn(training, lambda place: bars(f"In line, {place}.", 0, 1))
    import torch

    from sentiment.runs.trainer import train
    from sentiment.training.distributed import joined
    from sentiment.training.fit import EndEvent, EpochEvent, Event

    def show(event: Event) -> None:
        if isinstance(event, EpochEvent):
            bars.close()
            print(
                f"epoch {event.epoch}: train loss {event.train_loss:.4f}, accuracy "
                f"{event.train_accuracy:.2%}; valid loss {event.valid_loss:.4f}, accuracy "
                f"{event.valid_accuracy:.2%}{' (best)' if event.improved else ''}; "
                f"{event.seconds:.0f} s",
                file=sys.stderr,
                flush=True,
            )
        elif isinstance(event, EndEvent):
            print(f"Ended: {event.reason}; epoch {event.best_epoch} kept.", file=sys.stderr)

    def report(status: Status) -> None:
        if status.active:
            bars(status.stage, round(status.progress * 100), 100)

    command = "" if arguments.run else shlex.join(["python", "-m", "sentiment", *sys.argv[1:]])
    with joined() as group:
        info = train(
            training,
            output=arguments.output,
            command=command,
            weights_dtype=torch.float16 if arguments.half else None,
            listener=report,
            on_event=show,
            group=group,
        )
    bars.close()
    if arguments.json:
        print(json.dumps({"model": str(info.folder), "metrics": info.metrics}))
        return
    for part, figures in info.metrics.items():
        print(
            f"{part}: accuracy {figures['accuracy']:.2%} ({figures['accuracy_low']:.2%} to "
            f"{figures['accuracy_high']:.2%}), loss {figures['loss']:.4f}, "
            f"AUC {figures['auc']:.4f}"
        )
    print(f"Model: {info.folder}")
