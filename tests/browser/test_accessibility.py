"""WCAG 2.2, levels A and AA, on every page and view in both themes, as far as axe-core can tell."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.driver import PROJECT, RunningApp, drawn
from tests.browser.screenshots import PAGES, predict_a_file
from tests.marks import slow_but

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")
# The dark theme has the same elements in other colors.
RULES = {
    "light": {"type": "tag", "values": LEVELS},
    "dark": {"type": "rule", "values": ("color-contrast", "link-in-text-block")},
}
MADE = ("run", "predictions")  # by fixtures
PATHS = PAGES | {"run": "train?run={run}", "predictions": "{predictions}"}
QUICK = ("home",)
DARK = "getComputedStyle(document.querySelector('[data-testid=stApp]')).colorScheme == 'dark'"


@pytest.fixture(scope="module")
def page(browser: Browser, app: RunningApp) -> Iterator[Page]:
    """One page for all tests here: a new visitor for each would take most of the time."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.fixture(scope="module")
def run(app: RunningApp) -> str:
    """The id of a finished run."""
    small = "--epochs 1 --hidden-size 4 --embedding-dim 4 --sequence-length 20"
    command = [sys.executable, "-m", "sentiment", "train", "--preset", "sample", *small.split()]
    subprocess.run(command, env=app.environment, cwd=PROJECT, check=True, capture_output=True)
    return max(path.name for path in (app.data / "runs").iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def predictions(app: RunningApp, page: Page) -> str:
    """The path of the predictions for a file."""
    return predict_a_file(page, app)


@pytest.mark.parametrize("name", slow_but(QUICK, PATHS))
def test_has_no_violations(
    name: str, app: RunningApp, page: Page, request: pytest.FixtureRequest
) -> None:
    page.emulate_media(color_scheme="light")
    made = {one: request.getfixturevalue(one) for one in MADE if f"{{{one}}}" in PATHS[name]}
    page.goto(f"{app.url}/{PATHS[name].format(**made)}")
    drawn(page)
    found = _violations(page, "light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(DARK)
    drawn(page)
    assert not found + _violations(page, "dark")


def _violations(page: Page, theme: str) -> list[str]:
    options = {"runOnly": RULES[theme], "resultTypes": ["violations"]}
    return [
        f"{theme}: {rule['help']}: {node['html']}"
        for rule in Axe().run(page, options=options).response["violations"]
        for node in rule["nodes"]
    ]
