"""Label errors by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from sentiment.dataset.corpora import corpora
from sentiment.dataset.corrections import load_corrections
from tests.browser.driver import RunningApp, settled
from tests.corpora import register_mislabelled


@pytest.mark.slow
def test_label_errors_are_decided_by_keyboard(
    page: Page, app: RunningApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SENTIMENT_DATA", str(app.data))
    register_mislabelled("Mislabelled", app.data / "mislabelled.csv")
    page.goto(f"{app.url}/reviews?corpus=Mislabelled&reviews_view=Quality&check=Label+errors")
    settled(page)

    def press(key: str, decided: int) -> None:
        settled(page)  # while the next question is drawn, the buttons take no key
        page.keyboard.press(key)
        expect(page.get_by_text(re.compile(f"^{decided} of \\d+ suspected"))).to_be_visible()

    expect(page.get_by_role("button", name="Accept")).to_be_visible()
    press("a", 1)
    press("x", 2)
    press("a", 3)
    press("u", 2)
    made = load_corrections(corpora()["Mislabelled"].id).made
    assert [one.label is None for one in made] == [False, True]
