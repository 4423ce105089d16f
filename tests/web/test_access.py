"""Who the running server answers: host names and origins, by the handshake a browser makes."""

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from sentiment.serving.access import host_name, is_host_allowed, is_origin_allowed
from tests.browser.driver import RunningApp, running_app

FOREIGN = ["http://evil.example", "http://127.0.0.1:9", "http://localhost:9", "null", "file://"]


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("LocalHost:8501", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("app.example.", "app.example"),
        ("[::1]:8501", "::1"),
        *[(bad, None) for bad in ("", ":80", "a:b", "a/b", "u@a", "a?b", "a#b", "[::1", "a b:x")],
    ],
)
def test_the_name_in_a_host_header(host, name):
    assert host_name(host) == name


@pytest.mark.parametrize(
    ("host", "allowed", "answer"),
    [
        ("a.example", ["b.example", "A.example "], True),
        ("a.example:80", ["*.example"], True),
        ("example", ["*.example"], False),
        ("evilexample", ["*.example"], False),
        ("a.example", ["*"], True),
        ("a:b", ["*"], False),
        ("a.example.evil", ["a.example"], False),
    ],
)
def test_hosts_by_pattern(host, allowed, answer):
    assert is_host_allowed(host, allowed) is answer


@pytest.mark.parametrize("origin", [*FOREIGN, "http://a.example:8501", "a.example", "", "http://"])
def test_an_origin_is_the_host_itself_or_listed(origin):
    assert not is_origin_allowed(origin, "a.example", [])
    assert is_origin_allowed(origin, "a.example", [origin])
    assert is_origin_allowed("https://A.example", "a.example", [])


@contextmanager
def proxy_trap() -> Iterator[tuple[str, list[bytes]]]:
    """An HTTP proxy that keeps the first line of every request and answers none."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    asked.append(connection.recv(1000).split(b"\r\n")[0])

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", asked


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningApp, list[bytes]]]:
    """The app, started by the command from a folder with settings that open everything, behind a
    proxy that sees what it asks of the internet."""
    folder = tmp_path_factory.mktemp("access")
    (folder / ".streamlit").mkdir()
    (folder / ".streamlit" / "config.toml").write_text(
        '[server]\naddress = "0.0.0.0"\nallowedHosts = ["*"]\nenableCORS = false\n'
    )
    friend = "STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS"
    with (
        proxy_trap() as (proxy, asked),
        running_app(
            folder,
            command=["sentiment"],
            directory=folder,
            http_proxy=proxy,
            https_proxy=proxy,
            **{friend: "https://friend.example"},
        ) as app,
    ):
        yield app, asked


def handshake(app: RunningApp, host: str | None = None, origin: str | None = None) -> int:
    """The status with which the server answers a WebSocket handshake: 101 if it opens."""
    address = urlsplit(app.url)
    plain = socket.create_connection((address.hostname, address.port))
    url = f"ws://{host or address.netloc}/_stcore/stream"
    try:
        with connect(url, sock=plain, origin=origin, subprotocols=["streamlit"]) as opened:
            return opened.response.status_code
    except InvalidStatus as refused:
        return refused.response.status_code


def get(app: RunningApp, path: str, **headers: str) -> tuple[int, dict[str, str]]:
    connection = HTTPConnection(urlsplit(app.url).netloc)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}


def test_the_browser_of_this_machine_gets_in(server):
    app, _ = server
    port = urlsplit(app.url).port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        assert handshake(app, host, f"http://{host}") == 101
    assert handshake(app) == 101  # programs send no origin
    status, headers = get(app, "/")
    assert status == 200 and "frame-ancestors 'self'" in headers["content-security-policy"]


def test_a_foreign_name_for_this_machine_does_not(server):
    app, asked = server
    port = urlsplit(app.url).port
    for host in (f"evil.example:{port}", "localhost.evil.example", f"0.0.0.0:{port}"):
        assert handshake(app, host, f"http://{host}") == 403
        assert handshake(app, host) == 403
        for path in ("/", "/_stcore/health", "/media/x.png", "/_stcore/host-config"):
            assert get(app, path, Host=host)[0] == 403
    assert asked == []


def test_foreign_origins_do_not_and_the_server_asks_no_other_for_its_address(server):
    app, asked = server
    for origin in FOREIGN:
        assert handshake(app, origin=origin) == 403, origin
        assert get(app, "/_stcore/health", Origin=origin)[0] == 403
    assert handshake(app, origin="https://friend.example") == 101
    assert asked == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_the_server_listens_on_this_machine_only_and_writes_private_files(server):
    app, _ = server
    (child,) = app.processes("streamlit")
    assert {place.laddr.ip for place in child.net_connections() if place.status == "LISTEN"} == {
        "127.0.0.1"
    }
    assert "Umask:\t0077" in Path(f"/proc/{child.pid}/status").read_text()


def test_a_command_writes_private_files(monkeypatch, tmp_path):
    from sentiment.__main__ import main

    monkeypatch.setenv("SENTIMENT_DATA", str(tmp_path / "data"))
    before = os.umask(0o022)
    try:
        assert main(["prepare", "sample"]) == 0
    finally:
        os.umask(before)
    found = [path for path in tmp_path.rglob("*") if path.stat().st_mode & 0o077]
    assert list(tmp_path.glob("data/prepared/*/*")) and not found
