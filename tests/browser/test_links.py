"""Back, refresh and a copied link restore what was seen."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import RunningApp, drawn, go_to, open_view, settled


def box(page: Page):
    return page.get_by_role("textbox", name="Your review")


def tab(page: Page, name: str):
    return page.get_by_role("radio", name=name, exact=True)


@pytest.mark.slow
def test_back_refresh_and_a_copied_link_restore_what_was_seen(page: Page, app: RunningApp):
    page.goto(f"{app.url}/explore")
    settled(page)
    tab(page, "Vocabulary").click()
    expect(page).to_have_url(re.compile("explore_view=Vocabulary"))
    settled(page)
    go_to(page, "Inspect")
    expect(page.get_by_role("heading", name="Inspect")).to_be_visible()
    settled(page)
    assert "Vocabulary" not in page.url  # a view of one page is none of another
    box(page).fill("a dull start but a great end")
    box(page).press("Control+Enter")
    expect(page).to_have_url(re.compile("text=a"))
    settled(page)
    open_view(page, "What if")
    expect(page).to_have_url(re.compile("view=What"))
    settled(page)
    copied = page.url

    page.reload()
    expect(tab(page, "What if")).to_be_checked()
    expect(box(page)).to_have_value("a dull start but a great end")

    other = page.context.new_page()
    other.goto(copied)
    expect(tab(other, "What if")).to_be_checked()
    expect(box(other)).to_have_value("a dull start but a great end")
    other.close()

    go_to(page, "Compare")
    settled(page)
    go_to(page, "Inspect")  # the review and the view are those of before
    expect(tab(page, "What if")).to_be_checked()
    expect(box(page)).to_have_value("a dull start but a great end")
    settled(page)

    page.go_back()
    expect(page.get_by_role("heading", name="Compare")).to_be_visible()
    page.go_back()
    expect(tab(page, "What if")).to_be_checked()
    settled(page)
    page.go_back()  # the view
    expect(tab(page, "Gates")).to_be_checked()
    expect(box(page)).to_have_value("a dull start but a great end")
    settled(page)
    page.go_back()  # the review
    expect(box(page)).not_to_have_value("a dull start but a great end")
    settled(page)
    page.go_back()  # the page, in one step
    expect(tab(page, "Vocabulary")).to_be_checked()
    settled(page)
    page.go_back()
    expect(tab(page, "Lengths")).to_be_checked()


@pytest.mark.slow
def test_back_shows_controls_without_a_value_in_the_link_as_before(page: Page, app: RunningApp):
    main = page.get_by_test_id("stMain")
    for path in (
        "explore",
        "explore?explore_view=Vocabulary",
        "inspect?view=What+if",
        "inspect?view=Units",
        "inspect?view=Compare+two",
        "learn?part=Toy+cell",
    ):
        page.goto(f"{app.url}/{path}")
        drawn(page)
        shown = main.inner_text()
        page.get_by_role("link", name="Home").first.click()
        expect(page.get_by_role("heading", name="Sentiment Lab")).to_be_visible()
        drawn(page)
        page.go_back()
        expect(page).to_have_url(f"{app.url}/{path}")
        expect(page.get_by_role("heading", name="Sentiment Lab")).to_have_count(0)
        drawn(page)
        assert main.inner_text() == shown, path


@pytest.mark.slow
def test_a_preset_of_the_toy_cell_replaces_moved_sliders(page: Page, app: RunningApp):
    page.goto(f"{app.url}/learn?part=Toy+cell")
    drawn(page)
    page.get_by_role("slider", name="forget gate: weight of the state").press("ArrowRight")
    expect(page).to_have_url(re.compile("toy_f_state="))
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="Last word only").click()
    expect(page).to_have_url(re.compile("toy=Last"))
    drawn(page)
    assert "toy_f_state" not in page.url
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.slow
def test_a_value_that_does_not_fit_is_named(page: Page, app: RunningApp):
    page.goto(f"{app.url}/inspect?length=1e999&view=Units&unit=30&text=a+dull+film")
    expect(page.get_by_text("Ignored from the link: length=1e999")).to_be_visible()
    settled(page)
    assert "length" not in page.url and "unit=30" in page.url


@pytest.mark.slow
def test_a_corpus_is_carried_across_pages(page: Page, app: RunningApp):
    page.goto(f"{app.url}/explore?corpus=Sample")
    settled(page)
    page.get_by_role("link", name="Train with these settings").first.click()
    expect(page).to_have_url(re.compile("/train.*corpus=Sample"))
    settled(page)
    expect(page.get_by_text("Ignored from the link")).to_have_count(0)
    go_to(page, "Reviews")
    expect(page).to_have_url(re.compile(r"/reviews\?corpus=Sample$"))
    settled(page)
    page.go_back()
    expect(page).to_have_url(re.compile("/train.*corpus=Sample"))
    expect(page.get_by_role("combobox", name="Corpus")).to_have_value("Sample")
