"""The Inspect page in a real browser: steps, words, links, exports."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.driver import RunningApp, settled

BOTH = "imdb-bilstm"  # reads in both directions
TEXT = "The cast is great, but the story is dull"


def open_view(page: Page, app: RunningApp, view: str, **params: str) -> None:
    values = {"text": TEXT, "view": view} | params
    page.goto(f"{app.url}/inspect?" + "&".join(f"{key}={quote(values[key])}" for key in values))
    settled(page)


def player(page: Page) -> Locator:
    return page.get_by_role("group", name="Step player")


def sentence(page: Page) -> Locator:
    return player(page).locator(".sentence")


@pytest.mark.slow
def test_arrow_keys_and_clicks_on_words_step_through_a_review(page: Page, app: RunningApp) -> None:
    open_view(page, app, "Step by step", unit="3")
    expect(sentence(page)).to_contain_text("At “the” the cell keeps")
    player(page).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(sentence(page)).to_contain_text("At “great” the cell keeps")
    expect(player(page)).to_contain_text("4 of 9")
    expect(page).to_have_url(re.compile(r"word=4"))
    word = page.get_by_role("option", name="story")
    word.click()
    expect(page).to_have_url(re.compile(r"word=7"))
    expect(word).to_have_attribute("aria-selected", "true")
    expect(sentence(page)).to_contain_text("At “story” the cell keeps")
    player(page).focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"word=4"))  # once more
    expect(sentence(page)).to_contain_text("At “great” the cell keeps")
    page.keyboard.press("End")
    expect(sentence(page)).to_contain_text("At “dull” the cell keeps")
    # The numbers in the equation add up.
    equation = player(page).locator("dd").filter(has_text="c = f")
    kept, written, total = re.findall(r"= (\S+) \+ (\S+) = (\S+)$", equation.inner_text())[0]
    numbers = [float(number.replace("−", "-")) for number in (kept, written, total)]
    assert abs(numbers[0] + numbers[1] - numbers[2]) < 0.0021


@pytest.mark.slow
def test_the_player_plays_to_the_end_and_stops(page: Page, app: RunningApp) -> None:
    open_view(page, app, "Step by step", text="good film")
    player(page).get_by_role("button", name="Play").click()
    expect(sentence(page)).to_contain_text("At “film”")
    expect(player(page).get_by_role("button", name="Play")).to_be_visible()
    expect(page).to_have_url(re.compile(r"word=2"))


@pytest.mark.slow
def test_backwards_the_first_step_is_the_last_word(page: Page, app: RunningApp) -> None:
    open_view(page, app, "Step by step", model=BOTH, layer="layer 1, backward", word="9")
    expect(sentence(page)).to_contain_text("At “dull” the cell keeps")
    expect(player(page)).to_contain_text("1 of 9")
    player(page).get_by_role("button", name="Next step").click()
    expect(sentence(page)).to_contain_text("At “is” the cell keeps")
    expect(page).to_have_url(re.compile(r"word=8"))


@pytest.mark.slow
def test_a_link_opens_the_same_view_elsewhere(
    page: Page, app: RunningApp, browser: Browser
) -> None:
    open_view(page, app, "Gates", model=BOTH)
    page.get_by_role("radio", name="cell state").click()
    page.get_by_role("radio", name="similarity").click()
    page.get_by_role("radio", name="layer 1, backward").click()
    expect(page).to_have_url(re.compile("backward"))
    expect(page.get_by_text("similar states")).to_be_visible()
    settled(page)
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(page.url)
        settled(other)
        for name in ("cell state", "similarity", "layer 1, backward"):
            expect(other.get_by_role("radio", name=name)).to_be_checked()
        expect(other.get_by_role("textbox", name="Your review")).to_have_value(TEXT)


@pytest.mark.slow
def test_the_exported_trace_checks_itself(page: Page, app: RunningApp, tmp_path: Path) -> None:
    open_view(page, app, "Export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export trace with check").click()
    zipfile.ZipFile(download.value.path()).extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, tmp_path / "trace" / "check_trace.py", app.models / "imdb-lstm"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    with page.expect_download() as download:
        page.get_by_role("button", name="Export report").click()
    report = download.value.path().read_text("utf-8")
    assert "Negative" in report and "Plotly.newPlot" in report
