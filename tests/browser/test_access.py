"""DNS rebinding in a real browser: a foreign name that resolves to this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.driver import RunningApp, go_to, launch, running_app, settled
from tests.browser.proxy import reverse_proxy

FOREIGN = "rebound.example"


@pytest.fixture
def rebound(browser: Browser, playwright: Playwright) -> Iterator[Page]:
    """A page of a browser for which FOREIGN is this machine."""
    other = launch(playwright.chromium, f"--host-resolver-rules=MAP {FOREIGN} 127.0.0.1")
    yield other.new_page()
    other.close()


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_hosted_app_behind_a_proxy_and_a_path_prefix(
    playwright: Playwright, browser: Browser, tmp_path: Path
) -> None:
    host = "class.example"
    options = ("--server.baseUrlPath=lab", f"--server.allowedHosts={host}")
    with (
        running_app(tmp_path, "--", *options, command=["sentiment", "app", "--hosted"]) as hosted,
        reverse_proxy(int(hosted.url.rpartition(":")[2]), "/lab/") as proxy,
    ):
        other = launch(playwright.chromium, f"--host-resolver-rules=MAP {host} 127.0.0.1")
        page = other.new_page()
        failed: list[str] = []
        # Streamlit asks below a deep link first, then at the prefix.
        page.on("response", lambda one: one.ok or "/_stcore/" in one.url or failed.append(one.url))
        base = f"http://{host}:{proxy.port}/lab/"
        page.goto(base)
        settled(page)
        for name in ("Sources", "Inspect", "Memory", "Train"):
            go_to(page, name)
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            settled(page)
            assert page.url.startswith(base)
        page.goto(f"{base}inspect?text=a+dull+film&view=Encoding")
        settled(page)
        expect(page.get_by_role("textbox", name="Your review")).to_have_value("a dull film")
        page.goto(f"{base}sources")
        page.locator("input[type=file]").set_input_files(
            {
                "name": "r.csv",
                "mimeType": "text/csv",
                "buffer": b"text,label\n" + b"good film,pos\nbad film,neg\n" * 30,
            }
        )
        expect(page.get_by_role("button", name="Add corpus")).to_be_visible()
        (workspace,) = hosted.data.glob("visitors/*/*/uploads")
        other.close()
        assert not failed and not proxy.refused
    assert workspace and not list(hosted.data.glob("visitors/*/*"))
