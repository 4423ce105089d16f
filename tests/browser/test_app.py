"""Every page in a real browser, as a new user sees it."""

import re
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sentiment.charts import palette
from sentiment.encoding.tokenize import tokenize
from tests.browser.driver import (
    PROCESS_MS,
    RunningApp,
    go_to,
    running_app,
    settled,
    wait_for_process,
    wait_for_training,
)

NEGATIVE = (
    "I did not really get what I was expecting here. There was no story, wouldn't watch it again"
)
PAGES = {
    "": "Sentiment Lab",
    "learn": "Learn",
    "explore": "Explore",
    "reviews": "Reviews",
    "sources": "Sources",
    "train": "Train",
    "runs": "Runs",
}
PAGES |= {"inspect": "Inspect", "compare": "Compare", "memory": "Memory"}

EPOCHS = 1000  # so many that none of the waits meets the end of the training


def open_page(page: Page, app: RunningApp, path: str = "") -> None:
    page.goto(f"{app.url}/{path}")
    settled(page)


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1, name=text)).to_be_visible()


def review(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your review")


def metric(page: Page, label: str) -> str:
    """The value of the metric whose label starts with `label`."""
    found = page.get_by_test_id("stMetric").filter(has_text=re.compile(f"^{label}"))
    expect(found).to_be_visible()
    return found.get_by_test_id("stMetricValue").inner_text()


def test_the_navigation_reaches_every_page_and_no_request_leaves_the_machine(
    page: Page, app: RunningApp
) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    open_page(page, app)
    title(page, "Sentiment Lab")
    for path, heading in [*list(PAGES.items())[1:], ("", PAGES[""])]:
        name = heading if path else "Home"
        go_to(page, name)
        title(page, heading)
        settled(page)
    expect(page).to_have_title("Sentiment Lab")
    foreign = [url for url in requests if not url.startswith((app.url, "data:", "blob:"))]
    assert requests and not foreign


def test_a_review_typed_at_home_is_inspected(page: Page, app: RunningApp) -> None:
    open_page(page, app)
    page.get_by_label("Your review").fill(NEGATIVE)
    page.get_by_label("Your review").press("Enter")
    expect(page.get_by_role("heading", name="Negative")).to_be_visible()
    settled(page)
    page.get_by_role("link", name="Inspect this review").click()
    title(page, "Inspect")
    expect(review(page)).to_have_value(NEGATIVE)
    expect(page.get_by_role("heading", name="Negative")).to_be_visible()
    assert metric(page, "Words read") == "18"
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    assert page.locator(".heatmaplayer .hm").count() == 1 + 6  # the summary, then every quantity
    expect(page.get_by_text("wouldn't watch it again").first).to_be_visible()


def test_user_input_is_never_markup(page: Page, app: RunningApp) -> None:
    hostile = (
        "<img src=x onerror=\"document.title='pwned'\"> <script>document.title='pwned'</script> "
        "[link](javascript:alert(1)) ![i](http://127.0.0.1:9/i.png) \u202eleft\u200b"
    )
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    open_page(page, app, f"inspect?text={quote(hostile)}")
    expect(review(page)).to_have_value(hostile)
    assert metric(page, "Words read") == str(len(tokenize(hostile)))
    assert page.title() == "Inspect · Sentiment Lab"
    assert not [url for url in requests if url.endswith("i.png")]


def start_training(page: Page, settings: dict[str, int]) -> None:
    page.get_by_text("Settings", exact=True).click()
    page.get_by_text("More settings").click()
    for name, value in settings.items():
        page.get_by_role("spinbutton", name=name, exact=True).fill(str(value))
        page.get_by_role("spinbutton", name=name, exact=True).press("Tab")
    settled(page)
    page.get_by_role("button", name="Start training").click()
    stop, finished = page.get_by_role("button", name="Stop training"), page.get_by_text("Finished:")
    try:
        expect(stop.or_(finished).first).to_be_visible()
    except AssertionError:
        # The page may take a value in between press and release, and move the button away.
        page.get_by_role("button", name="Start training").click()


@pytest.mark.slow
def test_a_training_gives_a_model_to_inspect(page: Page, app: RunningApp) -> None:
    open_page(page, app, "train")
    start_training(page, {"Epochs": 1, "Units per layer": 8, "Sequence length (words)": 60})
    wait_for_training(page)
    settled(page)  # the page reruns at the end of a training
    with page.expect_download() as download:
        page.get_by_role("button", name="Download model").click()
    with zipfile.ZipFile(download.value.path()) as packed:
        assert {"use.py", "README.md"} <= {Path(name).name for name in packed.namelist()}
    page.get_by_role("link", name="Inspect a review with this model").click()
    title(page, "Inspect")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    page.get_by_text("Model and sequence").click()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("lstm \\w{4}$"))


