"""The house is built in pipeline order, and heavy things are loaded only where they are needed."""

import ast
import graphlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
PACKAGE = PROJECT / "sentiment"

# In pipeline order: a folder imports from itself and from those before it, never from a later one.
GROUND = [
    "errors",
    "workspace",
    "places",
    "guard",
    "atomic",
    "settings",
    "progress",
    "typed_data",
    "wording",
    "stored",
    "listing",
]
STAGES = [
    "corpus",
    "encoding",
    "analysis",
    "dataset",
    "networks",
    "training",
    "evaluation",
    "runs",
    "inspection",
    "scoring",
    "lessons",
    "charts",
    "export",
    "serving",
]
FRONTS = ["commands", "web"]  # on top of all stages, and not of each other
DATA = ["shipped"]


def module_name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


FILES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


@cache
def imports_of(path: Path) -> set[str]:
    """The project's modules that a file imports anywhere, TYPE_CHECKING blocks included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in FILES else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name in FILES}


def folder_of(name: str) -> str:
    return name.split(".")[1] if "." in name else ""


@pytest.mark.parametrize("name", FILES)
def test_imports_point_downwards(name):
    own = folder_of(name)
    imported = {folder_of(other) for other in imports_of(FILES[name])}
    if own in GROUND:
        allowed = set(GROUND)
    elif own in STAGES:
        allowed = {*GROUND, *STAGES[: STAGES.index(own) + 1]}
    else:
        allowed = {*GROUND, *STAGES, own, ""}
    assert imported <= allowed


def test_no_circle_of_files():
    graph = {name: imports_of(path) - {name} for name, path in FILES.items()}
    list(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError, naming the circle


def test_every_folder_of_the_package_has_a_place_in_the_order():
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {*STAGES, *FRONTS, *DATA}


def test_no_module_has_more_than_300_lines():
    longest = {name: len(path.read_text("utf-8").splitlines()) for name, path in FILES.items()}
    assert {name: lines for name, lines in longest.items() if lines > 300} == {}


def modules_loaded_by(code: str) -> set[str]:
    """What a fresh process has loaded after running `code`."""
    script = f"{code}\nimport sys\nprint()\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


def test_the_core_does_not_know_streamlit():
    modules = [
        ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for path in PACKAGE.rglob("*.py")
        if "web" not in path.relative_to(PACKAGE).parts and path.stem != "__main__"
    ]
    loaded = modules_loaded_by("import " + ", ".join(modules))
    assert "streamlit" not in loaded
    assert "sentiment.inspection.predictor" in loaded


def test_pages_that_need_no_network_do_not_load_torch():
    code = "import sys"
    for page in (
        "home",
        "sources",
        "explore",
        "reviews",
        "train",
        "runs",
        "predict",
        "compare",
        "memory",
    ):
        tree = ast.parse((PROJECT / "pages" / f"{page}.py").read_text(encoding="utf-8"))
        top_level = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
        code += "\n" + "\n".join(ast.unparse(node) for node in top_level)
        code += f"\nif 'torch' in sys.modules: sys.exit('{page} loads torch')"
    assert "sentiment.web.layout" in modules_loaded_by(code)


def test_home_does_not_load_altair():
    code = "import runpy; runpy.run_path('pages/home.py')"
    loaded = modules_loaded_by(code)
    assert "plotly.graph_objects" in loaded and "altair" not in loaded


def test_a_prediction_loads_only_the_part_of_torch_that_it_needs():
    code = "from sentiment.inspection.predictor import Predictor; Predictor.load('imdb-lstm')"
    loaded = modules_loaded_by(code)
    assert "torch" in loaded and "torch._dynamo" not in loaded and "scipy.sparse" not in loaded


def test_the_command_line_loads_torch_only_to_work():
    loaded = modules_loaded_by("from sentiment.__main__ import main\nmain(['stats', '--json'])\n")
    assert "torch" not in loaded


def test_nothing_is_unpickled():
    for path in [*PACKAGE.rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "app.py"]:
        source = path.read_text(encoding="utf-8")
        assert "pickle" not in source.replace("allow_pickle=False", ""), path
        assert not re.search(r"(?<!safetensors\.)torch\.load\(", source), path
        assert "unsafe_allow_html" not in source, path


def test_numbers_have_one_form():
    """Signs come from sentiment.wording, with a real minus; no space before a percent sign."""
    texts = [path for kind in ("py", "j2", "js", "yaml") for path in PACKAGE.rglob(f"*.{kind}")]
    for path in [*texts, *PROJECT.glob("*.md"), *(PROJECT / "docs").glob("*.md")]:
        source = path.read_text(encoding="utf-8")
        signs = re.findall(r"""(?<!%)(?<!%\{)\{[^{}"'%]+:\+[^{}]*\}|'%\+""", source)
        assert not signs or path.name == "wording.py", (path, signs)
        assert not re.search(r"[\d}] %%?(?!\.\d|[\w(%{}])", source), path


@cache
def literals_of(path: Path) -> set[str]:
    """Every string constant in a file's code."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    constants = (node.value for node in nodes if isinstance(node, ast.Constant))
    return {value for value in constants if isinstance(value, str)}


# A fact and the one module that states it.
@pytest.mark.parametrize(
    ("facts", "module"),
    [
        ({"Negative", "Positive"}, "sentiment.corpus.classes"),
        ({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"}, "sentiment.corpus.formats.registry"),
        ({"compare-"}, "sentiment.evaluation.comparison"),
        ({"config.json"}, "sentiment.networks.model_folder"),
        ({"weights.safetensors"}, "sentiment.networks.model_files"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_fact_is_stated_once(facts, module):
    pages = {str(path): path for path in (PROJECT / "pages").glob("*.py")}
    everywhere = (FILES | pages).items()
    assert {name for name, path in everywhere if facts & literals_of(path)} == {module}


# The files that know how many classes there are, or which. The others ask `Classes` for those that
# are shown, and `ClassOutput` for scores and predictions.
KNOW_THE_CLASSES = {
    "sentiment/corpus/classes.py": "defines them",
    "sentiment/corpus/label_proposals.py": "proposes names of classes for labels",
    "sentiment/corpus/imdb_reviews.py": "reads the folders neg and pos of IMDB",
    "sentiment/corpus/review_writer.py": "writes negative and positive sentences",
    "sentiment/corpus/sample3.py": "composes neutral ones too",
    "sentiment/networks/class_output.py": "has one output for two classes",
    "sentiment/inspection/check_trace.py": "computes the same without this package",
    "sentiment/export/page/network.js": "computes the same in a browser",
}
CLASSES_KNOWN = re.compile(
    r"\b(NEGATIVE|POSITIVE|NEGATIVE_POSITIVE|NEGATIVE_NEUTRAL_POSITIVE|BINARY\w*)\b"
    r"|['\"](Negative|Neutral|Positive|sigmoid)['\"]"
    r"|len\([\w.]*(classes|names|labels)\) ([=!<>]=|[<>]) [23]\b"
    r"|classes(\.length)? ={2,3} 2\b"
    r"|\bestimators_\b"  # of scikit-learn: one for two classes, else one per class
)


def code_of(path: Path) -> str:
    """The content of a file; of Python without its comments and docstrings."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        return source
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            node.value.value = ""
    return ast.unparse(tree)


def test_few_files_know_how_many_classes_there_are():
    files = [
        *PACKAGE.rglob("*.py"),
        *(PACKAGE / "export" / "page").glob("*.js"),
        *(PROJECT / "pages").glob("*.py"),
    ]
    found = {
        path.relative_to(PROJECT).as_posix()
        for path in files
        if CLASSES_KNOWN.search(code_of(path))
    }
    assert found == set(KNOW_THE_CLASSES)


def test_no_probability_is_compared_with_one_half():
    half = re.compile(r"probabilit\w*\S* [<>]=? 0\.5")  # `predicted_labels` does it
    assert [name for name, path in FILES.items() if half.search(path.read_text("utf-8"))] == []
