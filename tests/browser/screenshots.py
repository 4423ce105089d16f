"""`make screenshots`: pictures of every page, in light, dark and narrow.

They go to `screenshots/` (not tracked), and the pictures of the documentation to `docs/`, with an
animated one. A small model is trained first, so that the Train page shows a run.
"""

import sys
import tempfile
from pathlib import Path

import pandas as pd
from playwright.sync_api import Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))

from sentiment.corpus.sample import sample_corpus  # noqa: E402
from tests.browser.animation import VIEW, animate  # noqa: E402
from tests.browser.driver import (  # noqa: E402
    MOST_MS,
    QUIET_MS,
    UNCHANGED,
    RunningApp,
    drawn,
    launch,
    running_app,
    settled,
    wait_for_training,
)

FOLDER = PROJECT / "screenshots"

PAGES = {
    "home": "",
    **{f"learn-{number}": f"learn?step={number}" for number in range(1, 13)},
    "learn-lessons": "learn?part=Lessons",
    "learn-toy-cell": "learn?part=Toy+cell",
    "learn-glossary": "learn?part=Glossary",
    "learn-presenter": "learn?step=6&present=true&embed_options=dark_theme",
    "lesson": "learn?part=Toy+cell&toy=Last+word+only&lesson=1-one-word&lesson_step=3",
    "explore": "explore?split=train&min_length=30&max_length=600",
    "explore-box": "explore?split=train&shape=Box&scale=log+words&rule=IQR&logarithms=true",
    "explore-sequence": "explore?explore_view=Sequence+length&split=train",
    "explore-words": "explore?explore_view=Vocabulary&searched_word=excellent",
    "explore-batch": "explore?explore_view=Batches&corpus=Sample",
    "reviews": "reviews?corpus=Sample",
    "quality": "reviews?corpus=Sample&reviews_view=Quality",
    "sources": "sources",
    "train": "train",
    "runs": "runs",
    "inspect": "inspect",
    "inspect-long": "inspect?text=" + "+".join(["a+slow+start+but+what+an+ending"] * 35),
    "inspect-indrnn": "inspect?model=compare-indrnn",
    "inspect-ledger": "inspect?view=Memory",
    "inspect-which-words": "inspect?view=Which+words",
    "inspect-what-if": "inspect?view=What+if&whatif_text=there+was+a+story+i+would+watch+it+again",
    "inspect-compare-two": "inspect?view=Compare+two",
    "inspect-step-by-step": "inspect?view=Step+by+step",
    "inspect-encoding": "inspect?view=Encoding",
    "inspect-export": "inspect?view=Export",
    "inspect-interventions": "inspect?view=Interventions",
    "inspect-units": "inspect?view=Units",
    "predict": "predict",
    "compare": "compare",
    "compare-review": "compare?compare_view=One+review",
    "compare-length": "compare?compare_view=By+length",
    "compare-claims": "compare?compare_view=Claims",
    "memory": "memory",
    "inspect-empty": "inspect?text=%3F%21",
}
LOOKS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 900}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 420, "height": 900}},
}
# Pictures of the documentation, by the name of the page.
DOCUMENTED = {
    **{name: name for name in ("inspect", "explore", "compare-review", "memory", "predictions")},
    "learn-10": "learn",
}
README_VIEW = {"width": 1180, "height": 1700}


def photograph(page: Page, app: RunningApp, path: str, picture: Path) -> None:
    """Take a picture of the whole page."""
    page.goto(f"{app.url}/{path}")
    drawn(page)
    size = page.viewport_size
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    assert size
    page.set_viewport_size({"width": size["width"], "height": int(height)})
    page.evaluate(UNCHANGED, [QUIET_MS, MOST_MS])
    page.screenshot(path=picture)
    page.set_viewport_size(size)
    print(picture.relative_to(PROJECT))


def train_a_model(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/train")
    settled(page)
    page.get_by_role("button", name="Start training").click()
    wait_for_training(page)


def predict_a_file(page: Page, app: RunningApp) -> str:
    """The path of the predictions for a file with labels, evaluated."""
    corpus = sample_corpus()
    table = pd.DataFrame({"review": list(corpus.texts)[:400], "label": corpus.labels[:400]})
    table.loc[7, "review"] = "?!"
    page.goto(f"{app.url}/predict")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {
            "name": "new-reviews.csv",
            "mimeType": "text/csv",
            "buffer": table.to_csv(index=False).encode(),
        }
    )
    page.get_by_role("button", name="Predict the whole file").click()
    page.get_by_role("button", name="Evaluate").click(timeout=300_000)
    page.get_by_role("button", name="Change labels").wait_for(timeout=60_000)
    return page.url.removeprefix(f"{app.url}/")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    (PROJECT / "docs").mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder)) as app,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright.chromium)
        train_a_model(browser.new_page(), app)
        pages = PAGES | {"predictions": predict_a_file(browser.new_page(), app)}
        for look, settings in LOOKS.items():
            with browser.new_context(**settings) as context:
                page = context.new_page()
                for name, path in pages.items():
                    photograph(page, app, path, FOLDER / f"{name}-{look}.png")
        for name, title in DOCUMENTED.items():
            with browser.new_context(color_scheme="light", viewport=README_VIEW) as context:
                page = context.new_page()
                page.goto(f"{app.url}/{pages[name]}")
                drawn(page)
                picture = PROJECT / "docs" / f"{title}.png"
                page.screenshot(path=picture)
                print(picture.relative_to(PROJECT))
        with browser.new_context(
            color_scheme="light", viewport=VIEW, reduced_motion="reduce"
        ) as context:
            picture = PROJECT / "docs" / "reading.webp"
            animate(context.new_page(), app.url, picture)
            print(picture.relative_to(PROJECT))
        browser.close()


if __name__ == "__main__":
    main()
