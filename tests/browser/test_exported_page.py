"""The page of a model, opened from disk in a browser without network, computes as torch does."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sentiment.corpus.sources import open_corpus
from sentiment.encoding.tokenize import tokenize
from sentiment.export.page import FOLDER, model_page
from sentiment.export.page_weights import page_weights
from sentiment.export.tokenizer_tables import tokenizer_tables
from sentiment.inspection.examples import EXAMPLES
from sentiment.inspection.predictor import Predictor
from sentiment.networks.model_folder import ModelInfo, model_folder
from tests.browser.test_accessibility import RULES
from tests.export.tiny import VARIANTS, tiny_model, variant_name
from tests.marks import slow_but

MODELS = ("imdb-lstm", "compare-gru", "compare-rnn", "compare-indrnn")
# Parts of texts at which the two languages could differ.
PARTS = (
    *(
        "&amp;",
        "&#39;",
        "&notit;",
        "&#x1F600;",
        "&#128;",
        "&#11;",
        "&NewLine;",
        "&hearts;",
        "&#1٣;",
    ),
    *("&CounterClockwiseContourIntegral;", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\xa0", '\\\\"'),
    *("<br />", "<b>", "<a href='x'>", "<sigh>", "<!-- x -->", "<P CLASS=x>", "<user>", "<url>"),
    *(
        "http://a.com/x?y=1",
        "WWW.x.org",
        "a@b.com",
        "@you",
        "@8pm",
        "good.So",
        "imdb.com/t",
        "x.co.uk",
    ),
    *(
        "'",
        "’",
        "''",
        "n't",
        "rock ’n’ roll",
        "İ",
        "ΟΔΟΣ",
        "ς",
        "ß",
        "ﬁ",
        "ＧＯＯＤ",
        "𝐠",
        "ⓖ",
        "e\u0301",
    ),
    *(
        "ŉ",
        "👍🏽",
        "👩‍👩‍👧",
        "🇩🇪",
        "❤️",
        "你好",
        "น้ำ",
        "ကျွန်",
        "ខ្មែរ",
        "한국어",
        "カﾀﾞ",
        "\u1100\u1161",
    ),
    *(
        "\u200d",
        "\u200b",
        "\ufeff",
        "\u00ad",
        "\u0301" * 40,
        "\ufffd",
        "\u2028",
        "\x1e",
        "\x1f",
        "\x85",
    ),
    # Assigned after Unicode 14: a browser knows them, Python 3.11 does not.
    *("\u1c89", "\ua7cb", "\U00010d50", "\U0001e6c0", "\U00016121\U0001611e"),
    *(
        "\u1e9e",
        "²",
        "½",
        "٣",
        "Ⅷ",
        "ﷺ",
        "\ud800",
        ".",
        ",",
        "  ",
        "\n",
        "_",
        "Word",
        "10/10",
        "$%",
        "…",
    ),
)


def hostile_texts(count: int) -> list[str]:
    drawn = random.Random(0)
    planes = ((0, 0x2FF), (0x300, 0x3000), (0, 0xFFFF), (0x10000, 0x1FFFF), (0, 0x10FFFF))

    def text(kind: int) -> str:
        if kind < 2:
            parts = [
                drawn.choice(PARTS) + drawn.choice(("", " ")) for _ in range(drawn.randint(1, 14))
            ]
            return "".join(parts)
        if kind == 2:
            return "".join(
                chr(drawn.randint(*drawn.choice(planes))) for _ in range(drawn.randint(1, 20))
            )
        return "".join(chr(drawn.randint(0x20, 0x7E)) for _ in range(drawn.randint(1, 80)))

    texts = [text(number % 4) for number in range(count)]
    # Two halves of a pair are one character in a browser.
    return [
        one.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass") for one in texts
    ]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """A page without network. The tests fail on uncaught errors."""
    errors: list[str] = []
    with browser.new_context(offline=True, reduced_motion="reduce") as context:
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.on(
            "request", lambda request: errors.append(request.url) if "http" in request.url else None
        )
        yield page
    assert not errors


def opened(page: Page, info: ModelInfo, folder: Path) -> None:
    path = folder / f"{info.name}.html"
    path.write_text(model_page(info), encoding="utf-8")
    page.goto(path.as_uri())
    finished(page, 1)


def finished(page: Page, turn: int) -> None:
    """Wait for the curve of this text, counted from 1."""
    expect(page.locator("html")).to_have_attribute("data-turn", str(turn))


def rounded(info: ModelInfo) -> Predictor:
    """The model with the weights of its page."""
    predictor = Predictor.load(info.folder)
    weights = page_weights(predictor.network.state_dict()).rounded
    predictor.network.load_state_dict({name: torch.from_numpy(w) for name, w in weights.items()})
    return predictor


@torch.inference_mode()
def probabilities_of(predictor: Predictor, text: str) -> np.ndarray:
    ids = torch.from_numpy(predictor.encode(text).kept_ids).long()
    outputs = predictor.network(ids[None], torch.tensor([len(ids)])).double()
    return predictor.network.output.probabilities(outputs)[0].numpy()


def test_the_tokenizer_splits_as_python_does(page):
    texts = hostile_texts(2_000)
    page.goto("about:blank")
    source = (FOLDER / "tokenizer.js").read_text(encoding="utf-8")
    words = page.evaluate(
        """([source, tables, texts]) => {
            const tokenizer = new (new Function(`${source}; return Tokenizer`)())(tables)
            return texts.map(text => tokenizer.words(text))
        }""",
        [source, tokenizer_tables(), texts],
    )
    different = [
        (text, expected, found)
        for text, found in zip(texts, words, strict=True)
        if (expected := tokenize(text)) != found
    ]
    assert different == []


@pytest.mark.parametrize("name", slow_but(["compare-gru"], MODELS))
def test_probabilities_are_those_of_torch(page, name, tmp_path):
    info = ModelInfo.read(model_folder(name))
    opened(page, info, tmp_path)
    reviews = list(open_corpus("sample").texts)[: 188 if name == "imdb-lstm" else 28]
    long = " ".join(reviews[:40])  # is truncated
    texts = [*reviews, *(example.text for example in EXAMPLES), long, "film", "x" * 300, "👍 你好"]
    found = page.evaluate("texts => texts.map(text => sentiment.predict(text))", texts)
    predictor = rounded(info)
    expected = [probabilities_of(predictor, text) for text in texts]
    assert len(found) == (200 if name == "imdb-lstm" else 40)
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("variant", VARIANTS, ids=variant_name)
def test_layers_poolings_classes_and_the_curve(page, variant, tmp_path):
    info = tiny_model(tmp_path / "tiny", *variant)
    opened(page, info, tmp_path)
    predictor, text = rounded(info), " ".join(f"w{7 * number % 41}" for number in range(30))
    page.get_by_role("textbox").fill(text)
    finished(page, 2)
    trace = predictor.trace(text)
    found = page.evaluate("text => sentiment.predict(text)", text)
    np.testing.assert_allclose(found, trace.prediction.probabilities, atol=1e-4)
    expect(page.locator("#label")).to_have_text(trace.prediction.name)
    drawn = page.locator("#curve circle").evaluate_all(
        "all => all.map(one => one.cy.baseVal.value)"
    )
    levels = page.locator("#curve line").evaluate_all("all => all.map(one => one.y1.baseVal.value)")
    bottom, top = levels[0], levels[2]
    shown = [(bottom - height) / (bottom - top) for height in drawn]
    expected = [trace.curve_before, *trace.curve]
    np.testing.assert_allclose(shown, expected, atol=1e-3)


NAMES_ON_THE_CURVE = """
() => {
    const curve = document.querySelector("#curve .line"), length = curve.getTotalLength()
    const boxes = [...document.querySelectorAll("#curve .named")].map(name => name.getBBox())
    const within = (box, x, y) =>
        box.x < x && x < box.x + box.width && box.y < y && y < box.y + box.height
    let crossed = 0
    for (let at = 0; at <= length; at += 0.5) {
        const { x, y } = curve.getPointAtLength(at)
        crossed += boxes.filter(box => within(box, x, y)).length
    }
    const apart = boxes.every((box, number) => boxes.slice(0, number).every(other =>
        box.x + box.width < other.x || other.x + other.width < box.x ||
        box.y + box.height < other.y || other.y + other.height < box.y))
    return [boxes.length, crossed, apart]
}
"""


@pytest.mark.parametrize("width", [1280, 420])
def test_names_are_clear_of_the_curve(page, width, tmp_path):
    page.set_viewport_size({"width": width, "height": 900})
    opened(page, ModelInfo.read(model_folder("compare-bilstm")), tmp_path)
    named = 0
    for turn, example in enumerate(EXAMPLES, 2):
        page.get_by_role("textbox").fill(example.text + "!")
        finished(page, turn)
        count, crossed, apart = page.evaluate(NAMES_ON_THE_CURVE)
        assert not crossed and apart, example.title
        named += count
    assert named >= len(EXAMPLES)


def test_typing_choosing_and_themes(page, tmp_path):
    opened(page, ModelInfo.read(model_folder("compare-bilstm")), tmp_path)
    label = page.locator("#label")
    page.get_by_role("textbox").fill("A wonderful film. I loved every minute.")
    expect(label).to_have_text("Positive")
    page.get_by_role("button", name="Disappointed").click()
    expect(label).to_have_text("Negative")
    words = page.get_by_role("listbox")
    words.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#strip [aria-selected=true]")).to_have_text("did")
    expect(page.locator("#player .count")).to_have_text(re.compile("^2 "))
    page.get_by_role("radio", name="cell state").check(force=True)
    expect(page.locator("#heatmap")).to_have_attribute("aria-label", re.compile("cell state"))
    page.get_by_role("textbox").fill("...!?")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(words).to_be_hidden()
    page.get_by_role("textbox").fill("<b onclick='x'>dull</b> <img src=x onerror=alert(1)> film")
    expect(label).to_have_text("Negative")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for width in (1280, 420):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        options = {"runOnly": RULES["light"], "resultTypes": ["violations"]}
        found = Axe().run(page, options=options).response["violations"]
        assert not [(rule["help"], node["html"]) for rule in found for node in rule["nodes"]]
