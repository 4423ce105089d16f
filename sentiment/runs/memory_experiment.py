"""The small memory task as a job: started by the Memory page, results after each network.

Free of torch.
"""

from pathlib import Path

from sentiment.evaluation.shipped_tables import MemoryTable
from sentiment.runs.jobs import Job


def job() -> Job:
    return Job.named("memory")


def launch() -> None:
    """Start the job; earlier results are replaced. Raises RunError or StorageError."""
    job().launch(["memory", "--save", str(_results_file())])


def results() -> MemoryTable | None:
    """The results so far; None if there are none. Raises SentimentError if they are damaged."""
    return MemoryTable.read(_results_file()) if _results_file().is_file() else None


def _results_file() -> Path:
    return job().folder.absolute() / "results.json"
