"""The Dockerfile: rules that need no container engine, and hadolint where it is installed."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

PROJECT = Path(__file__).parents[1]
FILE = PROJECT / "Dockerfile"
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def instructions() -> list[tuple[str, str]]:
    """Names and arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", FILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = text.replace("\\\n", " ").splitlines()
    return [
        (name, rest.strip()) for name, _, rest in (line.partition(" ") for line in lines if line)
    ]


def values(name: str, given: list[tuple[str, str]]) -> list[str]:
    return [rest for kind, rest in given if kind == name]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions():
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def test_both_stages_have_a_python_that_the_package_accepts():
    images = [values("FROM", stage)[0] for stage in stages()]
    assert [image.split(" AS ")[1:] for image in images] == [["build"], []]
    (version,) = {re.fullmatch(r"python:([\d.]+)-slim", image.split()[0])[1] for image in images}
    assert version in SpecifierSet(PYPROJECT["requires-python"])


def test_the_image_runs_the_app_without_rights_and_checks_its_health():
    last = stages()[-1]
    names = [name for name, _ in last]
    (user,) = values("USER", last)
    assert user.isdecimal() and int(user) > 0 and f"--uid {user} " in values("RUN", last)[0]
    after = names.index("USER")
    assert {"VOLUME", "HEALTHCHECK", "CMD"} <= set(names[after:]) and names[-1] == "CMD"
    program, *words = json.loads(values("CMD", last)[0])
    assert program in PYPROJECT["scripts"] and words == ["app"]
    (port,) = values("EXPOSE", last)
    options, _, check = values("HEALTHCHECK", last)[0].partition("CMD ")
    assert f"http://localhost:{port}/_stcore/health" in json.loads(check)[-1]
    assert "--interval=" in options and "--timeout=" in options
    environment = " ".join(values("ENV", last))
    assert "STREAMLIT_SERVER_ADDRESS=0.0.0.0" in environment


def test_what_is_copied_exists_and_is_in_the_context():
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    context = {line[1:] for line in ignored if line.startswith("!")}
    assert all((PROJECT / name).exists() for name in context)
    # What the wheel is built from, see pyproject.toml.
    assert {"sentiment", "pages", "models", ".streamlit", "app.py", "pyproject.toml"} <= context
    assert {PYPROJECT["readme"], *PYPROJECT["license-files"]} <= context
    build, last = stages()
    assert values("COPY", build) == ["requirements.txt ./", ". ./"]
    assert "requirements.txt" in context
    (copied,) = values("COPY", last)
    _, source, target = copied.split()
    assert copied.startswith("--from=build ") and source == target
    assert any(f"python -m venv {source}" in run for run in values("RUN", build))
    for stage in (build, last):
        assert f"PATH={source}/bin:$PATH" in " ".join(values("ENV", stage))


def test_hadolint_finds_nothing():
    beside = Path(sys.executable).with_name("hadolint")
    program = str(beside) if beside.exists() else shutil.which("hadolint")
    if program is None:
        pytest.skip("hadolint is missing: pip install -r requirements-dev.txt")
    done = subprocess.run([program, FILE], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr
