"""Threads: results in order, errors reach the caller, and little is read ahead."""

import time

import pytest
import torch

from sentiment.networks import threads
from sentiment.networks.threads import in_threads


@pytest.fixture(autouse=True)
def two_workers(monkeypatch):
    monkeypatch.setattr(threads, "worker_count", lambda: 2)


def test_results_are_in_order_and_at_most_one_per_worker_waits():
    read = []

    def items():
        for number in range(20):
            read.append(number)
            yield number

    def slow_at_first(number):
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number**2

    before = torch.get_num_threads()
    for most, ahead in ((None, 3), (5, 3), (1, 2)):
        read.clear()
        for place, result in enumerate(in_threads(slow_at_first, items(), most)):
            assert result == place**2
            assert len(read) <= place + ahead
        assert place == 19 and torch.get_num_threads() == before


def test_an_error_ends_it_and_torch_gets_its_threads_back():
    def failing(number):
        if number == 3:
            raise ValueError("three")
        return number

    before, found = torch.get_num_threads(), []
    torch.set_num_threads(before + 1)
    try:
        with pytest.raises(ValueError, match="three"):
            found.extend(in_threads(failing, range(10)))
        assert found == [0, 1, 2]
        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("setting", "count"), [("3", 3), ("", None), ("x", None), ("2,1", 2)])
def test_threads_are_those_of_the_environment_if_it_has_a_number(monkeypatch, setting, count):
    monkeypatch.undo()
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    otherwise = threads.worker_count()
    monkeypatch.setenv("OMP_NUM_THREADS", setting)
    assert threads.worker_count() == (count or otherwise)
