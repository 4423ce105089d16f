"""Types of progress callbacks."""

from collections.abc import Callable

Progress = Callable[[int, int], None]  # done, total
StageProgress = Callable[[str, int, int], None]  # stage, done, total
