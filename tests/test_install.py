"""The package as pip installs it: built, installed outside of the checkout, and used there."""

import json
import os
import re
import site
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import sentiment
from tests.browser.driver import free_port, stop, wait_until_healthy

PROJECT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
FILES = {"": "requirements.txt"} | {
    extra: f"requirements-{extra}.txt"
    for extra in PYPROJECT["optional-dependencies"]
    if (PROJECT / f"requirements-{extra}.txt").exists()
}


def pins(file: str) -> dict[str, Requirement]:
    lines = (PROJECT / file).read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if re.match(r"\w", line)]
    return {requirement.name: requirement for requirement in found}


@pytest.mark.parametrize("extra", FILES)
def test_each_range_contains_the_pinned_version(extra):
    ranges = PYPROJECT["optional-dependencies"][extra] if extra else PYPROJECT["dependencies"]
    pinned = pins(FILES[extra])
    assert {Requirement(line).name for line in ranges} == set(pinned)
    for line in ranges:
        wanted = Requirement(line)
        (exact,) = pinned[wanted.name].specifier
        assert exact.operator == "==" and wanted.specifier.contains(exact.version), line


def test_the_citation_names_the_project():
    citation = yaml.safe_load((PROJECT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["license"] == PYPROJECT["license"]
    assert "version" not in citation and "version" in PYPROJECT["dynamic"]  # it is in one place


@dataclass(frozen=True)
class Installed:
    python: Path
    command: Path
    folder: Path  # the working directory
    environment: dict[str, str]

    def run(self, *words: str | Path) -> str:
        done = subprocess.run(
            words, cwd=self.folder, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", folder], cwd=PROJECT, check=True
    )
    return folder


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory) -> Installed:
    """The wheel in a new environment, which takes the other packages from this one."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "env")
    programs = folder / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = programs / "python"
    places = json.loads(
        subprocess.check_output(
            [python, "-c", "import json, site; print(json.dumps(site.getsitepackages()))"]
        )
    )
    Path(places[-1], "others.pth").write_text("\n".join(site.getsitepackages()))
    (wheel,) = built.glob("*.whl")
    install = ["install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, *install], check=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SENTIMENT_", "PYTHON", "STREAMLIT_", "XDG_"))
    }
    home = folder / "home"
    home.mkdir()
    environment = {**kept, "HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)}
    return Installed(python, programs / "sentiment-lab", folder, environment)


@pytest.mark.slow
def test_the_source_distribution_builds_the_same_wheel(built, tmp_path):
    (archive,) = built.glob("*.tar.gz")
    subprocess.run([sys.executable, "-m", "tarfile", "-e", archive, tmp_path], check=True)
    (source,) = tmp_path.iterdir()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "again"]
    subprocess.run(build, cwd=source, check=True)
    contents = []
    for folder in (built, tmp_path / "again"):
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as opened:
            contents.append({info.filename: info.CRC for info in opened.infolist()})
    assert contents[0] == contents[1]
    assert "sentiment/py.typed" in contents[0]


@pytest.mark.slow
def test_the_installed_command_predicts_with_an_included_model(installed):
    shown = json.loads(installed.run(installed.command, "predict", "--json", "a great film"))
    assert "Positive" in json.dumps(shown)
    version = "from importlib.metadata import version; print(version('sentiment-lab'))"
    assert installed.run(installed.python, "-c", version).strip() == sentiment.__version__


@pytest.mark.slow
def test_state_is_in_the_folder_of_the_user_and_never_in_the_package(installed):
    code = """
import json
from pathlib import Path
from sentiment import places
from sentiment.lessons.source_code import excerpt
from sentiment.networks.model_folder import install_model, installed_models
from sentiment.runs import processes
models = installed_models()
process = processes.start(["predict", "--model", "imdb-lstm", "fine"], Path("job.log"))
while processes.alive(process, processes.start_time(process)):
    pass
print(json.dumps({
    "package": str(places.PACKAGE),
    "data": str(places.data_dir()),
    "model": str(install_model(models[0], "mine")),
    "models": [info.name for info in installed_models()],
    "excerpt": excerpt("encoding.vocabulary:Vocabulary.encode").path,
    "job": Path("job.log").read_text(),
}))
"""
    found = json.loads(installed.run(installed.python, "-c", code))
    assert Path(found["package"]).is_relative_to(installed.folder / "env")
    for written in (found["data"], found["model"]):
        assert Path(written).is_relative_to(installed.folder / "home")
    shipped = {path.parent.name for path in PROJECT.glob("models/*/config.json")}
    assert set(found["models"]) == {"mine", *shipped}
    assert found["models"][0] == "imdb-lstm"
    assert found["excerpt"] == "sentiment/encoding/vocabulary.py"
    assert "fine" in found["job"]


@pytest.mark.slow
def test_the_installed_app_opens_with_its_pages_and_settings(installed):
    code = """
from streamlit.testing.v1 import AppTest
from sentiment.places import PROGRAM
app = AppTest.from_file(str(PROGRAM / "app.py"), default_timeout=120).run()
app.switch_page("pages/memory.py").run()
assert not app.exception, app.exception
print(app.title[0].value)
"""
    assert installed.run(installed.python, "-c", code).strip() == "Memory"
    port = free_port()
    options = ["--", "--server.port", str(port), "--server.headless", "true"]
    log = installed.folder / "app.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [installed.command, "app", *options],
            cwd=installed.folder,
            env=installed.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(url, log, server)
        foreign = urllib.request.Request(url, headers={"Host": "example.org"})
        with pytest.raises(urllib.error.HTTPError) as refused:  # by .streamlit/config.toml
            urllib.request.urlopen(foreign, timeout=10)
        with refused.value as answer:
            assert answer.code == 403
    finally:
        stop(server)
