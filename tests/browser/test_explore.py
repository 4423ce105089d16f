"""The Explore page in a browser: brush, number inputs, rules and link share one state."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from tests.browser.driver import RunningApp, settled
from tests.browser.test_app import metric, open_page, title

LARGEST_PAYLOAD = 300_000  # bytes sent by the server after one change


def low(page: Page) -> Locator:
    return page.get_by_role("spinbutton", name="Shortest kept")


def high(page: Page) -> Locator:
    return page.get_by_role("spinbutton", name="Longest kept")


def kept(page: Page) -> Locator:
    found = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Kept"))
    return found.get_by_test_id("stMetricValue")


def number(locator: Locator) -> int:
    return int(locator.inner_text().replace(",", ""))


def open_settings(page: Page) -> None:
    page.get_by_text("Cutoffs, sequence length and vocabulary", exact=True).click()


def brush(page: Page, begin: float, end: float) -> None:
    """Drag across the chart from one share of its width to another."""
    chart = page.get_by_test_id("stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * begin, height)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, height + 5, steps=8)
    page.mouse.up()


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["Histogram", "Box"])
def test_brush_numbers_and_link_are_one_state(
    shape: str, page: Page, app: RunningApp, browser: Browser
) -> None:
    open_page(page, app, f"explore?split=train&shape={shape}")
    open_settings(page)
    assert metric(page, "Mean length") == "234 words"
    assert metric(page, "Longest") == "2,473"
    brush(page, 0.3, 0.6)
    expect(low(page)).not_to_have_value("3")
    expect(high(page)).not_to_have_value("1500")
    settled(page)
    expect(page).to_have_url(re.compile(rf"min_length={low(page).input_value()}\b"))
    expect(page).to_have_url(re.compile(rf"max_length={high(page).input_value()}\b"))
    brushed = number(kept(page))
    assert 100 < brushed < 24_870

    low(page).fill("50")
    low(page).press("Enter")
    expect(kept(page)).not_to_have_text(f"{brushed:,}")
    settled(page)
    typed = number(kept(page))
    assert typed > brushed
    expect(page).to_have_url(re.compile("min_length=50"))

    # The chart is drawn without the brush now; a second brush sets the cutoffs again.
    brush(page, 0.3, 0.6)
    expect(low(page)).not_to_have_value("50")
    settled(page)
    values = low(page).input_value(), high(page).input_value()
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(page.url)
        settled(other)
        open_settings(other)
        expect(low(other)).to_have_value(values[0])
        expect(high(other)).to_have_value(values[1])
        expect(kept(other)).to_have_text(kept(page).inner_text())


@pytest.mark.slow
def test_a_rule_in_the_link_sets_the_cutoffs_until_the_brush_is_used(
    page: Page, app: RunningApp
) -> None:
    open_page(page, app, "explore?split=train&rule=percentiles&strength=10")
    open_settings(page)
    expect(low(page)).to_have_value("90")
    expect(high(page)).to_have_value("457")
    expect(page).to_have_url(re.compile("strength=10"))
    page.get_by_test_id("stButtonGroup").get_by_role("radio", name="test", exact=True).click()
    expect(low(page)).to_have_value("88")  # the same rule for other reviews
    brush(page, 0.3, 0.6)
    expect(low(page)).not_to_have_value("88")
    expect(page.get_by_role("combobox", name="Cutoffs")).to_have_value("manual")
    settled(page)
    expect(page).not_to_have_url(re.compile("rule="))


@pytest.mark.slow
def test_a_link_hands_the_settings_to_train(page: Page, app: RunningApp) -> None:
    open_page(
        page, app, "explore?corpus=Sample&min_length=4&max_length=120&max_words=700&truncation=tail"
    )
    open_settings(page)
    page.get_by_role("radio", name="Sequence length").click()
    expect(page.get_by_text("Shortest sufficient length:")).to_be_visible()
    page.get_by_role("button", name="Use it").click()
    expect(page.get_by_role("button", name="Use it")).to_have_count(0)
    settled(page)  # before it, the field may still have the old value
    length = page.get_by_role("spinbutton", name="Sequence length").input_value()
    page.get_by_role("link", name="Train with these settings").click()
    title(page, "Train")
    expect(page.get_by_role("button", name="Reset settings")).to_be_visible()
    page.get_by_text("Settings", exact=True).click()
    fields = {"Sequence length (words)": length, "Vocabulary (words)": "700"}
    for name, value in fields.items():
        expect(page.get_by_role("spinbutton", name=name)).to_have_value(value)
    page.get_by_text("More settings").click()
    expect(page.get_by_role("spinbutton", name="Shortest review")).to_have_value("4")
    expect(page.get_by_role("spinbutton", name="Longest review")).to_have_value("120")


@pytest.mark.slow
def test_a_link_hands_the_corpus_to_reviews(page: Page, app: RunningApp) -> None:
    open_page(page, app, "explore?corpus=Sample")
    page.get_by_role("link", name="Read the reviews").click()
    title(page, "Reviews")
    expect(page.get_by_role("combobox", name="Corpus")).to_have_value("Sample")
    expect(page.get_by_text("6,000 reviews match")).to_be_visible()


@pytest.mark.slow
def test_a_typed_word_opens_its_section(page: Page, app: RunningApp) -> None:
    open_page(page, app, "explore?explore_view=Vocabulary&corpus=Sample&searched_word=wonderful")
    expect(page.get_by_text("“wonderful”")).to_be_visible()
    expect(page.get_by_text("Nearest words in imdb-lstm")).to_be_visible()
    page.get_by_role("textbox", name="Word", exact=True).fill("dreadful")
    page.get_by_role("textbox", name="Word", exact=True).press("Enter")
    expect(page.get_by_text("“dreadful”")).to_be_visible()
    expect(page).to_have_url(re.compile("word=dreadful"))
    # The box before the first row of All words.
    page.get_by_test_id("stDataFrame").first.click(position={"x": 20, "y": 52})
    expect(page.get_by_text("“the”", exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name="Word", exact=True)).to_have_value("the")


@pytest.mark.slow
def test_no_control_sends_a_large_payload(page: Page, app: RunningApp) -> None:
    received: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", listen)
    open_page(page, app, "explore?corpus=Sample")  # it has its texts, so the views show more
    open_settings(page)
    to_train = page.get_by_role("link", name="Train with these settings")
    for number, view in enumerate(("Lengths", "Sequence length", "Vocabulary", "Batches")):
        page.get_by_role("radio", name=view, exact=True).click()
        expect(page.get_by_role("radio", name=view, exact=True)).to_be_checked()
        settled(page)
        for name, setting, value in (
            ("Shortest kept", "min_length", f"{7 + number}"),
            ("Longest kept", "max_length", f"{150 + number}"),
            ("Sequence length", "sequence_length", f"{90 + number}"),
            ("Vocabulary", "max_words", f"{900 + number}"),
        ):
            received.clear()
            field = page.get_by_role("spinbutton", name=name)
            field.fill(value)
            field.press("Enter")
            expect(to_train).to_have_attribute("href", re.compile(rf"with_{setting}={value}\b"))
            settled(page)
            assert 0 < sum(received) < LARGEST_PAYLOAD, (view, name, sum(received))
