"""Commands that make a model never replace what is at its path."""

import pytest

from sentiment.__main__ import main

COMMANDS = {
    "train": ["train", "--preset", "sample"],
    "pretrain": ["pretrain", "sample"],
    "average": ["average", "compare-lstm", "compare-gru"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_with_files_and_a_file_stay_as_they_are(command, tmp_path, new_user, capsys):
    mine = tmp_path / "mine"
    mine.mkdir()
    notes = mine / "notes.txt"
    notes.write_text("mine")
    for path in (mine, notes):
        assert main([*COMMANDS[command], "--output", str(path)]) == 1
        assert str(path) in capsys.readouterr().err
    assert [path.read_text() for path in mine.iterdir()] == ["mine"]


def test_an_empty_folder_may_be_the_output(tmp_path, new_user):
    empty = tmp_path / "empty"
    empty.mkdir()
    small = ["--architecture", "bow", "--epochs", "1"]
    assert main(["train", *small, "--output", str(empty)]) == 0
    assert (empty / "config.json").is_file()
