"""So many viewers of one run, as the server sees them: each asks for the page again and again."""

import logging
import sys
import time

from streamlit.testing.v1 import AppTest

from tests.benchmarks.watching import PROJECT

EVERY = 1.0  # seconds, as the page does while a run is under way


def main(viewers: int, run: str) -> None:
    logging.disable(logging.WARNING)
    pages = []
    for _ in range(viewers):
        page = AppTest.from_file(str(PROJECT / "app.py"), default_timeout=120).run()
        page.switch_page("pages/train.py").run()
        page.query_params["run"] = run
        pages.append(page.run())
    print("ready", flush=True)
    due = [time.monotonic() + EVERY * number / viewers for number in range(viewers)]
    while True:
        number = due.index(min(due))
        time.sleep(max(0.0, due[number] - time.monotonic()))
        pages[number].run()
        due[number] = max(due[number] + EVERY, time.monotonic())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
