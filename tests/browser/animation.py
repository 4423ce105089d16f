"""The animated picture of the README: a review is typed, and the network reads it.

Every frame is a picture of a state that the script has set, so that a slow machine changes nothing.
"""

import io
from pathlib import Path
from urllib.parse import quote_plus

from PIL import Image
from playwright.sync_api import Page

from tests.browser.driver import drawn

REVIEW = "The plot is not bad at all, and the ending is wonderful."
VIEW = {"width": 900, "height": 630}  # lower than 640: the bar of Inspect does not stay on top
STEPS = 12  # of the player
HEADER = 70  # pixels
QUALITY = 80  # of the WebP, in percent
# Milliseconds that a frame is shown.
TYPED, READ, WORD, STEP, LAST = 90, 1_600, 420, 600, 2_000


class Film:
    """Frames of a page."""

    def __init__(self, page: Page):
        self.page = page
        self.frames: list[Image.Image] = []
        self.times: list[int] = []

    def take(self, milliseconds: int) -> None:
        picture = self.page.screenshot(animations="disabled", caret="initial")
        self.frames.append(Image.open(io.BytesIO(picture)).convert("RGB"))
        self.times.append(milliseconds)

    def save(self, path: Path) -> None:
        """Write an animated WebP that repeats."""
        first, *others = self.frames
        first.save(
            path,
            save_all=True,
            append_images=others,
            duration=self.times,
            loop=0,
            quality=QUALITY,
            method=4,
        )


def animate(page: Page, url: str, path: Path) -> None:
    """Film typing on the Home page, the gates word by word, and the steps of the cell.

    page: of VIEW, with reduced motion, so that nothing moves by itself.
    """
    film = Film(page)
    page.goto(url)
    drawn(page)
    box = page.get_by_role("textbox", name="Your review")
    box.fill("")
    for end in range(0, len(REVIEW) + 1, 2):
        box.fill(REVIEW[:end])
        film.take(TYPED)
    box.press("Enter")
    page.get_by_text(str(len(REVIEW.split())), exact=True).wait_for()  # words read
    drawn(page)
    film.take(READ)
    slider = page.get_by_role("slider", name="Word")
    slider.evaluate("element => element.scrollIntoView({block: 'end'})")
    slider.press("Home")
    for _ in range(int(slider.get_attribute("max") or 0) + 1):
        film.take(WORD)
        slider.press("ArrowRight")
    film.take(READ)
    page.goto(f"{url}/inspect?view=Step+by+step&text={quote_plus(REVIEW)}")
    drawn(page)
    player = page.get_by_label("Step player: arrow keys step, space plays")
    player.evaluate(
        """(element, header) => {
          element.scrollIntoView({block: "start"})
          document.querySelector("[data-testid=stMain]").scrollBy(0, -header)
        }""",
        HEADER,
    )
    for _ in range(STEPS):
        film.take(STEP)
        player.press("ArrowRight")
    film.take(LAST)
    film.save(path)
