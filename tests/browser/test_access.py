"""DNS rebinding in a real browser: a foreign name that resolves to this machine."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.driver import RunningApp, launch, settled

FOREIGN = "rebound.example"


@pytest.fixture
def rebound(browser: Browser, playwright: Playwright) -> Iterator[Page]:
    """A page of a browser for which FOREIGN is this machine."""
    other = launch(playwright.chromium, f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1")
    yield other.new_page()
    other.close()


def test_a_foreign_name_that_resolves_to_this_machine_shows_nothing(
    rebound: Page, app: RunningApp
) -> None:
    port = app.url.rpartition(":")[2]
    response = rebound.goto(f"http://{FOREIGN}:{port}/train")
    assert response and response.status == 403
    expect(rebound.get_by_test_id("stApp")).to_have_count(0)
    assert (
        rebound.evaluate(
            """port => new Promise(answer => {
          const socket = new WebSocket(`ws://${location.hostname}:${port}/_stcore/stream`);
          socket.onopen = () => answer("open");
          socket.onclose = () => answer("refused");
        })""",
            port,
        )
        == "refused"
    )
    rebound.goto(f"http://localhost:{port}/memory")
    settled(rebound)
    expect(rebound.get_by_role("heading", level=1)).to_have_text("Memory")


def test_a_foreign_page_cannot_embed_the_app(page: Page, app: RunningApp) -> None:
    page.route(
        "http://other.example/",
        lambda route: route.fulfill(
            content_type="text/html", body=f'<iframe src="{app.url}/train"></iframe>'
        ),
    )
    page.goto("http://other.example/")
    frame = page.frames[1]
    expect(frame.get_by_test_id("stApp")).to_have_count(0)
    assert frame.url != f"{app.url}/train"
