"""Heavy work of several sessions: fair turns, one computation of the same, and no abandoned job."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.testing.v1 import AppTest

from sentiment.errors import ReviewError
from sentiment.web import heavy

PATIENCE = 30.0  # seconds, on a busy machine


def until(happened) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def sessions():
    with ThreadPoolExecutor(8) as threads:
        yield threads


@pytest.fixture(autouse=True)
def one_job_at_a_time(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path))
    monkeypatch.setattr(heavy, "_turns", heavy.Turns(1))
    monkeypatch.setattr(heavy, "TURN", 0.01)
    monkeypatch.setattr(heavy, "REDRAW", 0.05)


def test_turns_are_taken_in_the_order_of_asking():
    turns, taken = heavy.Turns(1), []
    turns.take()

    def take(number):
        turns.take()
        taken.append(number)
        turns.give_back()

    threads = []
    for number in range(5):
        threads.append(threading.Thread(target=take, args=[number]))
        threads[-1].start()
        until(lambda number=number: len(turns.waiting) == number + 1)
    assert not taken
    turns.give_back()
    for thread in threads:
        thread.join()
    assert taken == list(range(5))
    assert turns.free == 1


def test_a_long_job_lets_a_short_one_pass(sessions):
    begun, short_done = threading.Event(), threading.Event()

    def long(progress):
        begun.set()
        until(lambda: progress("long", 0, 1) or short_done.is_set())
        return "long"

    slow = sessions.submit(heavy.run, "long", long)
    assert begun.wait(PATIENCE)
    assert heavy.run("short", lambda _: "short") == "short"
    short_done.set()
    assert slow.result() == "long"


def test_never_more_jobs_compute_than_allowed(sessions):
    at_once, most = [], []

    def work(progress):
        for step in range(5):
            at_once.append(step)
            most.append(len(at_once))
            time.sleep(0.005)
            at_once.pop()
            progress("", step, 5)

    for one in [sessions.submit(heavy.run, number, work) for number in range(6)]:
        one.result()
    assert max(most) == 1


def test_two_sessions_share_one_computation(sessions):
    computed, go = [], threading.Event()

    def work(_):
        computed.append(1)
        go.wait(PATIENCE)
        return object()

    both = [sessions.submit(heavy.run, "same", work) for _ in range(2)]
    until(lambda: "same" in heavy._jobs and heavy._jobs["same"].sessions == 2)
    go.set()
    first, second = (one.result() for one in both)
    assert first is second
    assert computed == [1]
    assert not heavy._jobs


class Left(BaseException):
    """What Streamlit raises in the script of a session that has left."""


def test_a_job_ends_when_its_last_session_leaves(monkeypatch):
    ended, queued_ran = threading.Event(), []

    class Slot:
        def progress(self, share, text):
            raise Left

        def empty(self):
            pass

    def endless(progress):
        try:
            while True:
                progress("endless", 0, 1)
                time.sleep(0.001)
        finally:
            ended.set()

    with monkeypatch.context() as leaving:
        leaving.setattr(heavy.st, "empty", Slot)
        with pytest.raises(Left):
            heavy.run("endless", endless)
    assert ended.wait(PATIENCE)
    assert heavy.run("next", lambda _: queued_ran.append(1)) is None
    assert queued_ran == [1]
    assert not heavy._jobs


def test_a_job_goes_on_for_the_session_that_stays(sessions, monkeypatch):
    go, here = threading.Event(), threading.local()

    class Slot:
        def progress(self, share, text):
            if getattr(here, "leaves", False):
                raise Left

        def empty(self):
            pass

    def work(progress):
        until(lambda: progress("", 0, 1) or go.is_set())
        return "done"

    def leaving():
        here.leaves = True
        return heavy.run("shared", work)

    monkeypatch.setattr(heavy.st, "empty", Slot)
    stays = sessions.submit(heavy.run, "shared", work)
    with pytest.raises(Left):
        sessions.submit(leaving).result()
    go.set()
    assert stays.result() == "done"


def test_an_error_reaches_the_session_and_is_not_kept():
    place = {}

    def fails(_):
        raise ReviewError("no words")

    with pytest.raises(ReviewError, match="no words"):
        heavy.result_in(place, fails)
    assert heavy.result_in(place, lambda _: 7) == 7
    assert heavy.result_in(place, fails) == 7  # computed once


def test_a_job_runs_in_the_name_of_the_visitor_who_asks():
    def page() -> None:
        import streamlit as st
        from streamlit.runtime.scriptrunner import get_script_run_ctx

        from sentiment.web import heavy

        def visitor(_: object = None) -> str:
            context = get_script_run_ctx()
            return "" if context is None else f"{id(context)} {context.session_id}"

        st.text(visitor())
        st.text(heavy.run("visitor", visitor))

    for _ in range(2):  # by the same thread of the pool
        asks, works = (one.value for one in AppTest.from_function(page).run().text)
        assert asks and asks == works
