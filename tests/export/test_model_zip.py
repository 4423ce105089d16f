"""A model as a ZIP: unzipped anywhere, its script predicts what the model does."""

import errno
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from sentiment.__main__ import main
from sentiment.corpus.classes import NEGATIVE_POSITIVE
from sentiment.errors import ModelError
from sentiment.export import model_zip as module
from sentiment.export.model_zip import model_zip, write_zip
from sentiment.inspection.predictor import Predictor
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import ModelInfo
from tests.export.tiny import RATINGS, tiny_model
from tests.marks import slow_but

PROJECT = Path(__file__).parents[2]
TEXT = "w3 w9 w20 other"


@pytest.mark.parametrize("classes", slow_but([RATINGS], [NEGATIVE_POSITIVE, RATINGS]), ids=len)
def test_the_script_predicts_from_the_unzipped_folder(classes, tmp_path, capsys):
    info = tiny_model(tmp_path / "tiny", NetworkConfig("lstm", 6, 5), classes)
    (info.folder / "diary.txt").write_text("private")
    assert main(["export", str(info.folder), "--zip", str(tmp_path / "out.zip")]) == 0
    assert "out.zip" in capsys.readouterr().out
    elsewhere = tmp_path / "elsewhere"
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert {Path(name).parts[0] for name in archive.namelist()} == {"tiny"}
        archive.extractall(elsewhere)
    unzipped = elsewhere / "tiny"
    assert not (unzipped / "diary.txt").exists()
    assert (unzipped / "README.md").read_text() == (info.folder / "README.md").read_text()
    assert ModelInfo.read(unzipped).checksum == info.checksum
    done = subprocess.run(
        [sys.executable, "use.py", TEXT],
        cwd=unzipped,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = Predictor.load(info.folder).predict([TEXT])[0]
    assert done.stdout == f"{expected.name} {expected.probability:.1%}: {TEXT}\n"


def test_a_model_without_weights_is_refused_and_leaves_no_file(tmp_path, capsys):
    info = tiny_model(tmp_path / "tiny", NetworkConfig("lstm", 6, 5), NEGATIVE_POSITIVE)
    (info.folder / "weights.safetensors").unlink()
    assert main(["export", str(info.folder), "--zip", str(tmp_path / "out.zip")]) == 1
    assert "weights.safetensors" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_a_full_disk_is_not_taken_for_a_damaged_model(tmp_path):
    class Full(io.BytesIO):
        def write(self, content):
            raise OSError(errno.ENOSPC, "No space left on device")

    info = tiny_model(tmp_path / "tiny", NetworkConfig("lstm", 6, 5), NEGATIVE_POSITIVE)
    with pytest.raises(OSError, match="No space left"):
        write_zip(info, Full())


def test_a_large_model_is_not_packed_in_memory(tmp_path, monkeypatch):
    info = tiny_model(tmp_path / "tiny", NetworkConfig("lstm", 6, 5), NEGATIVE_POSITIVE)
    assert zipfile.ZipFile(io.BytesIO(model_zip(info))).testzip() is None
    monkeypatch.setattr(module, "LARGEST_IN_MEMORY", 1_000)
    with pytest.raises(ModelError, match="--zip"):
        model_zip(info)
