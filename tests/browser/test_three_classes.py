"""A table with three classes in a browser: map its labels, train, inspect, predict a file."""

import random
import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import go_to, running_app, settled, wait_for_process, wait_for_training

COUNT = 90  # reviews of a class
WORDS = {  # label in several spellings -> words of its reviews
    ("negative", "Negative", "NEGATIVE "): "dull awful boring hated bad",
    ("neutral", "Neutral", "NEUTRAL"): "average ordinary okay fair usual",
    ("positive", "Positive", " POSITIVE"): "lovely great superb adored fine",
}
NAMES = ("Negative", "Neutral", "Positive")
ROW_PIXELS = 35  # of the table of labels
RARE, BLANKS = 4, 6  # reviews with an unknown label, and without a label
SETTINGS = {"Epochs": "2", "Units per layer": "8", "Batch size": "8", "Learning rate": "0.02"}


def table() -> str:
    chance = random.Random(0)
    rows = []
    for spellings, words in WORDS.items():
        for number in range(COUNT):
            said = " ".join(chance.choices(words.split(), k=4))
            rows.append(f"film {number} was {said},{spellings[number % 3]}")
    rows += [f"film {number} was a joke,sarcastic" for number in range(RARE)]
    rows += [f"film {number} has no label," for number in range(BLANKS)]
    chance.shuffle(rows)
    return "\n".join(["text,airline_sentiment", *rows])


def write_class(page: Page, label: str, name: str) -> None:
    """Write the class of a label into the table, whose cells are drawn on a canvas."""
    editor = page.get_by_test_id("stDataFrame").filter(has_text="Order").last
    cell = editor.locator("td", has_text=label)  # for screen readers, not drawn
    row = int((cell.get_attribute("id") or "").rpartition("-")[2])
    grid = editor.get_by_test_id("data-grid-canvas")
    grid.scroll_into_view_if_needed()
    settled(page)
    grid.click(position={"x": 40, "y": ROW_PIXELS * (row + 1.5)}, force=True)  # below an overlay
    for _ in ("reviews", "class"):
        page.keyboard.press("ArrowRight")
    if not name:
        page.keyboard.press("Delete")
        return
    page.keyboard.press("Enter")
    box = page.locator("#portal :is(input, textarea)")
    box.fill(name)
    box.press("Enter")


@pytest.mark.slow
def test_three_classes_from_a_file_to_a_neutral_verdict(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path, OMP_NUM_THREADS="1") as app:
        page.goto(f"{app.url}/sources")
        settled(page)
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
            {"name": "tweets.csv", "mimeType": "text/csv", "buffer": table().encode()}
        )
        expect(page.get_by_text(f"sarcastic = dropped: {RARE} reviews")).to_be_visible()
        for name in NAMES:
            figure = page.get_by_test_id("stMetric").filter(has_text=re.compile(f"^{name}"))
            expect(figure.get_by_test_id("stMetricValue")).to_have_text(str(COUNT))
        write_class(page, "sarcastic", "Negative")
        negative = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Negative"))
        expect(negative.get_by_test_id("stMetricValue")).to_have_text(str(COUNT + RARE))
        expect(page.get_by_role("button", name="Add corpus")).to_be_visible()
        write_class(page, "sarcastic", "")
        expect(negative.get_by_test_id("stMetricValue")).to_have_text(str(COUNT))
        expect(page.get_by_role("button", name="Add corpus")).to_have_count(0)
        page.get_by_text("Yes, this is right").click()
        page.get_by_role("button", name="Add corpus").click()
        expect(page.get_by_text(f"{3 * COUNT} reviews read")).to_be_visible()

        page.get_by_role("link", name="Train on it").last.click()
        page.get_by_text("Settings", exact=True).click()
        for label, value in SETTINGS.items():
            box = page.get_by_role("spinbutton", name=label, exact=True)
            box.fill(value)
            box.press("Enter")
        settled(page)
        page.get_by_role("button", name="Start training").click()
        wait_for_training(page)
        matrix = page.locator("[role=graphics-document][aria-label^='Confusion matrix']")
        rows = re.findall(
            r"Of (\d+) reviews labelled (\w+)", matrix.get_attribute("aria-label") or ""
        )
        assert rows == [(str(COUNT // 10), name) for name in NAMES]

        page.get_by_role("link", name="Inspect a review with this model").click()
        box = page.get_by_role("textbox", name="Your review")
        box.fill("film 7 was average ordinary okay average")
        box.press("Control+Enter")
        verdict = page.get_by_role("heading", level=2)
        expect(verdict).to_have_text("Neutral")
        expect(page.get_by_text("the probability of Neutral is")).to_be_visible()
        page.get_by_role("combobox", name="Explain").click()
        page.get_by_role("option", name="Positive", exact=True).click()
        expect(page.get_by_text("the probability of Positive is")).to_be_visible()
        expect(page).to_have_url(re.compile("class=Positive"))
        expect(verdict).to_have_text("Neutral")

        go_to(page, "Predict")  # with the model that was inspected
        expect(page.get_by_role("combobox", name="File")).to_be_visible()
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
            {"name": "new.csv", "mimeType": "text/csv", "buffer": table().encode()}
        )
        page.get_by_role("button", name="Predict the whole file").click()
        download_csv = page.get_by_role("button", name="Download CSV")
        wait_for_process(page, download_csv, without="Continue")
        expect(page).to_have_url(re.compile("prediction="))
        bars = page.locator("[role=graphics-document][aria-label^='Rows by predicted class']")
        counts = re.findall(r"(\w+) (\d+)", bars.get_attribute("aria-label") or "")
        assert [name for name, _ in counts] == list(NAMES)
        rows = sum(int(count) for _, count in counts)
        for label in ("CSV", "Parquet"):
            with page.expect_download() as download:
                page.get_by_role("button", name=f"Download {label}").click()
            path = download.value.path()
            found = pd.read_csv(path) if label == "CSV" else pd.read_parquet(path)
            assert found["label"].value_counts().to_dict() == {
                name: int(count) for name, count in counts if int(count)
            }
            assert len(found) == rows
        page.get_by_role("button", name="Evaluate").click()
        matrix = page.locator("[role=graphics-document][aria-label^='Confusion matrix']")
        labelled = re.findall(
            r"Of (\d+) reviews labelled (\w+)", matrix.get_attribute("aria-label") or ""
        )
        assert labelled == [(str(COUNT), name) for name in NAMES]
