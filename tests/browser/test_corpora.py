"""A user's own reviews in a browser: upload, train, search, open in Inspect."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import RunningApp, settled, wait_for_training

MESSY = (
    "id;Review;Stars\r\n"
    + "".join(
        f'{n};"A moving, lovely film no {n}; I smiled";{5 - n % 2}\r\n'
        f"{n};a dull and boring film no {n};{1 + n % 2}\r\n"
        f"{n};neither here nor there no {n};3\r\n"
        for n in range(40)
    )
    + "7;;5\r\n8;no stars here;\r\n9;too;many;columns;2\r\n"
    + '10;"<script>alert(1)</script> a na\u00efve **film**";5\r\n'
)


def open_page(page: Page, app: RunningApp, path: str) -> None:
    page.goto(f"{app.url}/{path}")
    settled(page)


@pytest.mark.slow
def test_a_messy_table_is_registered_trained_on_and_deleted(page: Page, app: RunningApp) -> None:
    open_page(page, app, "sources")
    content = MESSY.encode("cp1252")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "my reviews.csv", "mimeType": "text/csv", "buffer": content}
    )
    expect(page.get_by_text("looks like Windows-1252")).to_be_visible()
    expect(page.get_by_text("4 and 5 stars = Positive: 41")).to_be_visible()
    figure = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Positive"))
    expect(figure.get_by_test_id("stMetricValue")).to_have_text("41")
    expect(page.get_by_text("Rejected rows")).to_be_visible()
    name = page.get_by_role("textbox", name="Name of the corpus")
    expect(name).to_have_value("my_reviews")
    page.get_by_role("button", name="Add corpus").click()
    expect(
        page.get_by_text("124 reviews read").or_(page.get_by_text("81 reviews read"))
    ).to_be_visible()

    page.get_by_role("link", name="Train on it").last.click()
    expect(page.get_by_role("heading", level=1, name="Train")).to_be_visible()
    page.get_by_text("Settings", exact=True).click()
    for label, value in (("Epochs", "1"), ("Units per layer", "4")):
        page.get_by_role("spinbutton", name=label).fill(value)
    expect(page.get_by_role("textbox", name="Source")).to_have_value(re.compile("my_reviews.csv"))
    page.get_by_role("button", name="Start training").click()
    wait_for_training(page)

    open_page(page, app, "sources")
    page.get_by_role("button", name="Delete", exact=True).click()
    name, delete = (
        page.get_by_text("my_reviews", exact=True),
        page.get_by_role("button", name="Delete corpus"),
    )
    delete.click()
    for _ in range(60):  # refused until the training has ended
        settled(page)
        if not name.count():
            break
        page.wait_for_timeout(1_000)
        if delete.is_visible():
            delete.click()
    expect(name).to_have_count(0)


@pytest.mark.slow
def test_search_and_open_in_inspect(page: Page, app: RunningApp) -> None:
    open_page(page, app, "reviews?corpus=Sample")
    search = page.get_by_role("textbox", name="Search")
    search.fill('boring "the film"')
    search.press("Enter")
    expect(page).to_have_url(re.compile("search=boring"))
    shown = page.get_by_test_id("stText").last
    expect(shown).to_contain_text(re.compile("boring", re.IGNORECASE))
    expect(shown).to_contain_text(re.compile("the film", re.IGNORECASE))
    text = shown.inner_text()
    page.get_by_role("link", name="Open in Inspect").click()
    expect(page.get_by_role("heading", level=1, name="Inspect")).to_be_visible()
    begins = re.compile(re.escape(text.split("\n")[0][:30]))
    expect(page.get_by_role("textbox", name="Your review")).to_have_value(begins)


@pytest.mark.slow
def test_a_review_too_long_for_a_link_reaches_inspect(page: Page, app: RunningApp) -> None:
    rows = "".join(f"a lovely film no {n},pos\na dull film no {n},neg\n" for n in range(40))
    long = "It went on and on. " * 200 + "But how lovely it was"
    path = app.data / "long.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'text,label\n{rows}"{long}",pos\n')
    open_page(page, app, "sources")
    page.get_by_role("radio", name="Path on the server").click()
    page.get_by_role("textbox", name="Path of a file or folder").fill(str(path))
    page.get_by_role("textbox", name="Path of a file or folder").press("Enter")
    page.get_by_role("button", name="Add corpus").click()
    expect(page.get_by_text("81 reviews read")).to_be_visible()
    open_page(page, app, "reviews?corpus=long&search=%22on+and+on%22")
    page.get_by_role("button", name="Open in Inspect").click()
    expect(page.get_by_role("heading", level=1, name="Inspect")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your review")).to_have_value(long)
