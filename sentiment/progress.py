"""Types of progress callbacks."""

from collections.abc import Callable
from functools import partial

Progress = Callable[[int, int], None]  # done, total
StageProgress = Callable[[str, int, int], None]  # stage, done, total


def stage_of(progress: StageProgress | None, stage: str) -> Progress | None:
    """A Progress that reports as `stage` of `progress`."""
    return None if progress is None else partial(progress, stage)
