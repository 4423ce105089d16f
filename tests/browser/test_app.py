"""Every page in a real browser, as a new user sees it."""

import re
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from sentiment.charts import palette
from sentiment.encoding.tokenize import tokenize
from tests.browser.driver import RunningApp, running_app, settled

NEGATIVE = (
    "I did not really get what I was expecting here. There was no story, wouldn't watch it again"
)
PAGES = {
    "": "Sentiment Lab",
    "explore": "Explore",
    "reviews": "Reviews",
    "sources": "Sources",
    "train": "Train",
    "runs": "Runs",
}
PAGES |= {"inspect": "Inspect", "compare": "Compare", "memory": "Memory"}


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


def test_the_navigation_reaches_every_page(page: Page, app: RunningApp) -> None:
    open_page(page, app)
    title(page, "Sentiment Lab")
    for name in ("Sources", "Explore", "Reviews", "Train", "Inspect", "Compare", "Memory", "Home"):
        page.get_by_role("navigation").get_by_role("link", name=name).click()
        title(page, PAGES["" if name == "Home" else name.lower()])
    expect(page).to_have_title("Sentiment Lab")


@pytest.mark.parametrize("path", PAGES)
def test_a_link_works_on_the_first_visit_to_a_new_server(
    path: str, browser: Browser, tmp_path: Path
) -> None:
    with running_app(tmp_path) as app, browser.new_context() as context:
        page = context.new_page()
        open_page(page, app, path)
        title(page, PAGES[path])
        expect(page.get_by_role("navigation").get_by_role("link", name="Inspect")).to_be_visible()
        expect(page.get_by_text("Page not found")).to_have_count(0)


def test_a_review_typed_at_home_is_inspected(page: Page, app: RunningApp) -> None:
    open_page(page, app)
    page.get_by_label("Your review").fill(NEGATIVE)
    page.get_by_role("button", name="Inspect").click()
    title(page, "Inspect")
    expect(review(page)).to_have_value(NEGATIVE)
    expect(page.get_by_role("heading", name="Negative")).to_be_visible()
    assert metric(page, "Words read") == "19"
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    assert page.locator(".heatmaplayer .hm").count() == 1 + 6  # the summary, then every quantity
    expect(page.get_by_text("wouldn t watch it again").first).to_be_visible()


def test_inspect_padding_at_250_words(page: Page, app: RunningApp) -> None:
    open_page(page, app, f"inspect?text={quote(NEGATIVE)}&length=250&padding=before&view=Encoding")
    expect(page.get_by_role("heading", name="Negative")).to_be_visible()
    before = metric(page, "Probability of Positive")
    row = page.get_by_test_id("stCode").last.inner_text().split()
    assert len(row) == 250
    assert row[:231] == ["0"] * 231
    page.get_by_text("Model and sequence").click()
    page.get_by_role("spinbutton", name="Sequence length").fill("30")
    page.get_by_role("spinbutton", name="Sequence length").press("Enter")
    expect(page.get_by_test_id("stCode").last).to_have_text(re.compile(r"^\s*(\d+\s+){29}\d+\s*$"))
    assert metric(page, "Probability of Positive") == before
    expect(page).to_have_url(re.compile("length=30"))


def test_the_link_opens_the_same_review_in_another_browser(
    page: Page, app: RunningApp, browser: Browser
) -> None:
    open_page(page, app, "inspect")
    page.get_by_role("button", name="Not bad at all").click()
    expect(review(page)).to_have_value(re.compile("not bad at all"))
    expect(page).to_have_url(re.compile(r"text=.*not.bad.at.all"))
    settled(page)
    verdict = metric(page, "Probability of Positive")
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(page.url)
        settled(other)
        expect(other.get_by_role("textbox", name="Your review")).to_have_value(
            re.compile("not bad at all")
        )
        assert metric(other, "Probability of Positive") == verdict


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


def test_a_sample_review_opens_in_inspect(page: Page, app: RunningApp) -> None:
    open_page(page, app, "reviews?corpus=Sample")
    expect(page.get_by_text("reviews match")).to_be_visible()
    text = page.get_by_test_id("stText").last.inner_text()
    page.get_by_role("link", name="Open in Inspect").click()
    title(page, "Inspect")
    begins = re.escape(text.split("\n")[0][:20])
    expect(review(page)).to_have_value(re.compile(begins))


