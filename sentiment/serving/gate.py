"""Middleware around the endpoints: access, limits, errors, metrics, one log line per request.

The log has no texts of requests: no bodies, queries, paths of unknown endpoints, or messages of
internal errors, which may quote a text.
"""

import asyncio
import contextlib
import logging
import time
import traceback
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sentiment.serving.access import Access
from sentiment.serving.limits import ServingLimits
from sentiment.serving.metrics import Metrics
from sentiment.serving.problems import ServiceError, busy, too_large

log = logging.getLogger(__name__)
ENDPOINTS = ("/predict", "/trace", "/models", "/health", "/metrics", "/openapi.json")
_DISCARDING_SECONDS = 2
CLIENT_LEFT = 499  # as in nginx: the client disconnected; only in logs and metrics


def problem_response(problem: ServiceError) -> JSONResponse:
    return JSONResponse(problem.content, problem.status, problem.headers)


class Observed:
    """ASGI middleware: counts and logs requests, and answers internal errors with status 500."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.monotonic(), 0

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, observed)
        except Exception as error:
            frames = "".join(traceback.format_tb(error.__traceback__))
            log.error("Internal error: %s\n%s", type(error).__name__, frames)
            if not status:
                problem = ServiceError(
                    500,
                    "internal",
                    f"Internal error ({type(error).__name__}). Report it with the traceback in the "
                    "log of the server.",
                )
                await problem_response(problem)(scope, receive, observed)
        finally:
            seconds = time.monotonic() - started
            endpoint = scope["path"] if scope["path"] in ENDPOINTS else "other"
            self.metrics.request(endpoint, status, seconds)
            log.info("%s %s %d %.1f ms", scope["method"], endpoint, status, seconds * 1e3)


@dataclass
class _Held:
    """Total bytes of the bodies of unanswered requests."""

    bytes: int = 0


class Gate:
    """ASGI middleware: checks the access rules, and reads a body within the limits."""

    def __init__(self, app: ASGIApp, access: Access, limits: ServingLimits) -> None:
        self.app, self.access, self.limits, self.held = app, access, limits, _Held()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers, body = Headers(scope=scope), bytearray()
        try:
            problem = await self._problem(headers, scope["method"], receive, body)
            if problem is None:
                await self.app(scope, _replay(bytes(body), receive), send)
                return
            if "expect" not in headers:  # else the client waits for this answer before it sends
                await _discard_rest(receive)
            await problem_response(problem)(scope, receive, send)
        finally:
            self.held.bytes -= len(body)

    async def _problem(
        self, headers: Headers, method: str, receive: Receive, body: bytearray
    ) -> ServiceError | None:
        """Read the body into `body`, or return why the request is refused."""
        try:
            self._admit(headers, method)
            async with asyncio.timeout(self.limits.max_seconds):
                await self._read(headers, receive, body)
        except ServiceError as problem:
            return problem
        except TimeoutError:
            return ServiceError(
                408,
                "slow_body",
                f"The request has not arrived within {self.limits.max_seconds:g} s. Send it again.",
            )
        return None

    def _admit(self, headers: Headers, method: str) -> None:
        reason = self.access.refusal(headers.getlist("host"), headers.getlist("origin"))
        if reason is not None:
            raise ServiceError(403, "refused", reason)
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        if method == "POST" and kind != "application/json":
            found = f"is {kind[:60]!r}" if kind else "is missing"
            raise ServiceError(
                415,
                "content_type",
                f"The header Content-Type {found}, expected application/json. "
                'Send JSON such as {"inputs": "I loved it"}.',
            )

    async def _read(self, headers: Headers, receive: Receive, body: bytearray) -> None:
        """Append the body to `body`."""
        most = self.limits.max_body_bytes
        announced = headers.get("content-length", "")
        self._require(int(announced) if announced.isdecimal() else 0, most)
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ServiceError(CLIENT_LEFT, "client_left", "The client disconnected.")
            chunk = message.get("body", b"")
            self._require(len(body) + len(chunk), most)
            if self.held.bytes + len(chunk) > self.limits.max_held_bytes:
                raise busy(
                    f"The requests in progress have {self.held.bytes:,} bytes, the limit is "
                    f"{self.limits.max_held_bytes:,}. Send the request again later.",
                    1,
                )
            body += chunk
            self.held.bytes += len(chunk)
            if not message.get("more_body"):
                return

    @staticmethod
    def _require(size: int, most: int) -> None:
        if size > most:
            raise too_large(
                f"The request has {size:,} bytes or more, the limit is {most:,}. Send fewer texts "
                "at once, or raise --max-body-bytes."
            )


async def _discard_rest(receive: Receive) -> None:
    """Read on for a moment, so that a client that is still sending receives the answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DISCARDING_SECONDS):
            while (await receive()).get("more_body"):
                pass


def _replay(body: bytes, receive: Receive) -> Receive:
    """`receive` for a request whose body has been read: first the body, then later messages."""
    waiting = [body]

    async def again() -> Message:
        if waiting:
            return {"type": "http.request", "body": waiting.pop(), "more_body": False}
        return await receive()

    return again
