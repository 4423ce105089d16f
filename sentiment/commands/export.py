"""Export a model as an HTML page, ONNX, a script or a ZIP, or the curves of runs.

The curves of runs are written as CSV to standard output, or as TensorBoard logs. No file is
overwritten.
"""

import argparse
import sys
from pathlib import Path

from sentiment import atomic
from sentiment.commands.options import model_named, run_named
from sentiment.errors import ModelError, RunError
from sentiment.export.model_zip import own_name, write_zip
from sentiment.export.script import training_script
from sentiment.networks.model_folder import ModelInfo, model_folder
from sentiment.places import program
from sentiment.runs.comparison import events_csv
from sentiment.runs.run import Run, all_runs
from sentiment.settings import require
from sentiment.training.config import Recipe

HERE = ""  # a file named after the model, in the current folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="a model, its folder or a run; for curves, ids of runs. Default: all runs",
    )
    kind = parser.add_mutually_exclusive_group()
    for option, metavar, text in (
        (
            "--html",
            "FILE",
            "write the model as one HTML page that predicts and shows every gate, without server "
            "and network. Default: MODEL.html",
        ),
        (
            "--onnx",
            "FOLDER",
            "write the model as ONNX, in float32 and with 8-bit weights, and its preprocessing as "
            "JSON (needs `pip install -r requirements-onnx.txt`). Default: MODEL-onnx",
        ),
        (
            "--script",
            "FILE",
            "write a Python file that trains with the settings of the model or run; it needs NumPy "
            "and torch. Default: MODEL.py",
        ),
        (
            "--zip",
            "FILE",
            "write the model folder with its card and use.py, a script that predicts with the "
            "model. Default: MODEL.zip",
        ),
    ):
        kind.add_argument(option, nargs="?", const=HERE, metavar=metavar, help=text)
    kind.add_argument(
        "--tensorboard",
        type=Path,
        metavar="FOLDER",
        help="write TensorBoard logs, one subfolder per run "
        "(needs `pip install -r requirements-tracking.txt`)",
    )


def run(arguments: argparse.Namespace) -> None:
    for option, suffix, write in (
        ("html", ".html", _html),
        ("onnx", "-onnx", _onnx),
        ("zip", ".zip", _zip),
    ):
        if (given := getattr(arguments, option)) is not None:
            info = ModelInfo.read(model_named(_one(arguments.names, f"--{option}")))
            write(info, _target(given or f"{own_name(info)}{suffix}"))
            return
    if arguments.script is not None:
        _script(arguments.names, arguments.script)
        return
    chosen = _runs(arguments.names)
    if arguments.tensorboard is None:
        sys.stdout.write(events_csv({one.id: one.events() for one in chosen}))
        return
    from sentiment.runs.tensorboard import write_log

    for one in chosen:
        print(write_log(one, arguments.tensorboard))


def _html(info: ModelInfo, target: Path) -> None:
    from sentiment.export.page import model_page

    _write(target, model_page(info).encode())


def _zip(info: ModelInfo, target: Path) -> None:
    with atomic.new_file(target) as file:
        write_zip(info, file)
    print(f"{target} ({target.stat().st_size / 1e6:.1f} MB)")


def _script(names: list[str], given: str) -> None:
    name = _one(names, "--script")
    if not model_folder(name).is_dir() and (run := run_named(name)):
        recipe = run.recipe()  # it may have no model yet
    else:
        recipe = Recipe.from_json(ModelInfo.read(model_named(name)).training.recipe)
    target = _target(given or f"{Path(name).name}.py")
    _write(target, training_script(name, recipe).encode())


def _onnx(info: ModelInfo, target: Path) -> None:
    try:
        from sentiment.export.onnx_files import write_onnx
    except ImportError as error:
        raise ModelError(
            f"The package {error.name} is not installed: pip install -r requirements-onnx.txt"
        ) from error
    int8 = write_onnx(info, target)["int8"]
    print(
        f"{target}: model.onnx, model-int8.onnx ({int8['bytes'] / 1e6:.1f} MB; the same label for "
        f"{int8['same_label']:.1%} of {int8['compared_on']}), model.json"
    )


def _write(target: Path, content: bytes) -> None:
    atomic.write_bytes(target, content)
    size = len(content)
    print(f"{target} ({size / 1e6:.1f} MB)" if size >= 1e5 else f"{target} ({size / 1e3:.1f} kB)")


def _one(names: list[str], option: str) -> str:
    require(
        len(names) == 1,
        f"{option} expects one model, {len(names)} are given. Give the model first: "
        f"export MODEL {option}.",
    )
    return names[0]


def _target(path: str) -> Path:
    target = Path(path).expanduser()
    require(
        not target.exists(),
        f"{target} exists already. Choose another name, or delete it first.",
    )
    return target


def _runs(ids: list[str]) -> list[Run]:
    known = {run.id: run for run in all_runs()}
    if not known:
        raise RunError(f"There are no runs. Start one with `{program()} train`.")
    unknown = [given for given in ids if given not in known]
    if unknown:
        raise RunError(
            f"Unknown run {', '.join(unknown)}. The newest runs are "
            f"{', '.join(list(known)[:5])}; the Runs page shows the ids of all. "
            "A model is exported with --html, --onnx, --script or --zip."
        )
    return [known[given] for given in ids or known]
