"""`train --run-folder FOLDER` creates a run there, or resumes the one that is there."""

import os

import pytest
from torch.distributed.run import get_args_parser

from sentiment.__main__ import build_parser, main
from sentiment.runs.launch import create_run
from sentiment.runs.processes import start_time
from sentiment.runs.run import Run, runs_dir
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS

SIZES = {"epochs": 1, "hidden_size": 4, "embedding_dim": 4, "sequence_length": 20}
QUICK = recipe_with(PRESETS["sample"].recipe, SIZES)
SETTINGS = [f"--{name.replace('_', '-')}={value}" for name, value in SIZES.items()]


@pytest.fixture(autouse=True)
def own_runs(new_user):
    """An empty folder of runs."""


def train(folder, *settings):
    return main(["train", "--run-folder", str(folder), *settings])


def test_a_new_folder_gets_a_run_and_a_finished_run_is_not_trained_again(capsys):
    folder = runs_dir() / "mine"
    assert train(folder, *SETTINGS) == 0
    run = Run(folder)
    assert run.recipe() == QUICK and run.status().state == "finished" and run.has_model
    assert "train" in (run.model / "README.md").read_text().split("Command")[-1]
    weights = (run.model / "weights.safetensors").read_bytes()
    for settings in (SETTINGS, []):
        assert train(folder, *settings) == 1
        assert "finished" in capsys.readouterr().err
    assert (run.model / "weights.safetensors").read_bytes() == weights


def test_other_settings_and_a_folder_without_a_run_are_refused(tmp_path, capsys):
    run = create_run(QUICK)
    run.set_status("stopped", "Ended", 0.0)
    assert train(run.folder, *SETTINGS, "--epochs", "2") == 1
    assert "epochs is 1 (given: 2)" in capsys.readouterr().err
    assert train(tmp_path / "nothing") == 1
    assert str(tmp_path / "nothing") in capsys.readouterr().err


@pytest.mark.parametrize("settings", [[], SETTINGS])
def test_a_stopped_run_is_resumed(settings):
    run = create_run(QUICK)
    run.request_stop()
    run.set_status("stopped", "Ended", 0.0)
    assert train(run.folder, *settings) == 0
    assert run.status().state == "finished"


def test_a_run_of_another_process_is_left_alone(capsys):
    run, other = create_run(QUICK), os.getppid()
    run.table.update(run.id, state="running", pid=other, started=start_time(other))
    assert train(run.folder) == 1
    assert str(other) in capsys.readouterr().err
    assert run.status().pid == other


def test_torchrun_passes_every_option_on():
    (commands,) = (a for a in build_parser("train")._actions if isinstance(a.choices, dict))
    options = [name for a in commands.choices["train"]._actions for name in a.option_strings]
    words = ["train", *(name for name in options if name not in ("-h", "--help"))]
    assert "--run-folder" in words and "--run" not in words
    given = get_args_parser().parse_args(["--standalone", "-m", "sentiment", *words])
    assert given.training_script_args == words
