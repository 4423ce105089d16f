"""Jobs: a command in a process of its own, watched through its folder."""

import os
import signal
import time

import pytest

from sentiment.__main__ import main
from sentiment.runs import jobs, processes
from sentiment.runs.jobs import Job


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("SENTIMENT_ARCHIVE", raising=False)


def ended(job: Job) -> jobs.JobStatus:
    deadline = time.monotonic() + 60
    while job.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    return job.status()


def test_a_command_is_carried_out_and_says_how_it_ended(tmp_path):
    job = Job.named("prepare-sample")
    assert job.status().state == "none"
    job.launch(["prepare", "sample"])
    assert ended(job).state == "done"
    assert list((tmp_path / "data" / "prepared").glob("*/prepared.json"))
    job.forget()
    assert job.status().state == "none"


def test_a_failure_is_told_in_the_words_of_the_command(tmp_path):
    job = Job.named("wrong")
    job.launch(["prepare", str(tmp_path / "nowhere.csv")])
    status = ended(job)
    assert status.state == "failed" and "There is no file or folder" in status.message


def test_progress_is_told_by_stage(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0)
    said = []
    monkeypatch.setattr(Job, "_write", lambda self, status: said.append(status))
    assert main(["--report", str(tmp_path), "prepare", "sample"]) == 0
    assert {status.stage for status in said if status.state == "running"} >= {"Tokenizing"}
    assert said[-1].state == "done"
    assert all(0 <= status.progress <= 1 for status in said)


def endless(job: Job, monkeypatch) -> int:
    """A job that is at work until somebody ends it; its process."""
    start = processes.start
    monkeypatch.setattr(processes, "start", lambda arguments, log: start(["memory", "--full"], log))
    job.launch(["memory"])
    return int(job._read("process.json")["pid"])


def test_it_can_be_stopped_and_one_that_was_killed_is_seen_to_have_failed(monkeypatch):
    job = Job.named("endless")
    pid = endless(job, monkeypatch)
    assert job.status().state == "running"
    job.launch(["memory"])  # not twice
    assert job._read("process.json")["pid"] == pid
    job.forget()
    assert job.status().state == "running"
    job.stop()
    assert ended(job).state == "stopped"
    os.kill(endless(job, monkeypatch), signal.SIGKILL)
    assert ended(job).state == "failed"
    assert "without a word" in job.status().message
