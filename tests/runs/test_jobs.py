"""Jobs: commands in a process of their own, watched through their folder."""

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
    deadline = time.monotonic() + 600
    while job.status().state == "running" and time.monotonic() < deadline:
        time.sleep(0.05)
    return job.status()


def test_a_command_runs_and_records_how_it_ended(tmp_path):
    job = Job.named("prepare-sample")
    assert job.status().state == "none"
    job.launch(["prepare", "sample"])
    assert ended(job).state == "done"
    assert list((tmp_path / "data" / "prepared").glob("*/prepared.json"))
    job.delete()
    assert job.status().state == "none"


def test_a_failed_job_has_the_error_of_its_command(tmp_path):
    job = Job.named("wrong")
    job.launch(["prepare", str(tmp_path / "nowhere.csv")])
    status = ended(job)
    assert status.state == "failed" and "nowhere.csv" in status.message


def test_progress_is_reported_by_stage(tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "HEARTBEAT_SECONDS", 0)
    reported = []
    monkeypatch.setattr(Job, "_write", lambda self, status: reported.append(status))
    assert main(["--report", str(tmp_path), "prepare", "sample"]) == 0
    assert {status.stage for status in reported if status.state == "running"} >= {"Tokenizing"}
    assert reported[-1].state == "done"
    assert all(0 <= status.progress <= 1 for status in reported)


def endless(job: Job, monkeypatch) -> int:
    """Launch a job that runs until it is stopped; returns its process id."""
    start = processes.start
    monkeypatch.setattr(processes, "start", lambda arguments, log: start(["memory", "--full"], log))
    job.launch(["memory"])
    process = job._process()
    assert process
    return process.pid


def test_a_job_can_be_stopped_and_a_killed_one_counts_as_failed(monkeypatch):
    job = Job.named("endless")
    pid = endless(job, monkeypatch)
    assert job.status().state == "running"
    job.launch(["memory"])  # not twice
    assert job._process().pid == pid
    job.delete()
    assert job.status().state == "running"
    job.stop()
    assert ended(job).state == "stopped"
    os.kill(endless(job, monkeypatch), signal.SIGKILL)
    assert ended(job).state == "failed"