def wait_for_epoch_after(page: Page, first: int) -> int:
    """The epoch that the page shows, once it is later than `first`."""
    shown = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Epoch"))
    numbers = "|".join(str(number) for number in range(first + 1, EPOCHS + 1))
    later = shown.filter(
        has=page.get_by_test_id("stMetricValue").filter(has_text=re.compile(f"^({numbers})$"))
    )
    wait_for_process(page, later, without="Resume")
    return int(metric(page, "Epoch"))


@pytest.mark.slow
def test_a_training_continues_without_the_page_and_without_the_app(
    page: Page, tmp_path: Path
) -> None:
    with running_app(tmp_path) as app:
        open_page(page, app, "train")  # the first visit to a new server, by a link
        start_training(page, {"Epochs": EPOCHS, "Units per layer": 16, "Patience (epochs)": EPOCHS})
        epoch = wait_for_epoch_after(page, 0)
        expect(page.get_by_test_id("stVegaLiteChart").nth(3)).to_be_visible()
        go_to(page, "Home")
        title(page, "Sentiment Lab")
        go_to(page, "Train")
        epoch = wait_for_epoch_after(page, epoch)
        app.server.kill()
        app.server.wait()
    with running_app(tmp_path) as app:
        open_page(page, app, "train")
        wait_for_epoch_after(page, epoch)
        page.get_by_role("button", name="Stop training").click()
        expect(page.get_by_text("Stopped on request")).to_be_visible(timeout=PROCESS_MS)
        expect(page.get_by_role("button", name="Resume")).to_be_visible()

        expect(page.get_by_role("heading", name="Pinned reviews")).to_be_visible()
        settled(page)
        assert metric(page, "Step") != "0"
        slider = page.get_by_role("slider", name="Training step")
        slider.focus()
        slider.press("Home")
        step = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Step"))
        expect(step.get_by_test_id("stMetricValue")).to_have_text("0")


@pytest.mark.slow
def test_one_review_under_every_model_shares_an_axis(page: Page, app: RunningApp) -> None:
    open_page(page, app, "compare")
    page.get_by_role("radio", name="One review").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    review(page).fill("a dull start but a wonderful, moving ending")
    review(page).press("Control+Enter")
    expect(page.get_by_text(re.compile(r"\d of 8 words"))).to_be_visible()
    expect(page).to_have_url(re.compile("text=a.dull.start"))
    settled(page)
    plots = page.locator(".js-plotly-plot")
    assert plots.nth(0).evaluate("plot => plot.data.length") == 8
    # Words are below the same words: the three plot areas have the same left and right edges.
    areas = [
        plots.nth(number).evaluate(
            "plot => { const box = plot.querySelector('.bglayer, .plot').closest('svg')"
            ".getBoundingClientRect(), a = plot._fullLayout.xaxis;"
            " return [Math.round(box.left + a._offset), Math.round(a._length)] }"
        )
        for number in range(3)
    ]
    assert areas[0] == areas[1] == areas[2]


def test_invalid_values_in_a_link_are_ignored(page: Page, app: RunningApp) -> None:
    open_page(page, app, "inspect?length=0&padding=left&model=nope&quantity=xyz")
    expect(page.get_by_role("heading", name="Positive")).to_be_visible()
    expect(page.get_by_text("Error", exact=True)).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "role", "findings"),
    [
        (
            "explore?explore_view=Vocabulary",
            "graphics-document",
            ["rank", "98.6%", "bad", "great", "23%"],
        ),
        ("inspect", "figure", ["it ends at", "highest at", "cell state"]),
        (
            "compare?compare_view=One+review",
            "figure",
            ["line per model", "rows of color", "row per model"],
        ),
    ],
)
def test_every_chart_has_a_description(
    path: str, role: str, findings: list[str], page: Page, app: RunningApp
) -> None:
    """Each chart, canvas or SVG, has an ARIA label with its finding, for screen readers."""
    open_page(page, app, path)
    charts = page.locator("[data-testid=stVegaLiteChart], [data-testid=stPlotlyChart]")
    expect(charts).to_have_count(len(findings))
    for finding in findings:
        expect(page.locator(f"[role={role}][aria-label*='{finding}']").first).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_use_the_colors_of_the_theme(scheme: str, browser: Browser, app: RunningApp) -> None:
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        open_page(page, app, "inspect")
        heatmaps = page.locator(".js-plotly-plot")
        expect(heatmaps).to_have_count(3)
        ground = heatmaps.nth(1).evaluate("plot => plot.data[0].colorscale[0][1]")
        assert ground == palette.sequential(scheme == "dark")[0][1]
