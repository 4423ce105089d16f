"""The views Memory, Which words, What if and Compare two in a real browser, and their links."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import RunningApp, settled


def visit(page: Page, url: str) -> None:
    page.goto(url)
    settled(page)


def same_for_another_visitor(browser: Browser, page: Page, *shown: str) -> None:
    """A new browser shows the same sentences at the address of `page`."""
    with browser.new_context(locale="en-US") as context:
        other = context.new_page()
        visit(other, page.url)
        for sentence in shown:
            expect(other.get_by_text(sentence)).to_be_visible()


@pytest.mark.slow
def test_an_edit_is_shared_as_a_link(page: Page, browser: Browser, app: RunningApp) -> None:
    visit(page, f"{app.url}/inspect?view=What+if&text=a+dull+film&model=compare-lstm")
    page.get_by_role("button", name="Apply edit").click()
    change = page.get_by_text(re.compile(r"[\d.]+% to [\d.]+%")).first
    expect(change).to_be_visible()
    box = page.get_by_role("textbox", name="Edited review")
    expect(box).not_to_have_value("a dull film")
    expect(box).not_to_have_value("")
    same_for_another_visitor(browser, page, change.inner_text())
    page.get_by_role("button", name="Find edit").click()
    expect(page.get_by_role("button", name="Show edit")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    expect(box).to_have_value("a dull film")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("view", "control", "option", "shown"),
    [
        ("Which words", "button", "Leave one out", "of 3 methods"),
        ("Compare two", "radio", "another review", "Other review"),
    ],
)
def test_a_control_is_in_the_link(
    page: Page, browser: Browser, app: RunningApp, view: str, control: str, option: str, shown: str
) -> None:
    visit(page, f"{app.url}/inspect?view={view.replace(' ', '+')}&model=compare-gru")
    before = page.url
    chosen = page.get_by_role(control, name=option, exact=True)  # type: ignore[arg-type]
    chosen.click()
    expect(page).not_to_have_url(before)
    settled(page)
    with browser.new_context(locale="en-US") as context:
        other = context.new_page()
        visit(other, page.url)
        there = other.get_by_role(control, name=option, exact=True)  # type: ignore[arg-type]
        expect(there).to_be_visible()
        if control == "radio":
            expect(there).to_be_checked()
        expect(other.get_by_text(shown).first).to_be_visible()
