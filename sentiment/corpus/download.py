"""Fetch the IMDB archive: resumable, verified, and in place only when it is whole."""

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
ARCHIVE_VARIABLE = "SENTIMENT_ARCHIVE"  # names an archive that is kept elsewhere
ARCHIVE_URL = f"https://ai.stanford.edu/~amaas/data/sentiment/{ARCHIVE_NAME}"
ARCHIVE_SIZE = 84_125_825  # bytes
ARCHIVE_SHA256 = "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe"

MAX_CONNECTIONS = 20  # in one call
WORTH_RETRYING_BYTES = 1_024  # what a broken connection must have brought to deserve another
STALLED_BYTES = 1_024  # fewer than these within `timeout` is a stall, however steady the drip
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
    """Bring the archive to `target` (default: among the downloads) and return where it is.

    What arrives is kept in `target` + ".part", and the next call goes on where the last one
    ended, be it by a broken line or Ctrl-C. A file at `target` that has the right size and
    sha256 is returned at once; any other is replaced, once the new one is verified.

    size: bytes; progress: called with (bytes there, size); timeout: seconds without an answer
    or without data after which the host counts as stalled.
    Raises DownloadError (host, connection, checksum) or StorageError (disk).
    """
    fetch = _Fetch(target or downloads_dir() / ARCHIVE_NAME, url, size, sha256, timeout)
    try:
        if _size(fetch.target) == size and _sha256(fetch.target) == sha256:
            return fetch.target
        fetch.make_room()
        fetch.complete_part(progress or (lambda done, total: None))
        fetch.put_in_place()
    except OSError as error:  # of the disk; those of the network never come this far
        raise StorageError(
            f"The archive could not be written to {fetch.target.parent}: "
            f"{error.strerror or error}. What has arrived is kept, and the next download goes on "
            "from there. Free some disk space or set SENTIMENT_DATA to another folder. "
            + fetch.by_hand
        ) from error
    return fetch.target


class _Broken(Exception):
    """A connection did not bring all that was asked for; the text says why."""


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
        """The way around the download, which ends every message."""
        return (
            f"You can also fetch {self.url} by other means, such as a browser, and put it at "
            f"{self.target} or set {ARCHIVE_VARIABLE} to where it is."
        )

    def make_room(self) -> None:
        """Create the folder. Raises StorageError if the rest of the archive does not fit."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        if _size(self.part) > self.size:
            self.part.unlink()  # left by some other file
        missing = self.size - _size(self.part)
        free = shutil.disk_usage(self.target.parent).free
        if free < missing:
            raise StorageError(
                f"The download needs {missing:,} bytes in {self.target.parent}, and {free:,} are "
                "free. Free some disk space or set SENTIMENT_DATA to another folder. "
                + self.by_hand
            )

    def complete_part(self, progress: Progress) -> None:
        """Connect until all bytes are there. Raises DownloadError when that leads nowhere."""
        began_again = False
        for _ in range(MAX_CONNECTIONS):
            before = _size(self.part)
            if before == self.size:
                return
            try:
                self._connect(before, progress)
            except _Broken as broken:
                gained = _size(self.part) - before
                if gained < 0 and not began_again:
                    began_again = True  # the server could not go on from there
                elif gained < WORTH_RETRYING_BYTES:
                    raise self._stopped(str(broken)) from broken
                time.sleep(PAUSE_SECONDS)
        if _size(self.part) != self.size:
            raise self._stopped(f"the connection broke {MAX_CONNECTIONS} times")

    def put_in_place(self) -> None:
        """Verify the part and give it its name. Raises DownloadError, and removes a wrong one."""
        found = _sha256(self.part)
        if found != self.sha256:
            self.part.unlink()
            raise DownloadError(
                f"What {self.url} sent is not the archive: its sha256 is {found}, expected "
                f"{self.sha256}. It has been removed; start the download again. {self.by_hand}"
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

    def _accepted_start(self, reply: http.client.HTTPResponse, asked: int) -> int:
        """The byte from which the server sends: `asked`, or 0 if it ignores ranges."""
        if reply.status == 206:
            matched = _CONTENT_RANGE.fullmatch(reply.headers.get("Content-Range", ""))
            if matched and int(matched[1]) == asked and matched[2] in ("*", str(self.size)):
                return asked
            self.part.unlink(missing_ok=True)
            raise _Broken("the server sent another range of bytes than it was asked for")
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
                    raise _Broken(f"only {window_bytes} bytes came in {self.timeout:g} seconds")
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
            f"The next download goes on from there. {self.by_hand}"
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
