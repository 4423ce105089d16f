"""Errors of the service, in one JSON shape with an HTTP status."""

from sentiment.errors import SentimentError

LONGEST = 500  # characters of a message


class ServiceError(SentimentError):
    """A request that cannot be answered.

    status: of HTTP. kind: a stable name for programs, such as "busy". retry_after: seconds.
    """

    def __init__(self, status: int, kind: str, message: str, retry_after: int | None = None):
        super().__init__(message)
        self.status, self.kind, self.retry_after = status, kind, retry_after

    @property
    def content(self) -> dict[str, str]:
        """The JSON of every error."""
        # Half a surrogate pair, from the name of a key, is not UTF-8.
        message = str(self).encode(errors="backslashreplace").decode()
        if len(message) > LONGEST:
            message = message[: LONGEST - 1] + "…"
        return {"error": message, "error_type": self.kind}

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def too_large(message: str) -> ServiceError:
    return ServiceError(413, "too_large", message)


def busy(message: str, seconds: int) -> ServiceError:
    return ServiceError(503, "busy", message, seconds)
