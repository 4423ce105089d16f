"""Download of the IMDB archive: resumable, verified, and moved into place when complete."""

import hashlib
import http.client
import os
import re
import shutil
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sentiment.errors import DownloadError, StorageError
from sentiment.places import downloads_dir
from sentiment.progress import Progress

ARCHIVE_NAME = "aclImdb_v1.tar.gz"
ARCHIVE_VARIABLE = "SENTIMENT_ARCHIVE"  # path of an archive in another place
ARCHIVE_URL = f"https://ai.stanford.edu/~amaas/data/sentiment/{ARCHIVE_NAME}"
ARCHIVE_SIZE = 84_125_825  # bytes
ARCHIVE_SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"

MAX_CONNECTIONS = 20  # per call
WORTH_RETRYING_BYTES = 1_024  # a connection with fewer bytes is not retried
STALLED_BYTES = 1_024  # fewer within `timeout` is a stall
PAUSE_SECONDS = 0.5  # before connecting again
CHUNK_BYTES = 1 << 18

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


def download_archive(
    target: Path | None = None,
    *,
    url: str = ARCHIVE_URL,
    size: int = ARCHIVE_SIZE,
    sha256: str = ARCHIVE_SHA256,
    progress: Progress | None = None,
    timeout: float = 30.0,
) -> Path:
    """Download the archive to `target` (default: the downloads folder) and return its path.

    Received bytes are kept in `target` + ".part", and the next call resumes there, also after
    Ctrl-C. A file at `target` with the right size and sha256 is returned at once; another file is
    replaced when the new one is verified.

    size: bytes; progress: called with (bytes received, size); timeout: seconds without a response
    or without data before the connection counts as stalled.
    Raises DownloadError (host, connection, checksum) or StorageError (disk).
    """
    fetch = _Fetch(target or downloads_dir() / ARCHIVE_NAME, url, size, sha256, timeout)
    try:
        if _size(fetch.target) == size and _sha256(fetch.target) == sha256:
            return fetch.target
        fetch.make_room()
        fetch.complete_part(progress or (lambda done, total: None))
        fetch.put_in_place()
    except OSError as error:  # of the disk; network errors are handled in `_connect`
        raise StorageError(
            f"The archive could not be written to {fetch.target.parent}: "
            f"{error.strerror or error}. The next download resumes from the bytes received. Free "
            "some disk space or set SENTIMENT_DATA to another folder. " + fetch.by_hand
        ) from error
    return fetch.target


class _Broken(Exception):
    """A connection ended early; the text is the reason."""


@dataclass(frozen=True)
class _Fetch:
    target: Path
    url: str
    size: int
    sha256: str
    timeout: float

    @property
    def part(self) -> Path:
        return self.target.with_name(self.target.name + ".part")

    @property
    def by_hand(self) -> str:
        """How to get the archive without this download; the end of every message."""
        return (
            f"You can also download {self.url} in a browser and put it at {self.target}, or set "
            f"{ARCHIVE_VARIABLE} to its path."
        )

    def make_room(self) -> None:
        """Create the folder. Raises StorageError if the disk space is too small."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if _size(self.part) > self.size:
            self.part.unlink()  # of another file
        missing = self.size - _size(self.part)
        free = shutil.disk_usage(self.target.parent).free
        if free < missing:
            raise StorageError(
                f"The download needs {missing:,} bytes in {self.target.parent}, but {free:,} are "
                "free. Free some disk space or set SENTIMENT_DATA to another folder. "
                + self.by_hand
            )

    def complete_part(self, progress: Progress) -> None:
        """Connect until all bytes are received. Raises DownloadError if that fails."""
        restarted = False
        for _ in range(MAX_CONNECTIONS):
            before = _size(self.part)
            if before == self.size:
                return
            try:
                self._connect(before, progress)
            except _Broken as broken:
                gained = _size(self.part) - before
                if gained < 0 and not restarted:
                    restarted = True  # the server cannot resume
                elif gained < WORTH_RETRYING_BYTES:
                    raise self._stopped(str(broken)) from broken
                time.sleep(PAUSE_SECONDS)
        if _size(self.part) != self.size:
            raise self._stopped(f"the connection broke {MAX_CONNECTIONS} times")

    def put_in_place(self) -> None:
        """Verify the part and rename it. Removes a wrong one and raises DownloadError."""
        found = _sha256(self.part)
        if found != self.sha256:
            self.part.unlink()
            raise DownloadError(
                f"The file from {self.url} is not the archive: its sha256 is {found}, expected "
                f"{self.sha256}. It was removed; start the download again. {self.by_hand}"
            )
        with self.part.open("r+b") as file:
            os.fsync(file.fileno())
        os.replace(self.part, self.target)

    def _connect(self, start: int, progress: Progress) -> None:
        request = urllib.request.Request(self.url, headers={"User-Agent": "sentiment-lab"})
        if start:
            request.add_header("Range", f"bytes={start}-")
        try:
            reply = urllib.request.urlopen(request, timeout=self.timeout)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code == 416:
                self.part.unlink(missing_ok=True)
            raise _Broken(f"the server answered {error.code} {error.reason}") from error
        except (OSError, http.client.HTTPException) as error:
            raise _Broken(self._reason(error)) from error
        with reply:
            start = self._accepted_start(reply, start)
            with self.part.open("r+b" if start else "wb") as file:
                file.seek(start)
                self._receive(reply, file, start, progress)

    def _accepted_start(self, reply: http.client.HTTPResponse, requested: int) -> int:
        """The first byte that the server sends: `requested`, or 0 if it ignores ranges."""
        if reply.status == 206:
            matched = _CONTENT_RANGE.fullmatch(reply.headers.get("Content-Range", ""))
            if matched and int(matched[1]) == requested and matched[2] in ("*", str(self.size)):
                return requested
            self.part.unlink(missing_ok=True)
            raise _Broken("the server sent another range of bytes than requested")
        if reply.status != 200:
            raise _Broken(f"the server answered {reply.status} {reply.reason}")
        length = reply.headers.get("Content-Length", str(self.size))
        if length != str(self.size):
            raise _Broken(f"the server has a file of {length} bytes, expected {self.size}")
        return 0

    def _receive(
        self, reply: http.client.HTTPResponse, file: IO[bytes], done: int, progress: Progress
    ) -> None:
        window_start, window_bytes = time.monotonic(), 0
        while done < self.size:
            progress(done, self.size)
            try:
                chunk = reply.read1(CHUNK_BYTES)[: self.size - done]
            except (OSError, http.client.HTTPException) as error:
                raise _Broken(self._reason(error)) from error
            if not chunk:
                raise _Broken("the server closed the connection")
            file.write(chunk)
            done += len(chunk)
            window_bytes += len(chunk)
            if time.monotonic() - window_start > self.timeout:
                if window_bytes < STALLED_BYTES:
                    raise _Broken(f"only {window_bytes} bytes arrived in {self.timeout:g} seconds")
                window_start, window_bytes = time.monotonic(), 0
        progress(done, self.size)

    def _reason(self, error: Exception) -> str:
        cause = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(cause, TimeoutError):
            return f"the server sent nothing for {self.timeout:g} seconds"
        return f"{type(cause).__name__}: {cause}"

    def _stopped(self, reason: str) -> DownloadError:
        return DownloadError(
            f"The download stopped at {_size(self.part):,} of {self.size:,} bytes: {reason}. "
            f"The next download resumes there. {self.by_hand}"
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
