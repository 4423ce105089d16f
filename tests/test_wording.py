"""Numbers in sentences."""

import pytest

from sentiment.wording import escaped, percentage_points, signed


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (signed(1.25, ".1f"), "+1.2"),
        (signed(-0.3, ".2f"), "\u22120.30"),
        (signed(-0.04, ".1f"), "+0.0"),
        (signed(-2.5e-7, ".1e"), "\u22122.5e\u221207"),
        (percentage_points(0.5), "+50.0 pp"),
        (percentage_points(-0.016, 0), "\u22122 pp"),
    ],
)
def test_signs(shown, expected):
    assert shown == expected


def test_only_names_from_right_to_left_are_isolated():
    assert escaped("\u05d8\u05d5\u05d1 *") == "\u2068\u05d8\u05d5\u05d1 \\*\u2069"
    assert escaped("so so (1)") == "so so \\(1\\)"
