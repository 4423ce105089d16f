"""Parametrizations of which `make test` runs a part, and CI all."""

from collections.abc import Iterable
from typing import Any

import pytest


def slow_but(quick: Iterable[Any], values: Iterable[Any]) -> list[Any]:
    """`values` for `parametrize`; all but those in `quick` are marked slow."""
    quick = list(quick)
    return [one if one in quick else pytest.param(one, marks=pytest.mark.slow) for one in values]
