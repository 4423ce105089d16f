"""The house is built in pipeline order, and heavy things are loaded only where they are needed."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "sentiment"

# A stage may import from itself and from those before it, and from nothing after it.
STAGES = ["corpus", "encoding", "networks", "training", "inspection", "charts", "commands"]
GROUND = ["errors", "places", "atomic", "shipped"]  # below all stages; these import no stage
STREAMLIT_PART = "web"


def imports_of(path: Path) -> set[str]:
    """Full names of the project's own modules that a file imports, wherever it does."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def stage_of(name: str) -> str:
    return name.split(".")[1]


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PROJECT))
)
def test_imports_point_one_way(path):
    where = path.relative_to(PACKAGE).parts
    own = where[0].removesuffix(".py")
    imported = {stage_of(name) for name in imports_of(path) if name.startswith("sentiment.")}
    if own in GROUND:
        assert imported <= set(GROUND)
    elif own in STAGES:
        assert imported <= {*GROUND, *STAGES[: STAGES.index(own) + 1]}
        assert own == "commands" or "commands" not in imported
    elif own == STREAMLIT_PART:
        assert imported <= {*GROUND, *STAGES, STREAMLIT_PART} - {"commands"}


def test_every_folder_of_the_package_is_a_stage_or_data():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {*STAGES, "shipped", STREAMLIT_PART}


def modules_loaded_by(code: str) -> set[str]:
    """What a fresh process has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint()\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_core_does_not_know_streamlit():
    modules = [
        ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if STREAMLIT_PART not in path.relative_to(PACKAGE).parts and path.stem != "__main__"
    ]
    loaded = modules_loaded_by("import " + ", ".join(modules))
    assert "streamlit" not in loaded
    assert "sentiment.inspection.predictor" in loaded


def test_pages_that_need_no_network_do_not_load_torch():
    for page in ("home", "sources", "explore", "reviews", "train", "runs", "compare", "memory"):
        tree = ast.parse((PROJECT / "pages" / f"{page}.py").read_text(encoding="utf-8"))
        top_level = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        code = "\n".join(ast.unparse(node) for node in top_level)
        assert "torch" not in modules_loaded_by(code), page


def test_the_command_line_loads_torch_only_to_work():
    loaded = modules_loaded_by("from sentiment.__main__ import main\nmain(['stats', '--json'])\n")
    assert "torch" not in loaded


def test_the_readme_shows_every_file_of_the_house():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    tree = readme.split("sentiment/\n")[1].split("models/imdb-lstm/")[0]
    for path in PACKAGE.rglob("*.py"):
        where = path.relative_to(PACKAGE).parts
        if where[0] not in ("charts", "commands") and "phrases" not in where:
            assert where[-1] in ("__init__.py", "__main__.py") or where[-1] in tree, path
    for name in re.findall(r"\b\w+\.py\b", tree):
        assert list(PACKAGE.rglob(name)), f"{name} is in the README and nowhere else"


def test_nothing_is_unpickled():
    for path in [*PACKAGE.rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "app.py"]:
        source = path.read_text(encoding="utf-8")
        assert "pickle" not in source.replace("allow_pickle=False", ""), path
        assert not re.search(r"(?<!safetensors\.)torch\.load\(", source), path
        assert "unsafe_allow_html" not in source, path