def test_a_training_continues_without_the_page_and_gives_a_model(
    page: Page, app: RunningApp
) -> None:
    open_page(page, app, "train")
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.fill("30")
    epochs.press("Tab")
    page.get_by_role("spinbutton", name="Units per layer").fill("64")
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("button", name="Stop training")).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").nth(3)).to_be_visible()
    first = int(metric(page, "Epoch"))

    page.get_by_role("navigation").get_by_role("link", name="Home").click()
    title(page, "Sentiment Lab")
    page.get_by_role("navigation").get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Stop training")).to_be_visible()
    page.reload()
    settled(page)
    deadline = time.monotonic() + 60
    while int(metric(page, "Epoch")) <= first and time.monotonic() < deadline:
        time.sleep(0.5)
    assert int(metric(page, "Epoch")) > first  # it continued without the page

    page.get_by_role("button", name="Stop training").click()
    expect(page.get_by_text("Stopped on request")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("Finished:")).to_be_visible(timeout=180_000)
    expect(page.get_by_role("heading", name="Results on the test split")).to_be_visible()
    settled(page)  # the page reruns at the end of a training
    page.get_by_role("link", name="Inspect a review with this model").click()
    title(page, "Inspect")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    page.get_by_text("Model and sequence").click()
    expect(page.get_by_role("combobox", name="Model")).to_have_value(re.compile("^run 20"))


def set_up_training(page: Page, epochs: int) -> None:
    """More units than the preset, so that an epoch takes seconds, and no early stopping."""
    page.get_by_text("More settings").click()
    settings = {"Epochs": epochs, "Units per layer": 64, "Patience (epochs)": epochs}
    for name, value in settings.items():
        page.get_by_role("spinbutton", name=name, exact=True).fill(str(value))
        page.get_by_role("spinbutton", name=name, exact=True).press("Tab")


def click_start(page: Page) -> None:
    page.get_by_role("button", name="Start training").click()


def wait_for_run(page: Page) -> None:
    """Wait for the run. On a slow machine the form may move under a click, so that it misses."""
    run = page.get_by_role("button", name=re.compile("^(Stop training|Cancel)$"))
    try:
        expect(run).to_be_visible()
    except AssertionError:
        click_start(page)
        expect(run).to_be_visible()


def start_training(page: Page, epochs: int) -> None:
    set_up_training(page, epochs)
    click_start(page)
    wait_for_run(page)


def test_a_training_outlives_the_app(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path) as app:
        open_page(page, app, "train")
        start_training(page, epochs=1000)
        expect(page.get_by_test_id("stVegaLiteChart").nth(3)).to_be_visible()
        first = int(metric(page, "Epoch"))
        app.server.kill()
        app.server.wait()
    with running_app(tmp_path) as app:
        open_page(page, app, "train")
        expect(page.get_by_role("button", name="Stop training")).to_be_visible()
        deadline = time.monotonic() + 60
        while int(metric(page, "Epoch")) <= first and time.monotonic() < deadline:
            time.sleep(0.5)
        assert int(metric(page, "Epoch")) > first
        page.get_by_role("button", name="Stop training").click()
        expect(page.get_by_text("Stopped on request")).to_be_visible(timeout=60_000)

        expect(page.get_by_role("heading", name="Pinned reviews")).to_be_visible()
        settled(page)
        assert metric(page, "Step") != "0"
        slider = page.get_by_role("slider", name="Training step")
        slider.focus()
        slider.press("Home")
        step = page.get_by_test_id("stMetric").filter(has_text=re.compile("^Step"))
        expect(step.get_by_test_id("stMetricValue")).to_have_text("0")


def test_two_runs_started_at_once_are_one_running_and_one_queued(
    page: Page, tmp_path: Path
) -> None:
    with running_app(tmp_path) as app:
        tabs = [page, page.context.new_page()]
        for tab in tabs:
            open_page(tab, app, "train")
            set_up_training(tab, epochs=1000)
        for tab in tabs:
            click_start(tab)
        for tab in tabs:
            wait_for_run(tab)
        # Either tab may come first.
        charts = [tab.get_by_test_id("stVegaLiteChart").nth(3) for tab in tabs]
        deadline = time.monotonic() + 60
        while not any(chart.is_visible() for chart in charts):
            assert time.monotonic() < deadline, "no run started"
            time.sleep(0.2)
        running, queued = tabs if charts[0].is_visible() else reversed(tabs)
        expect(queued.get_by_text("Queued, position 1")).to_be_visible()

        queued.get_by_role("button", name="Cancel").click()
        expect(queued.get_by_text(re.compile("^Cancell?ed"))).to_be_visible()
        running.get_by_role("button", name="Stop training").click()
        expect(running.get_by_text("Stopped on request")).to_be_visible(timeout=60_000)


