"""Fixtures of the browser tests: the app, a browser, and a page per test."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright, expect, sync_playwright

from tests.browser.driver import BrowserMissing, RunningApp, launch, running_app

HERE = Path(__file__).parent
PATIENCE_MS = 30_000  # a busy machine is slow, and a wait that succeeds costs nothing


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Add the end of the app's log and a screenshot to the report of a failed test."""
    report = yield
    if report.failed and "app" in item.funcargs:
        report.sections.append(("app log", item.funcargs["app"].log_tail()))
    drawn = {"page", "tmp_path"} <= item.funcargs.keys()
    if report.when == "call" and report.failed and drawn:
        picture = item.funcargs["tmp_path"] / "page.png"
        with contextlib.suppress(Error):  # a page that crashed cannot be photographed
            item.funcargs["page"].screenshot(path=picture, full_page=True)
            report.sections.append(("page", str(picture)))
    return report


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    with running_app(tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture
def app_url(app: RunningApp) -> str:
    return app.url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    try:
        chromium = launch(playwright.chromium)
    except BrowserMissing as missing:
        if os.environ.get("SENTIMENT_REQUIRE_BROWSER") == "1":
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    yield chromium
    chromium.close()


@pytest.fixture
def page(browser: Browser, app: RunningApp, tmp_path: Path) -> Iterator[Page]:
    """A new visitor. The test fails on uncaught errors in the browser or the app."""
    errors: list[str] = []
    logged = app.log.stat().st_size
    with browser.new_context(locale="en-US", viewport={"width": 1280, "height": 900}) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        yield context.new_page()
    assert not errors, "Uncaught in the browser:\n" + "\n".join(errors)
    said = app.log.read_bytes()[logged:].decode(errors="replace")
    assert "Uncaught app execution" not in said, f"Uncaught in the app:\n{said}"
