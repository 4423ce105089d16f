"""Computing in several threads, one core each.

torch releases Python's lock, and all threads share one copy of a network. The products of a
recurrent layer are small: they use several cores worse than several batches do.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

Item = TypeVar("Item")
Result = TypeVar("Result")


def worker_count() -> int:
    """OMP_NUM_THREADS if it is set, else the number of usable cores."""
    setting = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()  # a list: one per level
    given = int(setting) if setting.isdecimal() else 0
    if given or not hasattr(os, "sched_getaffinity"):
        return given or os.cpu_count() or 1
    return len(os.sched_getaffinity(0))  # a container may have fewer than the machine


def in_threads(
    function: Callable[[Item], Result], items: Iterable[Item], most: int | None = None
) -> Iterator[Result]:
    """`function` of each item, in order, by `worker_count` threads, `most` of them at most.

    At most one result per thread waits, and `items` is read no further. While the iterator is in
    use, torch has one thread for each operation.
    """
    workers = worker_count() if most is None else min(worker_count(), most)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    waiting: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, "compute")
    try:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(before)
