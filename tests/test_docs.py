"""README and docs: examples run, commands parse, links exist, and nothing is out of date."""

import importlib
import importlib.util
import io
import json
import re
import shlex
import sys
import types
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
import torch

from sentiment.__main__ import COMMANDS, build_parser, main
from sentiment.corpus.review import Split
from sentiment.dataset.batches import ReviewDataset
from sentiment.inspection.gradients import gradient_reach
from sentiment.inspection.predictor import Predictor
from sentiment.networks.build import new_network
from sentiment.networks.config import NetworkConfig
from sentiment.networks.model_folder import DEFAULT_MODEL, ModelInfo
from sentiment.networks.registry import ARCHITECTURES, Architecture
from sentiment.runs.launch import create_run
from sentiment.runs.trainer import train
from sentiment.training.config import recipe_with
from sentiment.training.presets import PRESETS
from sentiment.web.inspect import views as inspect_views

PROJECT = Path(__file__).parents[1]
PAGES = [PROJECT / "README.md", PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").glob("*.md"))]
TEXTS = {path.relative_to(PROJECT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
README = TEXTS["README.md"]


def code_blocks(text: str, language: str = "") -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    return [block for name, block in blocks if name == language]


def commands_in(text: str) -> list[list[str]]:
    """The arguments of every `python -m sentiment ...` line, comments and continuations removed."""
    joined = text.replace("\\\n", " ")
    lines = re.findall(r"-m sentiment +([a-z][^\n`]*)", joined)
    return [shlex.split(line, comments=True) for line in lines]


def anchors_of(text: str) -> set[str]:
    """The anchors that GitHub gives to headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_command_reference_is_complete_and_current():
    spec = importlib.util.spec_from_file_location("make_cli", PROJECT / "docs" / "make_cli.py")
    make_cli = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_cli)
    assert TEXTS["docs/cli.md"] == make_cli.reference(), "run `make docs`"
    for name in COMMANDS:
        assert f"## {name}\n" in TEXTS["docs/cli.md"]


def test_the_table_of_formats_is_current():
    spec = importlib.util.spec_from_file_location(
        "make_formats", PROJECT / "docs" / "make_formats.py"
    )
    make_formats = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_formats)
    assert TEXTS["docs/data.md"] == make_formats.page(TEXTS["docs/data.md"]), "run `make docs`"


def test_the_glossary_is_current():
    path = PROJECT / "docs" / "make_glossary.py"
    spec = importlib.util.spec_from_file_location("make_glossary", path)
    make_glossary = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make_glossary)
    assert TEXTS["docs/glossary.md"] == make_glossary.page(), "run `make docs`"


@pytest.mark.parametrize("page", TEXTS)
def test_relative_links_and_pictures_exist(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", TEXTS[page]):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = (PROJECT / page).parent / file if file else PROJECT / page
        assert path.exists(), target
        if anchor:
            assert anchor in anchors_of(path.read_text(encoding="utf-8")), target


FOLDERS = sorted(path.name for path in (PROJECT / "sentiment").iterdir() if path.is_dir())


@pytest.mark.parametrize("page", TEXTS)
def test_names_in_the_code_exist(page):
    """`folder.module.name`, relative to sentiment/, and `path/to/file.py`."""
    text = TEXTS[page]
    for name in re.findall(rf"`((?:{'|'.join(FOLDERS)})(?:\.\w+)+)(?<!\.json)`", text):
        assert resolves(f"sentiment.{name}"), name
    for file in re.findall(r"`((?:sentiment|pages|tests|docs|models)/[\w/.-]+)`", text):
        assert (PROJECT / file).exists(), file


def resolves(name: str) -> bool:
    """Whether `name` is a module or an attribute of one."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:count]))
        except ModuleNotFoundError:
            continue
        for part in parts[count:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def test_every_walk_has_at_most_eight_hops():
    walks = TEXTS["docs/architecture.md"].split("## Five walks")[1].split("\n### ")[1:]
    assert len(walks) == 5
    assert all(len(re.findall(r"^\d+\. `", walk, re.MULTILINE)) in range(4, 9) for walk in walks)


def test_the_views_of_inspect_and_explore_are_described():
    described = set(re.findall(r"^\| ([^|]+?) \|", TEXTS["docs/pages.md"], re.MULTILINE))
    explore = (PROJECT / "pages" / "explore.py").read_text(encoding="utf-8")
    views = {*inspect_views.VIEWS, *re.findall(r'^    "([^"]+)": \w+\.show', explore, re.MULTILINE)}
    assert described == {"view", "---", *views} - {"---"}


def test_every_picture_is_shown():
    shown = {
        Path(name).name for text in TEXTS.values() for name in re.findall(r"\(([^)]+)\)", text)
    }
    assert {path.name for path in (PROJECT / "docs").glob("*.png")} <= shown


@pytest.mark.parametrize("page", sorted({*TEXTS} - {"docs/cli.md"}))  # that is generated
def test_commands_have_options_that_exist(page):
    for words in commands_in(TEXTS[page]):
        try:
            build_parser(words[0]).parse_args(words)
        except SystemExit:
            pytest.fail(f"not a valid command: {words}")


def test_the_readme_names_every_folder_of_the_package_and_no_other():
    (tree,) = [block for block in code_blocks(README) if block.startswith("app.py")]
    inside = tree.split("sentiment/\n")[1].split("\nmodels/")[0]
    named = re.findall(r"^  (\w+)/ ", inside, re.MULTILINE)
    folders = {path.name for path in (PROJECT / "sentiment").iterdir() if path.is_dir()}
    assert sorted(named) == sorted(folders - {"__pycache__"})
    for name in re.findall(r"^(\w+)/ ", tree, re.MULTILINE):
        assert (PROJECT / name).is_dir(), name


def test_the_readmes_first_commands_run(tmp_path, monkeypatch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (block,) = [block for block in code_blocks(README) if "sentiment predict" in block]
    shown = {}
    for words in commands_in(block):
        with redirect_stdout(io.StringIO()) as output:
            assert main(words) == 0, words
        shown[words[0]] = output.getvalue()
    assert shown["predict"].startswith("Negative")
    assert (tmp_path / "trace.npz").is_file()


def test_the_readmes_python_example_runs():
    (code,) = code_blocks(README, "python")
    names: dict = {}
    exec(code, names)
    assert names["model"].predict(["I loved it"])[0].name == "Positive"
    trace = names["trace"]
    assert trace.probabilities.shape == (3, 2)
    assert trace.layers[0].values["f"].shape == (3, 320)


def test_the_answer_of_the_server_is_that_of_the_default_model():
    page = TEXTS["docs/serve.md"]
    (request,) = re.findall(r"/predict --json '(.+)'", page)
    (answer,) = code_blocks(page, "json")
    predictions = Predictor.load(DEFAULT_MODEL).predict(json.loads(request)["inputs"])
    for scores, prediction in zip(json.loads(answer), predictions, strict=True):
        expected = zip(prediction.classes.names, prediction.probabilities, strict=True)
        ranked = sorted(expected, key=lambda of_class: -of_class[1])
        assert [one["label"] for one in scores] == [name for name, _ in ranked]
        assert [one["score"] for one in scores] == [round(p, 3) for _, p in ranked]


@pytest.fixture
def leaky(monkeypatch):
    """The file of the example as a module, and its line as an entry of the registry."""
    code, line = code_blocks(TEXTS["docs/add-an-architecture.md"], "python")
    module = types.ModuleType("sentiment.networks.leaky")
    exec(code, module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    entries = eval(f"{{{line}}}", {"Architecture": Architecture})
    assert list(entries) == ["leaky"]
    monkeypatch.setitem(ARCHITECTURES, "leaky", entries["leaky"])
    field = NetworkConfig.__dataclass_fields__["architecture"]  # read from the registry on import
    monkeypatch.setattr(field, "metadata", {**field.metadata, "choices": tuple(ARCHITECTURES)})


def test_the_example_architecture_has_traces_and_gradients(leaky):
    torch.manual_seed(0)
    config = NetworkConfig(architecture="leaky", embedding_dim=8, hidden_size=6, num_layers=2)
    network = new_network(config, 40).eval()
    ids = torch.arange(1, 21)
    logits, _, traces = network.trace(ids)
    with torch.no_grad():
        assert float(logits[-1]) == pytest.approx(
            float(network(ids[None], torch.tensor([20]))[0]), abs=1e-5
        )
        padded = torch.cat([torch.zeros(7, dtype=torch.long), ids])[None]
        assert float(network(padded, torch.tensor([20]))[0]) == pytest.approx(
            float(logits[-1]), abs=1e-5
        )
    assert [trace.values["h"].shape for trace in traces] == [(20, 6), (20, 6)]
    reach = gradient_reach(network, ids, 1)
    assert np.all(reach.words > 0) and np.all(reach.states["h"] > 0)
    hooks = {(0, "forward"): lambda symbol, value, step: 0 * value}
    with torch.no_grad():
        _, traces = network.encoder.trace(network.embedding(ids), hooks)
    assert not traces[0].values["h"].any() and traces[1].values["h"].any()


@pytest.mark.slow
def test_the_example_architecture_trains_and_its_model_loads(leaky, monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    recipe = recipe_with(
        PRESETS["sample"].recipe,
        {"architecture": "leaky", "epochs": 1, "hidden_size": 16, "learning_rate": 0.02},
    )
    info = train(create_run(recipe))
    assert info.network.architecture == "leaky"
    assert info.metrics["test"]["accuracy"] > 0.75
    network, vocabulary = ModelInfo.read(info.folder).load()
    dataset = ReviewDataset.of_texts(["a film"], np.array([1]), vocabulary, info.sequence)
    batch = dataset.collate([dataset[0]])
    assert network(batch.ids, batch.lengths).shape == (1, 1)
    assert Split.TEST.title in info.metrics
