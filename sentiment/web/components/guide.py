"""Browser parts of a lesson: links to views, a frame around a control, presenter mode."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from sentiment.web.components import component

_GUIDE = component("lesson_guide", "guide", isolate_styles=False)
_PRESENT = component("present", "present")
_JUMP = component("jump", "jump")


def address(page: str, params: Mapping[str, str]) -> str:
    """The relative address of a page with parameters."""
    return f"{'./' if page == 'home' else page}?{urlencode(params)}"


def jump(links: Sequence[tuple[str, str, bool]], *, key: str) -> None:
    """Links as (label, address, whether it is the primary one); they open views of any page.

    `st.page_link` and `st.switch_page` keep the values of controls if the page is the same.
    """
    _JUMP(
        key=key,
        data={
            "links": [
                {"label": label, "href": href, "primary": primary} for label, href, primary in links
            ]
        },
    )


def guide(label: str, *, key: str) -> None:
    """Draw a frame around the control with this label or key; "" for none."""
    _GUIDE(key=key, data={"label": label})


def present_button(*, on: bool, key: str) -> None:
    """A button that starts presenter mode for this page, or ends it."""
    _PRESENT(key=key, data={"on": on})
