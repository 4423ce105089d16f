"""`make bench` measures the Inspect page as it is: it would fail on a renamed control."""

import pytest

from tests.benchmarks.inspecting import CONTROLS, control, inspecting_page, review
from tests.pages.driver import open_view


@pytest.mark.slow
def test_the_measured_controls_are_on_their_views():
    page = inspecting_page(review(30))
    for view, (key, values) in CONTROLS.items():
        open_view(page, view)
        for value in values:
            found = control(page, key)
            chosen = found.options[value] if key == "whatif_word" else value
            found.set_value(chosen).run()
            assert not page.exception, (view, page.exception)
