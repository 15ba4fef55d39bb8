"""What was sent and received in one exchange, as far as it is kept; and which exchanges must not be kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from newsarchive.warc.http_message import Response, Undecodable

Headers = tuple[tuple[str, str], ...]

_USUAL_REQUEST_HEADERS = frozenset(
    {"accept", "accept-encoding", "accept-language", "cache-control", "connection", "host", "if-modified-since"}
    | {"if-none-match", "range", "referer", "upgrade-insecure-requests", "user-agent"}
)
"""Request headers that no one is recognized by. Any other one may be a credential."""
_DROPPED = frozenset(
    {"set-cookie", "set-cookie2", "authorization", "proxy-authorization", "proxy-authenticate", "www-authenticate"}
    | {"authentication-info", "proxy-authentication-info", "content-length", "transfer-encoding", "connection"}
    | {"keep-alive", "x-csrf-token", "x-xsrf-token", "x-auth-token"}
)
"""Response headers that are not kept: secrets, and what belongs to the connection."""


class Exchange(Protocol):
    """A request and its response. `content` has no transfer encoding, and still has its content encoding."""

    @property
    def url(self) -> str:
        """The address that was requested."""
        ...

    @property
    def fetched_at(self) -> datetime:
        """When it was requested."""
        ...

    @property
    def request_headers(self) -> Headers:
        """The headers that were sent."""
        ...

    @property
    def status(self) -> int:
        """The status code."""
        ...

    @property
    def reason(self) -> str:
        """The text after the status code."""
        ...

    @property
    def headers(self) -> Headers:
        """The headers of the response."""
        ...

    @property
    def content(self) -> bytes:
        """The content of the response."""
        ...

    @property
    def is_complete(self) -> bool:
        """Whether the content was received to its end."""
        ...

    @property
    def has_credentials(self) -> bool:
        """Whether the caller sent a password, a secret parameter or a header of its own."""
        ...


def needed_credentials(exchanges: Iterable[Exchange], secrets: Sequence[str] = ()) -> bool:
    """Whether any request of a fetch had credentials, or anything in it contains one of the `secrets`.

    One such request, even of a redirect, may have opened what came after it.
    """
    return any(_has_credentials(exchange, tuple(filter(None, secrets))) for exchange in exchanges)


def _has_credentials(exchange: Exchange, secrets: tuple[str, ...]) -> bool:
    authority = exchange.url.partition("//")[2].partition("/")[0]
    if exchange.has_credentials or "@" in authority:
        return True
    if any(name.lower() not in _USUAL_REQUEST_HEADERS for name, _ in exchange.request_headers):
        return True
    texts = (exchange.url, *(value for _, value in (*exchange.request_headers, *exchange.headers)))
    return any(secret in text for secret in secrets for text in texts) or _contains(exchange, secrets)


def _contains(exchange: Exchange, secrets: tuple[str, ...]) -> bool:
    """Whether the content, decompressed, has a secret. Content that can't be decompressed counts as having one."""
    if not secrets:
        return False
    encoding = next((value for name, value in exchange.headers if name.lower() == "content-encoding"), "")
    try:
        content = Response(exchange.status, "", encoding.strip().lower(), False, exchange.content).content()
    except Undecodable:
        return True
    return any(secret.encode() in content for secret in secrets)


def kept_headers(exchange: Exchange) -> list[tuple[str, str]]:
    """The headers of the response as they are kept, on one line each."""
    kept = [(name, " ".join(value.split())) for name, value in exchange.headers if name.lower() not in _DROPPED]
    return [*kept, ("Content-Length", str(len(exchange.content)))]
