"""Protection of the server: which host names and origins it answers, and what may embed it.

Streamlit checks the host name only when a WebSocket opens, accepts every port of this machine as
an origin, and asks a server on the internet for its own address before it refuses any other
origin. This middleware runs before Streamlit and decides for all requests.
"""

import logging

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sentiment.serving.access import LOCAL_HOSTS, Access

log = logging.getLogger(__name__)
HEADERS = {
    "Content-Security-Policy": "frame-ancestors 'self'",  # else a foreign page could steal clicks
    "Referrer-Policy": "same-origin",  # links contain the typed review
    "X-Content-Type-Options": "nosniff",
}


def refusal(headers: Headers) -> str | None:
    """Why a request with these headers is refused; None if it is not."""
    access = Access(
        hosts=st.get_option("server.allowedHosts") or LOCAL_HOSTS,
        origins=st.get_option("server.corsAllowedOrigins"),
        host_remedy="Open the app under one of these, or restart it with "
        "--server.allowedHosts NAME.",
        origin_remedy="To allow that page, restart the app with --server.corsAllowedOrigins.",
    )
    return access.refusal(headers.getlist("host"), headers.getlist("origin"))


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
