"""The Interventions and Units views in a real browser, and their links."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.driver import RunningApp, settled

TEXT = "The+acting+is+fine+but+the+story+is+dull+and+I+was+bored"


def figure(page: Page, label: str) -> str:
    found = page.get_by_test_id("stMetric").filter(has_text=re.compile(f"^{re.escape(label)}"))
    expect(found).to_be_visible()
    return found.get_by_test_id("stMetricValue").inner_text()


@pytest.mark.slow
def test_an_intervention_set_with_the_keyboard_is_in_the_link(
    page: Page, browser: Browser, app: RunningApp
) -> None:
    page.goto(f"{app.url}/inspect?view=Interventions&model=compare-gru&text={TEXT}")
    settled(page)
    gate = page.get_by_role("slider", name="Value of the update gate")
    expect(gate).to_have_value("1")
    never = figure(page, "P(Positive) after")
    gate.press("Home")
    expect(page.get_by_text(re.compile(r"\.z=0 "))).to_be_visible()
    settled(page)
    at_once = figure(page, "P(Positive) after")
    assert at_once != never and figure(page, "P(Positive) before") != at_once
    page.get_by_role("radio", name="Freeze units", exact=True).click()
    expect(page.get_by_text(re.compile(r"\.h\[[\d, -]+\]=0 "))).to_be_visible()
    page.get_by_role("button", name="Add another").click()
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_visible()
    settled(page)
    shown = figure(page, "P(Positive) after")
    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        other.goto(page.url)
        settled(other)
        assert figure(other, "P(Positive) after") == shown


@pytest.mark.slow
def test_a_click_on_a_point_and_a_number_choose_the_same_unit(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/inspect?view=Units&model=compare-gru&text={TEXT}&unit=5")
    settled(page)
    number = page.get_by_role("spinbutton", name="Unit", exact=True)
    expect(number).to_have_value("5")
    points = page.get_by_test_id("stVegaLiteChart").locator(".mark-symbol path")
    expect(points.first).to_be_visible()
    lowest = max(points.all(), key=lambda point: (point.bounding_box() or {"y": 0})["y"])
    lowest.click()
    expect(number).not_to_have_value("5")
    settled(page)
    picked = number.input_value()
    expect(page.get_by_text(f"Unit {picked}: the state is highest at")).to_be_visible()
    page.reload()  # the link has the unit, unless it is the one that is shown without
    settled(page)
    expect(number).to_have_value(picked)
    number.fill("7")
    number.press("Enter")
    expect(page.get_by_text("Unit 7: the state is highest at")).to_be_visible()
    expect(page).to_have_url(re.compile(r"unit=7\b"))
