"""Access rules of a server: allowed host names and origins.

A local server must refuse other host names and origins. Otherwise, a page of another site could
reach it under its own name (DNS rebinding), or send requests from the user's browser.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

LOCAL_HOSTS = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Access:
    """Allowed host names and origins, and what to do after a refusal, in a sentence each."""

    hosts: Sequence[str]  # see `is_host_allowed`
    origins: Sequence[str]  # other servers whose pages may send requests
    host_remedy: str
    origin_remedy: str

    def refusal(self, hosts: Sequence[str], origins: Sequence[str]) -> str | None:
        """The reason to refuse a request with these Host and Origin headers; None if allowed."""
        if len(hosts) != 1 or not is_host_allowed(hosts[0], self.hosts):
            return (
                f"Refused: the host name {', '.join(hosts)!r} is not one of "
                f"{', '.join(self.hosts)}. {self.host_remedy}"
            )
        if not all(is_origin_allowed(origin, hosts[0], self.origins) for origin in origins):
            return (
                f"Refused: the request comes from a page of {', '.join(origins)!r}, expected "
                f"{hosts[0]!r}. {self.origin_remedy}"
            )
        return None


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
