"""The app without a browser: open a page, press a button, read what it shows."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

PROJECT = Path(__file__).parents[2]


def page(name: str | None = None, **params: str | list[str]) -> AppTest:
    """A page at which a visitor arrives by a link with these parameters; Home if it has no name."""
    app = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=300)  # of a busy machine
    if name:
        app.switch_page(f"pages/{name}.py")
    app.query_params.update(params)
    app.run()
    assert not app.exception, app.exception
    return app


def uploaded(name: str, content: bytes) -> AppTest:
    """The Sources page with one uploaded file."""
    app = page("sources")
    app.file_uploader[0].set_value([(name, content, "text/csv")]).run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception, app.exception
    return app


def open_view(app: AppTest, name: str) -> AppTest:
    """Open a view of the Inspect page by its tab or from the menu."""
    tabs = app.segmented_control(key="view")
    if name in tabs.options:
        tabs.set_value(name)
    else:
        app.menu_button(key="more_views").click(name)
    return app.run()


def text_of(app: AppTest) -> str:
    """All text on the page."""
    kinds = ("title", "subheader", "markdown", "caption", "text", "info", "warning", "code")
    words = [element.value for kind in kinds for element in getattr(app, kind)]
    metrics = [f"{metric.label} {metric.value}" for metric in app.metric]
    return "\n".join([*map(str, words), *metrics])


def metric(app: AppTest, label: str) -> str:
    return next(metric.value for metric in app.metric if metric.label == label)
