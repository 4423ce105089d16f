"""Export of a model as one HTML page that works without server and network.

The page computes predictions and traces with `page/tokenizer.js` and `page/network.js`, from the
tables and weights that this module writes into it. The word strip, gates and step player are the
components of the app.
"""

import base64
import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import jinja2

from sentiment.charts import palette
from sentiment.charts.cells import cell_of
from sentiment.corpus import limits
from sentiment.encoding.vocabulary import FIRST_WORD, UNK
from sentiment.errors import ModelError
from sentiment.export.page_weights import page_weights
from sentiment.export.tokenizer_tables import tokenizer_tables
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.prediction import UNCERTAIN_BELOW, UNKNOWN_SHARE
from sentiment.networks.classifier import MAX_PREFIX_WORDS, SentimentClassifier
from sentiment.networks.interfaces import Network
from sentiment.networks.model_folder import ModelInfo
from sentiment.networks.recurrent import RecurrentEncoder
from sentiment.networks.registry import ARCHITECTURES

FOLDER = Path(__file__).parent / "page"
COMPONENTS = Path(__file__).parents[1] / "web" / "components"
_OWN = ("tokenizer.js", "network.js", "steps.js", "curve.js", "heatmap.js", "page.js")
_OF_THE_APP = {"STRIP": "strip", "FILM": "gates", "PLAYER": "player"}


def model_page(info: ModelInfo) -> str:
    """The page of a model with a recurrent network. Raises ModelError for other networks."""
    entry = ARCHITECTURES[info.network.architecture]
    if not entry.cell:
        recurrent = [name for name, other in ARCHITECTURES.items() if other.cell]
        raise ModelError(
            f"{info.name} is a {entry.title}, and a page can compute only recurrent networks "
            f"({', '.join(recurrent)}). Export another model, or this one with --onnx."
        )
    network, vocabulary = info.load()
    weights = page_weights(network.state_dict())
    classifier = cast(SentimentClassifier, network)
    encoder = cast(RecurrentEncoder, classifier.encoder)
    model = {
        "tokenizer": tokenizer_tables(),
        "words": vocabulary.words[FIRST_WORD:],
        "first_word": FIRST_WORD,
        "unknown": UNK,
        "classes": info.classes.names,
        "shown": info.classes.shown,
        "sequence": info.sequence.to_json(),
        "most_characters": limits.LIMITS.text_characters,
        "most_prefix_words": MAX_PREFIX_WORDS,
        "uncertain_below": UNCERTAIN_BELOW,
        "unknown_share": UNKNOWN_SHARE,
        "network": {
            "layout": weights.layout,
            "cell": entry.cell,
            "size": encoder.hidden_size,
            "num_layers": len(encoder.layers),
            "directions": encoder.directions,
            "embedding_dim": info.network.embedding_dim,
            "pooling": info.network.pooling,
            "output": type(classifier.output).__name__.lower(),
        },
        "quantities": [
            {
                "name": quantity.name,
                "symbol": quantity.symbol,
                "bounds": quantity.bounds,
                "meaning": quantity.meaning,
                "gate": quantity.is_gate,
            }
            for quantity in encoder.quantities
        ],
        "cell": cell_of(info.network.architecture).drawn(),
        "scales": {
            "sequential": [palette.sequential(dark) for dark in (False, True)],
            "diverging": [palette.diverging(dark) for dark in (False, True)],
        },
        "styles": {
            "strip": _component("strip.css"),
            "film": _component("gates.css"),
            "player": _component("player.css"),
        },
    }
    return _template().render(
        about=_about(info, network),
        colors=_COLORS | _class_colors(info),
        examples=EXAMPLES,
        model=_json(model),
        weights=base64.b64encode(weights.content).decode(),
        style=_own("page.css"),
        program=program(),
    )


# Light and dark theme, as in .streamlit/config.toml.
_COLORS = {
    "page": ("#FFFFFF", "#10161D"),
    "soft": ("#F3F6F9", "#1A222C"),
    "ink": ("#0B0F17", "#E6EBF1"),
    "edge": ("#D9E0E8", "#2E3945"),
    "primary": ("#0072B2", "#56B4E9"),
    "positive": (palette.positive(False), palette.positive(True)),
    "negative": (palette.negative(False), palette.negative(True)),
}


def _class_colors(info: ModelInfo) -> dict[str, tuple[str, str]]:
    themes = [palette.class_colors(info.classes, dark) for dark in (False, True)]
    return {f"class-{code}": pair for code, pair in enumerate(zip(*themes, strict=True))}


def _about(info: ModelInfo, network: Network) -> dict[str, Any]:
    entry = ARCHITECTURES[info.network.architecture]
    several = info.network.num_layers > 1 or bool(entry.options.get("bidirectional"))
    facts = [
        ("Architecture", f"{entry.title}: {entry.description}"),
        ("Units", f"{info.network.hidden_size}{' per layer and direction' if several else ''}"),
        ("Parameters", f"{network.parameter_count():,}"),
        ("Vocabulary", f"{info.vocabulary_size - FIRST_WORD:,} words"),
        ("Trained on", info.training.corpus),
    ]
    if test := info.metrics.get("test"):
        interval = f"{test['accuracy_low']:.1%} to {test['accuracy_high']:.1%}"
        facts.append(
            ("Accuracy", f"{test['accuracy']:.1%} of {test['reviews']:,} test reviews ({interval})")
        )
    limit = f"It was trained on {info.training.corpus}; other kinds of texts may be misclassified."
    return {"name": info.name, "facts": facts, "limits": limit}


def program() -> str:
    """All scripts as one; the components of the app have the names that page.js uses."""
    components = [_named(name, _component(f"{file}.js")) for name, file in _OF_THE_APP.items()]
    return "\n".join([*components, *map(_own, _OWN), "start()"])


def _named(name: str, source: str) -> str:
    """The default export of a module as a constant. Other names of the module stay private."""
    exported = "export default function ("
    assert source.count("export ") == source.count(exported) == 1
    source = source.replace(exported, "function exported(")
    return f"const {name} = (() => {{\n{source}\nreturn exported\n}})()"


def _component(name: str) -> str:
    return (COMPONENTS / name).read_text(encoding="utf-8")


def _own(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _json(value: Any) -> str:
    """JSON that is safe within a script element."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False).replace("<", "\\u003c")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.j2")
