"""What a visitor sees without a click and without scrolling, by the positions of elements."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sentiment.web.inspect.views import VIEWS
from tests.browser.driver import RunningApp, drawn, open_view, settled

LAPTOP = {"width": 1440, "height": 900}


@pytest.fixture
def open_at(browser: Browser, app: RunningApp):
    """Open a page in a window of some size."""
    contexts = []

    def opened(path: str, width: int, height: int) -> Page:
        contexts.append(browser.new_context(viewport={"width": width, "height": height}))
        page = contexts[-1].new_page()
        page.goto(f"{app.url}/{path}")
        drawn(page)
        return page

    yield opened
    for context in contexts:
        context.close()


def verdict(page: Page) -> Locator:
    return page.locator("h2").filter(has_text="itive").or_(page.locator("h2", has_text="Negative"))


def top_and_bottom(element: Locator) -> tuple[float, float]:
    """In pixels from the top of the window, once it is drawn."""
    expect(element).to_be_visible()
    box = element.bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


def bottom(element: Locator) -> float:
    return top_and_bottom(element)[1]


def test_home_shows_a_verdict_and_the_gates_without_a_click(open_at) -> None:
    page = open_at("", **LAPTOP)
    for element in (
        verdict(page),
        page.get_by_role("listbox"),
        page.locator(".js-plotly-plot"),
        page.get_by_role("group", name="The gates at each word"),
    ):
        assert bottom(element) <= LAPTOP["height"]
    box = page.get_by_role("textbox", name="Your review")
    box.fill("a dull and boring film")
    box.press("Enter")
    expect(page.get_by_role("heading", name="Negative")).to_be_visible()


def test_the_gates_of_home_move_unless_motion_is_reduced(browser: Browser, app: RunningApp) -> None:
    with browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(app.url)
        film = page.get_by_role("group", name="The gates at each word")
        slider = film.get_by_role("slider", name="Word")
        expect(film.get_by_role("button", name="Play")).to_be_visible()
        expect(slider).to_have_value(slider.get_attribute("max") or "")  # at the last word
        slider.press("ArrowLeft")
        slider.press("ArrowLeft")
        before = film.locator(".value").first.inner_text()
        film.get_by_role("button", name="Play").click()
        expect(film.locator(".value").first).not_to_have_text(before)


@pytest.mark.slow
def test_inspect_has_the_verdict_and_the_gates_on_the_first_screen(open_at) -> None:
    page = open_at("inspect", **LAPTOP)
    curve, gates = page.locator(".js-plotly-plot").nth(0), page.locator(".js-plotly-plot").nth(1)
    for width, height in ((1440, 900), (1280, 720)):
        page.set_viewport_size({"width": width, "height": height})
        drawn(page)
        assert bottom(verdict(page)) < bottom(page.get_by_role("listbox"))
        assert bottom(curve) < bottom(gates.locator(".heatmaplayer")) <= height
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    main = page.get_by_test_id("stMain")
    main.evaluate("main => main.scrollTo(0, main.scrollHeight)")
    assert main.evaluate("main => main.scrollTop") > 500
    for element in (verdict(page), page.get_by_role("listbox")):  # stay on top
        top, end = top_and_bottom(element)
        assert 0 < top and end < 250
    main.evaluate("main => main.scrollTo(0, 0)")
    page.set_viewport_size({"width": 720, "height": 450})  # as with 200% zoom
    drawn(page)
    assert bottom(verdict(page)) <= 450


@pytest.mark.slow
def test_the_first_picture_of_every_view_is_on_the_first_screen(open_at) -> None:
    page = open_at("inspect?text=a+dull+film", **LAPTOP)
    pictures = page.locator(
        ".js-plotly-plot, [data-testid=stVegaLiteChart], [data-testid=stDataFrame], .player"
    )
    for view in [name for name in VIEWS if name != "Export"]:  # which has no picture
        open_view(page, view)
        expect(page.get_by_text(VIEWS[view].caption)).to_be_visible()
        expect(pictures.nth(1)).to_be_visible()
        settled(page)
        assert top_and_bottom(pictures.nth(1))[0] < LAPTOP["height"] - 150, view


@pytest.mark.slow
def test_a_clicked_word_is_framed_in_the_charts(open_at) -> None:
    page = open_at("inspect?text=the+cast+is+great+but+dull", **LAPTOP)
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    shapes = page.locator(".js-plotly-plot .shapelayer path")
    expect(shapes).to_have_count(1)  # the line at one half
    page.get_by_role("option", name="great").click()
    expect(shapes).to_have_count(1 + 1 + 1 + 6)  # in the curve, the summary, every quantity
    open_view(page, "What if")
    expect(page.get_by_role("combobox", name="Word")).to_have_value("4 great")
