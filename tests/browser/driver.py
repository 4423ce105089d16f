"""Start the app and a browser, and wait for a page; for browser tests and screenshots."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, BrowserType, Error, Locator, Page, expect

PROJECT = Path(__file__).resolve().parents[2]
BROWSER_VARIABLE = "SENTIMENT_CHROMIUM"  # names a Chromium that is not on PATH
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
CHANNELS = (None, "chrome", "msedge")  # Playwright's own, then where installers put the others
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
GROUPS = {  # of the navigation
    "Data": ("Sources", "Explore", "Reviews"),
    "Train": ("Train", "Runs"),
    "Understand": ("Inspect", "Predict", "Compare", "Memory"),
}
NO_BROWSER = (
    "No Chromium was found. Run `.venv/bin/playwright install chromium`, install a package "
    f"(`apt install chromium` on Debian), or set {BROWSER_VARIABLE} to where one is."
)


PROCESS_MS = 900_000  # of a training or a job; the page tells at once if its process has ended
QUIET_MS, MOST_MS = 400, 4_000  # charts are drawn after the script has ended; some always move
UNCHANGED = """
([quiet, most]) => new Promise(done => {
  let timer = setTimeout(done, quiet);
  setTimeout(done, most);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(done, quiet); }).observe(
    document.body, {subtree: true, childList: true, attributes: true});
})
"""


class BrowserMissing(Exception):
    """Playwright finds no installed browser."""


@dataclass(frozen=True)
class RunningApp:
    """The app in its own process."""

    url: str
    data: Path
    models: Path  # a copy, so that a test may damage it
    log: Path
    server: "subprocess.Popen[bytes]"
    environment: dict[str, str]  # variables with which other processes use the same folders

    def processes(self, word: str) -> list[psutil.Process]:
        """The server and its child processes whose command contains `word`."""
        family = [psutil.Process(self.server.pid)]
        family += family[0].children(recursive=True)
        return [process for process in family if word in process.cmdline()]

    def log_tail(self) -> str:
        return tail(self.log)


def tail(log: Path, lines: int = 40) -> str:
    return "\n".join(log.read_text("utf-8", "replace").splitlines()[-lines:])


@contextlib.contextmanager
def running_app(
    folder: Path,
    *options: str,
    command: Sequence[str] = ("streamlit", "run", str(PROJECT / "app.py")),
    directory: Path = PROJECT,
    **variables: str,
) -> Iterator[RunningApp]:
    """Run the app on a free port, with data, models and log in `folder`; the data of an earlier
    app in the same folder stay. There is no IMDB archive, as for a new user.

    options: of Streamlit. command: the module that starts the app, and its arguments. directory:
    the working directory. variables: of the environment.

    When the block ends, the server and the trainings that it started are stopped; if the block
    itself has killed the server, the trainings go on.
    """
    port = free_port()
    data, models, log = folder / "data", folder / "models", folder / "app.log"
    if not models.exists():
        shutil.copytree(PROJECT / "models", models)
    environment = {
        **os.environ,
        "PYTHONPATH": str(PROJECT),  # for another working directory
        "STREAMLIT_SERVER_PORT": str(port),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_SERVER_FILE_WATCHER_TYPE": "none",
        "SENTIMENT_DATA": str(data),
        "SENTIMENT_MODELS": str(models),
        "SENTIMENT_ARCHIVE": str(folder / "none.tar.gz"),
        **variables,
    }
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *command, *options],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    app = RunningApp(f"http://127.0.0.1:{port}", data, models, log, server, environment)
    try:
        wait_until_healthy(app.url, log, server)
        yield app
    finally:
        if server.poll() is None:  # not killed by a test of what survives that
            _stop_trainings(data)
        stop(server)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_until_healthy(
    url: str, log: Path, server: subprocess.Popen[bytes], seconds: float = 60
) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # it serves another path
        except OSError:
            pass
        time.sleep(0.1)
    ended = "did not answer" if server.poll() is None else f"ended with {server.returncode}"
    raise AssertionError(f"The app {ended} within {seconds:g} s. Its log:\n{tail(log)}")


def _stop_trainings(data: Path) -> None:
    for process in psutil.process_iter(["cmdline"]):
        if any(word.startswith(str(data)) for word in process.info["cmdline"] or ()):
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def stop(server: subprocess.Popen[bytes]) -> None:
    """Stop the server and its child processes."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        parent = psutil.Process(server.pid)
        family = [*parent.children(recursive=True), parent]
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(family, timeout=10)[1]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    server.wait()


def launch(chromium: BrowserType, *options: str) -> Browser:
    """Start an installed Chromium. Raises BrowserMissing with instructions if there is none."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    args = [*QUIET, *options, *(["--no-sandbox"] if root else [])]  # there is none for root
    if named := os.environ.get(BROWSER_VARIABLE):
        return chromium.launch(executable_path=named, args=args)
    if found := next(filter(None, map(shutil.which, COMMANDS)), None):
        return chromium.launch(executable_path=found, args=args)
    for channel in CHANNELS:
        with contextlib.suppress(Error):
            return chromium.launch(channel=channel, args=args)
    raise BrowserMissing(NO_BROWSER)


def settled(page: Page) -> None:
    """Wait until the page is connected and its script has run to the end.

    After a click the script may not have started yet: then use `expect` with the result.
    """
    page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def wait_for_training(page: Page) -> None:
    """Wait for the results of the training that was started on the Train page."""
    expect(page).to_have_url(re.compile("[?&]run="))
    settled(page)
    results = page.get_by_role("heading", name="Results on the test split")
    wait_for_process(page, results, without="Resume")


def wait_for_process(page: Page, result: Locator, *, without: str) -> None:
    """Wait until a process in the background shows its result, as long as it goes on.

    without: the button that the page has if the process has ended without a result: it failed, was
    stopped, or died.
    """
    ended = page.get_by_role("button", name=without)
    expect(result.or_(ended).first).to_be_visible(timeout=PROCESS_MS)
    assert not ended.is_visible(), page.get_by_test_id("stMain").inner_text()


def go_to(page: Page, name: str) -> None:
    """Click a page in the navigation, whose groups are menus."""
    navigation = page.get_by_role("navigation", name="App pages")
    for group, pages in GROUPS.items():
        if name in pages:
            navigation.get_by_role("button", name=group).click()
            page.get_by_role("menuitem", name=name, exact=True).click()
            return
    navigation.get_by_role("link", name=name, exact=True).click()


def open_view(page: Page, name: str) -> None:
    """Open a view of the Inspect page by its tab or from the menu."""
    more = page.get_by_role("button", name="More", exact=True)
    page.get_by_role("radiogroup", name="View").wait_for()
    tab = page.get_by_role("radio", name=name, exact=True)
    if not tab.count():
        more.click()
        tab = page.get_by_role("menuitem", name=name, exact=True)
    tab.click()


def drawn(page: Page) -> None:
    """Wait until every element is in place and the page no longer changes."""
    settled(page)
    page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
    page.evaluate(UNCHANGED, [QUIET_MS, MOST_MS])
