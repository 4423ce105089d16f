"""The Learn page and a lesson in a real browser, by keyboard alone."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sentiment.lessons.files import all_lessons
from sentiment.web.learn.path import STEPS
from tests.browser.driver import RunningApp, settled

MOST_TABS = 60


def press_until(page: Page, wanted: Locator) -> None:
    """Press Tab until `wanted` has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one.matches(':focus')"):
            return
    raise AssertionError(f"{wanted} is not reached within {MOST_TABS} tabs")


@pytest.mark.slow
def test_the_path_is_walked_by_keyboard(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/learn")
    for number, step in enumerate(STEPS, start=1):
        expect(page.get_by_role("heading", level=2)).to_have_text(f"{number}. {step.title}")
        settled(page)
        if number == 11:  # the one step that needs a minute has a test of its own
            expect(page.get_by_role("button", name="Train now")).to_be_enabled()
        press_until(page, page.get_by_role("button", name="Show the answer"))
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(rf"done=[\d-]*\b{number}\b"))
        expect(page.get_by_test_id("stAlert")).to_be_visible()
        if number < len(STEPS):
            press_until(page, page.locator(".st-key-next_step button"))
            page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Step 1:.*answered"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name=re.compile("answered$"))).to_have_count(len(STEPS))
    expect(page.get_by_role("heading", name="Negative")).to_be_visible()  # the article's example


@pytest.mark.slow
def test_a_training_is_watched(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/learn?step=11")
    slider = page.get_by_role("slider", name="Epochs")
    slider.focus()
    slider.press("Home")
    expect(slider).to_have_value("1")
    settled(page)
    page.get_by_role("button", name="Train now").click()
    expect(page).to_have_url(re.compile("run=20"))
    expect(page.get_by_test_id("stVegaLiteChart")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("button", name="Train again")).to_be_enabled(timeout=120_000)
    page.locator(".st-key-next_step button").click()
    expect(page.get_by_text("your network of step 11")).to_be_visible()


@pytest.mark.slow
def test_a_lesson_leads_over_the_pages_by_keyboard(page: Page, app: RunningApp) -> None:
    lesson = all_lessons()["1-one-word"].lesson
    assert lesson
    page.goto(f"{app.url}/learn?part=Lessons")
    press_until(page, page.locator(".st-key-start_1-one-word a"))
    page.keyboard.press("Enter")
    for number, step in enumerate(lesson.steps, start=1):
        expect(page.get_by_text(f"step {number} of {len(lesson.steps)}")).to_be_visible()
        expect(page).to_have_url(re.compile(f"/{step.page}\\?"))
        if step.highlight:
            expect(page.locator("[data-lesson=here]")).to_be_in_viewport()
        expect(page.locator(".lesson-missing")).to_have_text("")
        settled(page)
        if number < len(lesson.steps):
            press_until(page, page.get_by_role("link", name="Next step"))
            page.keyboard.press("Enter")
    page.go_back()
    expect(page.get_by_text("step 4 of")).to_be_visible()
    expect(page.get_by_role("group", name="Step player")).to_be_visible()
    page.get_by_role("link", name="Home").first.click()
    expect(page.get_by_text("step 4 of")).to_be_visible()
    page.get_by_role("link", name="Open this step").click()
    expect(page.get_by_role("group", name="Step player")).to_be_visible()
    page.get_by_role("button", name="End lesson").click()
    expect(page.get_by_text("step 4 of")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("lesson"))


@pytest.mark.slow
def test_the_next_step_on_the_same_page_changes_its_controls(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/inspect?view=Memory&text=a+bad+film&lesson=2-not-bad&lesson_step=1")
    page.get_by_role("link", name="Next step").click()
    expect(page.get_by_text("step 2 of")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your review")).to_have_value("this film is not bad")
    expect(page.get_by_role("radio", name="Gates")).to_be_checked()  # its link names no view
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


@pytest.mark.slow
def test_a_missing_control_is_reported(page: Page, app: RunningApp) -> None:
    folder = app.data / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    text = "title: t\nsteps: [{link: memory, sentence: s, highlight: Warp drive}]"
    (folder / "missing.yaml").write_text(text, encoding="utf-8")
    try:
        page.goto(f"{app.url}/memory?lesson=missing")
        expect(page.get_by_text("The control “Warp drive” is not on this page.")).to_be_visible()
    finally:
        (folder / "missing.yaml").unlink()


@pytest.mark.slow
def test_presenter_mode_is_one_setting(browser: Browser, app: RunningApp) -> None:
    with browser.new_context(color_scheme="light") as context:
        page = context.new_page()
        page.goto(f"{app.url}/learn?step=6")
        size = "getComputedStyle(document.documentElement).fontSize"
        before = page.evaluate(size)
        page.get_by_role("button", name="Present").click()
        expect(page).to_have_url(re.compile("step=6.*present=true"))
        leave = page.get_by_role("button", name="Leave presenter mode")
        expect(leave).to_be_visible()
        settled(page)
        dark = "getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme"
        assert page.evaluate(dark) == "dark"
        assert float(page.evaluate(size)[:-2]) > float(before[:-2])
        expect(page.get_by_test_id("stHeader")).not_to_be_visible()
        leave.click()
        expect(page.get_by_role("button", name="Present", exact=True)).to_be_visible()
        expect(page.get_by_test_id("stHeader")).to_be_visible()
