"""Fetches a URL with a guard, limits on everything, and readable errors."""

import asyncio
import re
import socket
import ssl
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpcore
import httpx

from newsarchive import __version__
from newsarchive.errors import AddressRefused, FetchError
from newsarchive.ingest.fetching.content_coding import BadCoding, TooLarge, Unpacker
from newsarchive.ingest.fetching.guarded_transport import GuardedTransport, OverLimit
from newsarchive.ingest.fetching.network_guard import NotAllowed, Resolve, system_addresses
from newsarchive.ingest.fetching.settings import FetchSettings, Limits

USER_AGENT = f"newsarchive/{__version__}"

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
_ADVICE = {
    401: "it requires a password",
    403: "access is denied",
    404: "there is no such page; check the URL",
    407: "the proxy requires a password; add it to the setting 'proxy'",
    410: "it was removed permanently",
    429: "too many requests; try again later",
}
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
_NETWORK_ERRORS = (
    *(httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpcore.TimeoutException),
    httpx.HTTPError,
)
_NOT_HTTP = (httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol)
_NOT_AN_ADDRESS = (httpx.InvalidURL, httpx.LocalProtocolError, httpcore.LocalProtocolError, UnicodeError)


class _TooManyRedirects(Exception):
    pass


_FAILURES = (TimeoutError, NotAllowed, OverLimit, BadCoding, TooLarge, _TooManyRedirects, *_NOT_HTTP, *_NOT_AN_ADDRESS)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The response from a URL.

    `url` is the URL after all redirects, without a user name and password. `content` is decoded
    from its transfer and content encodings, decompressed if it is a gzip file, and empty if
    `not_modified`. `etag` and `last_modified` are for a later conditional request, and empty if the
    server sent none.
    """

    url: str
    content: bytes
    content_type: str
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False


def fetch(  # noqa: PLR0913 - the conditional request, and the resolver
    url: str,
    settings: FetchSettings | None = None,
    *,
    user_agent: str = USER_AGENT,
    etag: str = "",
    last_modified: str = "",
    resolve: Resolve = system_addresses,
) -> Fetched:
    """Fetch a URL.

    Only public addresses and those that `settings` allow are connected to, at every redirect; the
    limits of `settings` apply to the whole fetch. With the `etag` or `last_modified` of an earlier
    response, the server may answer that nothing has changed. `resolve` looks up host names. Raises
    AddressRefused if the guard refuses the address, and FetchError for all other failures. No
    message contains the user name or password of a URL or of the proxy.
    """
    settings = settings or FetchSettings()
    headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    visit = _Visit(url, settings)
    try:
        return _run(asyncio.wait_for(visit.fetch(headers, resolve), settings.limits.seconds))
    except (*_FAILURES, *_NETWORK_ERRORS) as error:
        raise visit.failure(error) from error


def _run(fetching: Coroutine[Any, Any, Fetched]) -> Fetched:
    """Run a coroutine to completion in a new thread, because the caller's thread may have a running event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, fetching).result()


class _Visit:
    """One fetch: its settings, and its current URL for messages."""

    def __init__(self, url: str, settings: FetchSettings) -> None:
        self._start = url
        self._at = url
        self._settings = settings

    @property
    def _limits(self) -> Limits:
        return self._settings.limits

    async def fetch(self, headers: dict[str, str], resolve: Resolve) -> Fetched:
        transport = GuardedTransport(self._settings, resolve)
        timeout = httpx.Timeout(self._limits.idle_seconds)
        async with httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client:
            response = await self._followed(client, client.build_request("GET", self._start, headers=headers))
            try:
                return await self._read(response)
            finally:
                await response.aclose()

    async def _followed(self, client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
        """The response after all redirects. The content of a redirect is never read."""
        response = await client.send(request, stream=True)
        followed = 0
        while response.next_request is not None:
            request = response.next_request
            await response.aclose()
            if followed == self._limits.redirects:
                raise _TooManyRedirects
            followed += 1
            self._at = str(request.url)
            # Without this, httpx would send a user name from the URL of a redirect.
            response = await client.send(request, auth=httpx.Auth(), stream=True)
        return response

    async def _read(self, response: httpx.Response) -> Fetched:
        not_modified = response.status_code == HTTPStatus.NOT_MODIFIED
        if not response.is_success and not not_modified:
            raise self._error(_status(response.status_code))
        return Fetched(
            url=_without_userinfo(str(response.url)),
            content=b"" if not_modified else await self._content(response),
            content_type=response.headers.get("content-type", ""),
            fetched_at=datetime.now(UTC),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
            not_modified=not_modified,
        )

    async def _content(self, response: httpx.Response) -> bytes:
        unpacker = Unpacker(response.headers.get("content-encoding", ""), self._limits.content_bytes)
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._limits.wire_bytes:
            raise OverLimit(f"too large: {int(announced):,} bytes; the limit is {self._limits.wire_bytes:,}")
        async for piece in response.aiter_raw():
            unpacker.feed(piece)
        return unpacker.finish()

    def failure(self, error: Exception) -> FetchError:
        """Return the error to report for the URL that the caller requested."""
        if isinstance(error, NotAllowed):
            return self._error(f"refused: {error}", AddressRefused)
        return self._error(self._limit_passed(error) or _reason(error, self._settings))

    def _limit_passed(self, error: Exception) -> str:
        limits = self._limits
        match error:
            case TimeoutError():
                return f"too slow: not complete after {limits.seconds:g} seconds"
            case httpcore.ReadTimeout() | httpcore.WriteTimeout():
                return f"too slow: no data for {limits.idle_seconds:g} seconds"
            case _TooManyRedirects():
                return f"more than {limits.redirects} redirects, possibly a redirect loop"
            case TooLarge():
                return f"too large: more than {limits.content_bytes:,} bytes after decompression"
        return ""

    def _error(self, reason: str, kind: type[FetchError] = FetchError) -> FetchError:
        if self._at != self._start:
            reason = f"after a redirect to {_without_userinfo(self._at)}: {reason}"
        return kind(_without_userinfo(self._start), reason)


def _without_userinfo(url: str) -> str:
    """The URL without user name and password, for messages and the archive."""
    return _USERINFO.sub("", url, count=1)


def _status(code: int) -> str:
    if code in _ADVICE:
        return f"status {code}: {_ADVICE[code]}"
    phrase = next((status.phrase for status in HTTPStatus if status == code), "not a standard status")
    if code >= 500:
        return f"status {code} ({phrase}): the server has a problem; try again later"
    return f"status {code} ({phrase})"


def _reason(error: Exception, settings: FetchSettings) -> str:
    """The reason for the failure, in terms the user can act on."""
    if isinstance(error, OverLimit | BadCoding):
        return str(error)
    if isinstance(error, _NOT_HTTP):
        return f"not a URL that can be fetched: only http and https are supported ({error})"
    if isinstance(error, _NOT_AN_ADDRESS):
        return f"not a URL that can be fetched ({error})"
    whose = "" if settings.proxy is None else "through the proxy of the setting 'proxy': "
    return whose + (_connection_problem(error) or f"the connection failed ({error or type(error).__name__})")


def _connection_problem(error: Exception) -> str:
    """The message for the first known cause in the exception chain, or an empty string."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "no such host, or no network; check the URL"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"the TLS connection failed ({cause.reason or cause})"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused: nothing answers there"
        if isinstance(cause, httpcore.ConnectTimeout):
            return "too slow: connecting timed out"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
