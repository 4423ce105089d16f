"""Elements that all pages share."""

import pytest

from sentiment.web.layout import duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.003, "under 0.1 s"),
        (0.26, "0.3 s"),
        (0.97, "1 s"),
        (45.2, "45 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 5 min"),
    ],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
