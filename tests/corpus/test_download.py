"""The download against a local server that works, disconnects, stalls, or sends wrong data."""

import hashlib
import os
import random
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest

from sentiment.corpus import download
from sentiment.corpus.download import download_archive
from sentiment.errors import CorpusError, DownloadError, StorageError

CONTENT = random.Random(0).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
HALF = len(CONTENT) // 2


class Server(ThreadingHTTPServer):
    """Answers each request with the next of `answers`, then always with the last one."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = [whole]
        self.ranges: list[str | None] = []  # the Range header of each request
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/archive.tar.gz"

    def handle_error(self, request, client_address):
        pass  # disconnecting clients are part of these tests


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.ranges.append(self.headers.get("Range"))
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, *arguments) -> None:
        pass

    @property
    def start(self) -> int:
        return int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))

    def begin(self, status: int, length: int | None, content_range: str = "") -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()


def whole(handler, content=CONTENT, until=None, announced=None):
    """A correct response: 206 from the requested byte, 200 without a Range. Ends at `until`."""
    start, total = handler.start, announced or len(content)
    if start >= len(content):
        return handler.begin(416, 0, f"bytes */{len(content)}")
    ranged = f"bytes {start}-{total - 1}/{total}" if start else ""
    handler.begin(206 if start else 200, total - start, ranged)
    handler.wfile.write(content[start:until])


def without_ranges(handler):
    handler.begin(200, len(CONTENT))
    handler.wfile.write(CONTENT)


def without_length(handler, content=CONTENT):
    handler.begin(200, None)
    handler.wfile.write(content)


def wrong_range(handler):
    handler.begin(206, HALF, f"bytes 0-{HALF - 1}/{len(CONTENT)}")
    handler.wfile.write(CONTENT[:HALF])


def stalled(handler, before=0):
    """Sends some bytes, then nothing, and keeps the connection open."""
    whole(handler, until=before)
    handler.server.closing.wait(20)


def silent(handler):
    """Receives the request and never answers."""
    handler.server.closing.wait(20)


def dripping(handler):
    handler.begin(200, len(CONTENT))
    while not handler.server.closing.wait(0.05):
        handler.wfile.write(b"x")


def status(handler, code):
    handler.send_error(code)


@pytest.fixture
def server(monkeypatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSE_SECONDS", 0.01)
    running = Server()
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield running
    running.closing.set()
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "downloads" / "archive.tar.gz"


@pytest.fixture
def part(target):
    target.parent.mkdir()
    return target.with_name("archive.tar.gz.part")


@pytest.fixture
def fetch(server, target):
    return partial(
        download_archive, target, url=server.url, size=len(CONTENT), sha256=SHA256, timeout=5.0
    )


def only_the_archive(target) -> bool:
    return target.read_bytes() == CONTENT and list(target.parent.iterdir()) == [target]


# --- Success


def test_a_whole_download(server, fetch, target):
    calls = []
    assert fetch(progress=lambda done, total: calls.append((done, total))) == target
    assert only_the_archive(target)
    assert server.ranges == [None]
    assert calls[0] == (0, len(CONTENT)) and calls[-1] == (len(CONTENT), len(CONTENT))
    assert calls == sorted(calls)


def test_a_verified_archive_is_not_fetched_again(server, fetch, target):
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    assert fetch() == target
    assert server.ranges == []


def test_another_file_is_replaced_when_the_new_one_is_complete(server, fetch, target):
    target.parent.mkdir()
    target.write_bytes(b"x" * len(CONTENT))
    server.answers = [partial(status, code=503), whole]
    with pytest.raises(DownloadError):
        fetch()
    assert target.read_bytes() == b"x" * len(CONTENT)
    fetch()
    assert only_the_archive(target)


def test_a_part_is_completed(server, fetch, target, part):
    part.write_bytes(CONTENT[:HALF])
    calls = []
    fetch(progress=lambda done, total: calls.append(done))
    assert only_the_archive(target)
    assert server.ranges == [f"bytes={HALF}-"]
    assert calls[0] == HALF


def test_a_complete_part_is_only_renamed(server, fetch, target, part):
    part.write_bytes(CONTENT)
    fetch()
    assert only_the_archive(target)
    assert server.ranges == []


def test_broken_connections_are_resumed_while_bytes_arrive(server, fetch, target):
    server.answers = [partial(whole, until=cut) for cut in (50_000, 120_000, 250_000)] + [whole]
    fetch()
    assert only_the_archive(target)
    assert server.ranges == [None, "bytes=50000-", "bytes=120000-", "bytes=250000-"]


def test_a_server_without_ranges_sends_all_again(server, fetch, target, part):
    part.write_bytes(b"x" * HALF)
    server.answers = [without_ranges]
    fetch()
    assert only_the_archive(target)


def test_a_server_without_a_content_length(server, fetch, target):
    server.answers = [without_length]
    fetch()
    assert only_the_archive(target)


def test_another_range_than_requested_is_an_error(server, fetch, target, part):
    part.write_bytes(CONTENT[:HALF])
    server.answers = [wrong_range, whole]
    fetch()
    assert only_the_archive(target)
    assert server.ranges == [f"bytes={HALF}-", None]


def test_a_part_that_is_too_long_is_restarted(server, fetch, target, part):
    part.write_bytes(CONTENT + b"more")
    fetch()
    assert only_the_archive(target)
    assert server.ranges == [None]


def test_a_refused_range_is_restarted(server, fetch, target, part):
    part.write_bytes(CONTENT[:HALF])
    server.answers = [partial(status, code=416), whole]
    fetch()
    assert only_the_archive(target)
    assert server.ranges == [f"bytes={HALF}-", None]


def test_the_default_target_is_in_the_downloads(monkeypatch, tmp_path, fetch):
    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    options = {name: value for name, value in fetch.keywords.items()}
    expected = tmp_path / "data" / "downloads" / "aclImdb_v1.tar.gz"
    assert download_archive(**options) == expected
    assert only_the_archive(expected)


# --- Errors


def failure(fetch, kind=DownloadError) -> str:
    """The message of the error, which must always end with the alternative."""
    with pytest.raises(kind) as caught:
        fetch()
    message = str(caught.value)
    assert fetch.keywords["url"] in message
    assert str(fetch.args[0]) in message and "SENTIMENT_ARCHIVE" in message
    assert not fetch.args[0].exists()
    return message


def test_truncated_again_and_again(server, fetch, target):
    server.answers = [partial(whole, until=HALF)]
    assert f"stopped at {HALF:,} of 300,000 bytes: the server closed" in failure(fetch)
    assert len(server.ranges) == 2  # the second one received nothing
    server.answers = [whole]
    fetch()
    assert only_the_archive(target)
    assert server.ranges[2:] == [f"bytes={HALF}-"]


def test_a_stalled_server_is_an_error(server, fetch, target):
    server.answers = [partial(stalled, before=HALF), stalled]
    started = time.monotonic()
    assert "the server sent nothing for 0.3 seconds" in failure(partial(fetch, timeout=0.3))
    assert time.monotonic() - started < 3
    assert target.with_name("archive.tar.gz.part").read_bytes() == CONTENT[:HALF]


def test_a_server_that_never_answers_is_an_error(server, fetch):
    server.answers = [silent]
    assert "the server sent nothing for 0.3 seconds" in failure(partial(fetch, timeout=0.3))
    assert len(server.ranges) == 1


def test_a_slow_server_is_an_error(server, fetch):
    server.answers = [dripping]
    started = time.monotonic()
    assert "in 0.3 seconds" in failure(partial(fetch, timeout=0.3))
    assert time.monotonic() - started < 3


def test_a_connection_that_always_breaks_is_an_error(monkeypatch, server, fetch):
    monkeypatch.setattr(download, "MAX_CONNECTIONS", 3)
    server.answers = [partial(whole, until=cut) for cut in (50_000, 100_000, 150_000)]
    assert "stopped at 150,000 of 300,000 bytes: the connection broke 3 times" in failure(fetch)


def test_a_wrong_checksum_removes_the_file(server, fetch, target):
    wrong = CONTENT[:-1] + b"?"
    server.answers = [partial(whole, content=wrong)]
    message = failure(fetch)
    assert hashlib.sha256(wrong).hexdigest() in message and SHA256 in message
    assert list(target.parent.iterdir()) == []


def test_a_page_instead_of_the_archive_leaves_the_part(server, fetch, part):
    part.write_bytes(CONTENT[:HALF])
    page = b"<!DOCTYPE html>Log in to the network"
    server.answers = [lambda handler: (handler.begin(200, len(page)), handler.wfile.write(page))]
    assert f"a file of {len(page)} bytes, expected 300000" in failure(fetch)
    assert part.read_bytes() == CONTENT[:HALF]


def test_more_bytes_than_announced_are_not_kept(server, fetch, target):
    server.answers = [partial(without_length, content=CONTENT + b"more" * 100_000)]
    fetch()
    assert only_the_archive(target)


@pytest.mark.parametrize(
    ("code", "words"), [(404, "404 Not Found"), (503, "503 Service Unavailable"), (204, "204 ")]
)
def test_the_response_code_is_in_the_error(server, fetch, code, words):
    server.answers = [partial(status, code=code)]
    assert f"the server answered {words}" in failure(fetch)
    assert len(server.ranges) == 1


def test_a_refused_connection(fetch):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/archive.tar.gz"
        assert "ConnectionRefusedError" in failure(partial(fetch, url=url))


def test_a_server_without_http(server, fetch):
    server.answers = [lambda handler: handler.wfile.write(b"220 mail.example.com ESMTP\r\n")]
    assert "BadStatusLine" in failure(fetch)


def test_ctrl_c_leaves_the_part(fetch, target):
    def interrupt(done: int, total: int) -> None:
        if done > HALF:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fetch(progress=interrupt)
    left = target.with_name("archive.tar.gz.part").read_bytes()
    assert len(left) > HALF and CONTENT.startswith(left)
    fetch()
    assert only_the_archive(target)


def test_too_little_disk_space(monkeypatch, server, fetch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1_000))
    assert "needs 300,000 bytes" in failure(fetch, StorageError)
    assert server.ranges == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full on this system")
def test_a_full_disk_during_the_download(fetch, part):
    part.symlink_to("/dev/full")
    assert "No space left on device" in failure(fetch, StorageError)


def test_a_folder_that_cannot_be_created(tmp_path, fetch):
    (tmp_path / "file").write_text("no folder")
    inside = partial(download_archive, tmp_path / "file" / "a.tar.gz", **fetch.keywords)
    assert "could not be written to" in failure(inside, StorageError)


def test_download_errors_are_corpus_errors():
    assert issubclass(DownloadError, CorpusError)
