"""A campaign: inputs of every kind until a number is reached or one fails."""

import contextlib
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.choices import Choices

Attack = Callable[[Choices, Path], None]  # raises if an input is not handled


SECONDS = 30  # of CPU time for one input; more is a failure


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Raise TimeoutError in the block after SECONDS of CPU time."""

    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"one input took more than {SECONDS} s of CPU time")

    if not hasattr(signal, "SIGPROF"):  # Windows
        yield
        return
    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@dataclass
class Result:
    inputs: int = 0
    error: BaseException | None = None


def attack(name: str, attacked: Attack, inputs: int, number: int, saved: Path) -> Result:
    """Run an attack with `inputs` inputs from the seed `number`.

    The smallest failing input is left in a folder of `saved`.
    """
    result = Result()
    target = saved / f"{name}-{number}"

    @seed(number)
    @settings(
        max_examples=inputs,
        deadline=None,
        database=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        result.inputs += 1
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            try:
                with _time_limit():
                    attacked(Choices(data.draw), Path(folder))
            except Exception:
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(folder, target, symlinks=True, ignore_dangling_symlinks=True)
                raise

    try:
        run()
    except Exception as error:
        result.error = error
    return result
