"""Files as people have them on the Sources page in a browser: what is found, asked and shown."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.driver import running_app, settled
from tests.corpus.formats.spreadsheets import xlsx

COUNT, QUOTE = 60, '"'
STARS = "stars,text\n" + "".join(
    f'{stars},"film {n} was so so, really"\n'
    for stars, count in ((1, 80), (2, 60), (3, 70), (4, 150), (5, 200))
    for n in range(count)
)
HEADERLESS = "".join(f'"film {n} was so so, really",{n % 2}\n' for n in range(COUNT))
LOOSE_QUOTES = "text\tlabel\n" + "".join(
    f"{QUOTE * (n % 7 == 0)}film {n} was so so\t{n % 2}\n" for n in range(COUNT)
)
SHEET = xlsx([["text", "label"], *([f"film {n} was so so", n % 2 + 1] for n in range(COUNT))])

FILES = {
    "headerless.csv": (HEADERLESS.encode(), "There is no header"),
    "quotes.tsv": (LOOSE_QUOTES.encode(), "Quotes are read as part of the text"),
    "stars.csv": (STARS.encode(), "4 and 5 stars = Positive: 350"),
    "sheet.xlsx": (SHEET, "Is this right?"),
}


@pytest.mark.slow
def test_files_are_read_and_asked_about(page: Page, tmp_path: Path) -> None:
    with running_app(tmp_path) as app:  # without the corpora of other tests
        add = page.get_by_role("button", name="Add corpus")
        for name, (content, sentence) in FILES.items():
            page.goto(f"{app.url}/sources")  # anew: files uploaded together are one corpus
            settled(page)
            page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
                {"name": name, "mimeType": "application/octet-stream", "buffer": content}
            )
            expect(page.get_by_text(sentence)).to_be_visible()
            expect(add).to_have_count(0 if name == "sheet.xlsx" else 1)
        page.get_by_text("Yes, this is right").click()
        add.click()
        expect(page.get_by_text(f"{COUNT} reviews read")).to_be_visible()
        page.get_by_role("button", name="Delete", exact=True).click()
        page.get_by_role("button", name="Delete corpus").click()
        expect(page.get_by_text(f"{COUNT} reviews read")).to_have_count(0)