def test_one_review_under_every_model_shares_an_axis(page: Page, app: RunningApp) -> None:
    open_page(page, app, "compare")
    page.get_by_role("radio", name="One review").click()
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    review(page).fill("a dull start but a wonderful, moving ending")
    review(page).press("Control+Enter")
    expect(page.get_by_text(re.compile(r"\d of 8 words"))).to_be_visible()
    expect(page).to_have_url(re.compile("compare_text=a.dull.start"))
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


def test_the_memory_task_continues_without_the_page(page: Page, app: RunningApp) -> None:
    open_page(page, app, "memory")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text(re.compile(r"[1-9]\d* of 27 networks"))).to_be_visible(timeout=60_000)
    page.reload()
    settled(page)
    expect(page.get_by_text("of 27 networks")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Train now")).to_be_visible()
    expect(page.get_by_text("of 27 networks")).to_be_visible()


def test_no_request_leaves_the_machine(page: Page, app: RunningApp) -> None:
    page.set_default_timeout(120_000)  # with the archive, Reviews prepares IMDB first
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    for path in PAGES:
        open_page(page, app, path)
        title(page, PAGES[path])
    foreign = [url for url in requests if not url.startswith((app.url, "data:", "blob:"))]
    assert requests and not foreign


@pytest.mark.parametrize(
    "link",
    [
        "explore?split=foo&color=zzz&min_length=abc&max_length=-5&sequence_length=99999&corpus=x",
        "explore?view=zz&shape=1&scale=x&rule=zz&strength=-1&truncation=q&max_words=0",
        "explore?view=Sequence+length&rule=IQR&strength=abc&tolerance=900&architecture=x",
        "explore?view=Vocabulary&word=%3Cb%3E**x**&prefix=%25%28&rank_by=zz&corpus=Sample",
        "explore?view=Batches&shown_batch_size=9999&batch=-4&corpus=Sample",
        "explore?min_length=5000&max_length=2",
        "explore?corpus=Sample&split=unlabelled",
        "inspect?length=0&padding=left&model=nope&quantity=xyz",
        "inspect?length=99999&text=hi",
        "reviews?split=zz&drop_reason=yy&corpus=Sample&search=%25(",
        "train?run=../../etc&preset=nope",
        "train?with_max_words=-1&with_sequence_length=x&with_min_length=9&with_max_length=3",
        "compare?view=nope&models=nope&first=x&second=x",
        "memory?reach=nope&readout=zz&respect=yy&memory_text=hi",
    ],
)
def test_invalid_values_in_a_link_are_ignored(link: str, page: Page, app: RunningApp) -> None:
    open_page(page, app, link)
    title(page, link.split("?")[0].capitalize())
    expect(page.get_by_text("Error", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("path", "role", "findings"),
    [
        ("explore", "graphics-document", ["mean 237"]),
        ("explore?view=Sequence+length", "graphics-document", ["31%", " s ", "1.2 times", "21.9%"]),
        ("explore?view=Vocabulary", "graphics-document", ["rank", "98.8%", "bad", "great", "23%"]),
        ("inspect", "figure", ["it ends at", "highest at", "cell state"]),
        ("compare", "graphics-document", ["rnn 8"]),
        ("compare?view=One+review", "figure", ["line per model", "rows of color", "row per model"]),
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_use_the_colors_of_the_theme(scheme: str, browser: Browser, app: RunningApp) -> None:
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        open_page(page, app, "inspect")
        heatmaps = page.locator(".js-plotly-plot")
        expect(heatmaps).to_have_count(3)
        ground = heatmaps.nth(1).evaluate("plot => plot.data[0].colorscale[0][1]")
        assert ground == palette.sequential(scheme == "dark")[0][1]
