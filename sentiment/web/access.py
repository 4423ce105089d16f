"""Protection of the server: which host names and origins it answers, and what may embed it.

Streamlit checks the host name only when a WebSocket opens, accepts every port of this machine as
an origin, and asks a server on the internet for its own address before it refuses any other
origin. This middleware runs before Streamlit and decides for all requests.
"""

import logging
from collections.abc import Iterable
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)
LOCAL_HOSTS = ("localhost", "127.0.0.1")  # without the setting server.allowedHosts
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",  # else a foreign page could steal clicks
    "Referrer-Policy": "same-origin",  # links contain the typed review
    "X-Content-Type-Options": "nosniff",
}


def host_name(host: str) -> str | None:
    """The lower-case name in a Host header, without its port; None if it is malformed."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises ValueError for a port that is not a number
    except ValueError:
        return None
    if parts.netloc != host or parts.username is not None or parts.hostname is None:
        return None
    return parts.hostname.rstrip(".")


def is_host_allowed(host: str, allowed: Iterable[str]) -> bool:
    """Whether a Host header names one of `allowed`; `*.example.com` stands for subdomains and
    `*` for every name."""
    name = host_name(host)
    if not name:
        return False
    for pattern in (entry.strip().lower().rstrip(".") for entry in allowed):
        if pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])):
            return True
    return False


def is_origin_allowed(origin: str, host: str, allowed: Iterable[str]) -> bool:
    """Whether `origin` is the server itself, as the browser addressed it, or one of `allowed`."""
    own = origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower())
    return own or origin in {entry.strip() for entry in allowed}


def refusal(headers: Headers) -> str | None:
    """Why a request with these headers is refused; None if it is not."""
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    allowed = st.get_option("server.allowedHosts") or LOCAL_HOSTS
    if len(hosts) != 1 or not is_host_allowed(hosts[0], allowed):
        return (
            f"Refused: the host name {', '.join(hosts)!r} is not one of {', '.join(allowed)}. "
            "Open the app under one of these, or restart it with --server.allowedHosts NAME."
        )
    cross_origins = st.get_option("server.corsAllowedOrigins")
    if not all(is_origin_allowed(origin, hosts[0], cross_origins) for origin in origins):
        return (
            f"Refused: the request comes from a page of {', '.join(origins)!r}, expected "
            f"{hosts[0]!r}. To allow that page, restart the app with --server.corsAllowedOrigins."
        )
    return None


class OwnPagesOnly:
    """ASGI middleware: refuses foreign hosts and origins, adds HEADERS to responses."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        reason = refusal(Headers(scope=scope))
        if reason is None:
            await self.app(_without_origin(scope), receive, _adding_headers(send))
            return
        log.warning("%s", reason[:400])
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008, "reason": reason[:100]})
        else:
            await PlainTextResponse(reason, 403)(scope, receive, _adding_headers(send))


def _without_origin(scope: Scope) -> Scope:
    """A WebSocket request without the origin, which `refusal` has checked.

    For an origin in server.corsAllowedOrigins, Streamlit would look up the external address.
    """
    if scope["type"] != "websocket":
        return scope
    headers = [header for header in scope["headers"] if header[0].lower() != b"origin"]
    return {**scope, "headers": headers}


def _adding_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
