"""Fetches a URL with a guard, limits on everything, and readable errors."""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
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
from newsarchive.ingest.fetching.masking import has_secrets, masked
from newsarchive.ingest.fetching.network_guard import NotAllowed, Resolve, system_addresses
from newsarchive.ingest.fetching.record import FetchedRecord, OnResponse
from newsarchive.ingest.fetching.settings import FetchSettings, Limits
from newsarchive.wording import worded, words_of

USER_AGENT = f"newsarchive/{__version__}"

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
_ADVICE = {
    401: worded("it requires a password"),
    403: worded("access is denied"),
    404: worded("there is no such page; check the URL"),
    407: worded("the proxy requires a password; add it to the setting 'proxy'"),
    410: worded("it was removed permanently"),
    429: worded("too many requests; try again later"),
}
_PERMANENT = (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT)
_RESERVED = frozenset({"host", "connection", "content-length", "transfer-encoding", "accept-encoding"})
"""Headers that belong to the connection."""
_NETWORK_ERRORS = (
    *(httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpcore.TimeoutException),
    httpx.HTTPError,
)
_NOT_HTTP = (httpx.UnsupportedProtocol, httpcore.UnsupportedProtocol)
_NOT_AN_ADDRESS = (httpx.InvalidURL, httpx.LocalProtocolError, httpcore.LocalProtocolError, UnicodeError)


OnRedirect = Callable[[str, str], Awaitable[float]]
"""Called before a redirect is followed, with the URLs that it leads from and to. Returns the seconds that it waited,
which don't count against the time limit."""


def user_agent_of(contact: str | None) -> str:
    """The User-Agent with the address under which the operator can be reached."""
    return f"{USER_AGENT} (+{contact})" if contact else USER_AGENT


class _TooManyRedirects(Exception):
    pass


_FAILURES = (TimeoutError, NotAllowed, OverLimit, BadCoding, TooLarge, _TooManyRedirects, *_NOT_HTTP, *_NOT_AN_ADDRESS)


@dataclass(frozen=True, slots=True)
class Fetched:
    """The response from a URL.

    `url` is the URL after all redirects, without a user name and password and with `***` for secret
    parameters. `content` is decoded
    from its transfer and content encodings, decompressed if it is a gzip file, and empty if
    `not_modified`. `etag` and `last_modified` are for a later conditional request, and empty if the
    server sent none. `moved_to` is where permanent redirects (301, 308) led, before any other
    redirect, without a user name and password, and empty if there was none.
    """

    url: str
    content: bytes
    content_type: str
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False
    moved_to: str = ""


def fetch(  # noqa: PLR0913 - the conditional request, what the caller adds, and who is told
    url: str,
    settings: FetchSettings | None = None,
    *,
    user_agent: str = USER_AGENT,
    etag: str = "",
    last_modified: str = "",
    accept: str = _ACCEPT,
    headers: Mapping[str, str] | None = None,
    resolve: Resolve = system_addresses,
    on_redirect: OnRedirect | None = None,
    on_response: OnResponse | None = None,
) -> Fetched:
    """Fetch a URL.

    Only public addresses and those that `settings` allow are connected to, at every redirect; the
    limits of `settings` apply to the whole fetch. With the `etag` or `last_modified` of an earlier
    response, the server may answer that nothing has changed. `headers` are sent to the URL's own
    origin only, never to another one that it redirects to. `resolve` looks up host names. Raises
    AddressRefused if the guard refuses the address, and FetchError for all other failures, with the
    status and the `Retry-After` of the response. No message contains the user name, the password or
    the value of a secret parameter of a URL, or the password of the proxy.
    """
    settings = settings or FetchSettings()
    visit = _Visit(url, settings, headers or {}, on_redirect, on_response)
    sent = {"User-Agent": user_agent, "Accept": accept, "Accept-Encoding": "gzip, deflate"}
    if etag:
        sent["If-None-Match"] = etag
    if last_modified:
        sent["If-Modified-Since"] = last_modified
    try:
        return _run(visit.fetch(sent, resolve))
    except (*_FAILURES, *_NETWORK_ERRORS) as error:
        raise visit.failure(error) from error


def _run(fetching: Coroutine[Any, Any, Fetched]) -> Fetched:
    """Run a coroutine to completion, in a new thread if the caller's thread has a running event loop."""
    if not _has_running_loop():
        return asyncio.run(fetching)
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, fetching).result()


def _has_running_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class _Visit:
    """One fetch: its settings, and its current URL for messages."""

    def __init__(
        self,
        url: str,
        settings: FetchSettings,
        own: Mapping[str, str],
        on_redirect: OnRedirect | None,
        on_response: OnResponse | None,
    ) -> None:
        self._start = url
        self._at = url
        self._settings = settings
        self._own = {name: value for name, value in own.items() if name.lower() not in _RESERVED}
        self._on_redirect = on_redirect
        self._on_response = on_response
        self._moved_to = ""
        self._requested_at = datetime.now(UTC)

    @property
    def _limits(self) -> Limits:
        return self._settings.limits

    async def fetch(self, headers: dict[str, str], resolve: Resolve) -> Fetched:
        transport = GuardedTransport(self._settings, resolve)
        timeout = httpx.Timeout(self._limits.idle_seconds)
        async with (
            asyncio.timeout(self._limits.seconds) as deadline,
            httpx.AsyncClient(transport=transport, timeout=timeout, trust_env=False) as client,
        ):
            request = client.build_request("GET", self._start, headers={**headers, **self._own})
            response = await self._followed(client, request, deadline)
            try:
                return await self._read(response)
            finally:
                await response.aclose()

    async def _followed(
        self, client: httpx.AsyncClient, request: httpx.Request, deadline: asyncio.Timeout
    ) -> httpx.Response:
        """The response after all redirects. The content of a redirect is never read."""
        response = await client.send(request, stream=True)
        followed = 0
        is_permanent = True
        while response.next_request is not None:
            self._record(response, b"", is_complete=False)
            origin, request = _origin(request.url), response.next_request
            await response.aclose()
            if followed == self._limits.redirects:
                raise _TooManyRedirects
            followed += 1
            is_permanent = is_permanent and response.status_code in _PERMANENT
            self._moved_to = _without_userinfo(request.url) if is_permanent else self._moved_to
            await self._leave_for(request, origin, deadline)
            # Without this, httpx would send a user name from the URL of a redirect.
            response = await client.send(request, auth=httpx.Auth(), stream=True)
        return response

    async def _leave_for(
        self, request: httpx.Request, origin: tuple[str, str, int | None], deadline: asyncio.Timeout
    ) -> None:
        """Prepare to follow a redirect: headers of the caller's own never leave the origin that they are for."""
        if _origin(request.url) != origin:
            for name in self._own:
                request.headers.pop(name, None)
        before, self._at = self._at, str(request.url)
        if self._on_redirect is not None:
            when = deadline.when()
            deadline.reschedule(None)
            waited = await self._on_redirect(before, self._at)
            deadline.reschedule(None if when is None else when + waited)
        self._requested_at = datetime.now(UTC)

    async def _read(self, response: httpx.Response) -> Fetched:
        not_modified = response.status_code == HTTPStatus.NOT_MODIFIED
        if not response.is_success and not not_modified:
            self._record(response, b"", is_complete=False)
            raise self._status_error(response)
        if not_modified:
            self._record(response, b"", is_complete=True)
        return Fetched(
            url=masked(str(response.url)),
            content=b"" if not_modified else await self._content(response),
            content_type=response.headers.get("content-type", ""),
            fetched_at=datetime.now(UTC),
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
            not_modified=not_modified,
            moved_to=self._moved_to,
        )

    def _status_error(self, response: httpx.Response) -> FetchError:
        error = self._error(_status(response.status_code))
        error.status = response.status_code
        error.retry_after = response.headers.get("retry-after", "")
        return error

    def _record(self, response: httpx.Response, content: bytes, *, is_complete: bool) -> None:
        """Tell the caller about an exchange."""
        if self._on_response is None:
            return
        request = response.request
        secret = {"authorization", "cookie", "proxy-authorization", *(name.lower() for name in self._own)}
        sent = [(name, value) for name, value in request.headers.items() if name.lower() not in secret]
        self._on_response(
            FetchedRecord(
                url=masked(str(request.url)),
                fetched_at=self._requested_at,
                request_headers=tuple(sent),
                status=response.status_code,
                reason=response.reason_phrase,
                headers=tuple(response.headers.multi_items()),
                content=content,
                is_complete=is_complete,
                has_credentials=has_secrets(str(request.url))
                or has_secrets(self._start)
                or any(name in request.headers for name in secret),
            )
        )

    async def _content(self, response: httpx.Response) -> bytes:
        unpacker = Unpacker(response.headers.get("content-encoding", ""), self._limits.content_bytes)
        announced = response.headers.get("content-length", "")
        if announced.isdecimal() and int(announced) > self._limits.wire_bytes:
            raise OverLimit(
                worded(
                    "too large: {announced:,} bytes; the limit is {wire_bytes:,}",
                    announced=int(announced),
                    wire_bytes=self._limits.wire_bytes,
                )
            )
        pieces: list[bytes] = []
        is_complete = False
        try:
            async for piece in response.aiter_raw():
                if self._on_response is not None:
                    pieces.append(piece)
                unpacker.feed(piece)
            is_complete = True
        finally:
            self._record(response, b"".join(pieces), is_complete=is_complete)
        return unpacker.finish()

    def failure(self, error: Exception) -> FetchError:
        """Return the error to report for the URL that the caller requested."""
        if isinstance(error, NotAllowed):
            return self._error(worded("refused: {error}", error=error), AddressRefused)
        return self._error(self._limit_passed(error) or _reason(error, self._settings))

    def _limit_passed(self, error: Exception) -> str:
        limits = self._limits
        match error:
            case TimeoutError():
                return worded("too slow: not complete after {seconds:g} seconds", seconds=limits.seconds)
            case httpcore.ReadTimeout() | httpcore.WriteTimeout():
                return worded("too slow: no data for {idle_seconds:g} seconds", idle_seconds=limits.idle_seconds)
            case _TooManyRedirects():
                return worded("more than {redirects} redirects, possibly a redirect loop", redirects=limits.redirects)
            case TooLarge():
                return worded(
                    "too large: more than {content_bytes:,} bytes after decompression",
                    content_bytes=limits.content_bytes,
                )
        return ""

    def _error(self, reason: str, kind: type[FetchError] = FetchError) -> FetchError:
        if self._at != self._start:
            reason = worded("after a redirect to {at}: {reason}", at=masked(self._at), reason=reason)
        return kind(masked(self._start), reason)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port


def _without_userinfo(url: httpx.URL) -> str:
    return str(url.copy_with(userinfo=b"", fragment=None))


def _status(code: int) -> str:
    if code in _ADVICE:
        return worded("status {code}: {advice}", code=code, advice=_ADVICE[code])
    phrase = next((status.phrase for status in HTTPStatus if status == code), worded("not a standard status"))
    if code >= 500:
        return worded("status {code} ({phrase}): the server has a problem; try again later", code=code, phrase=phrase)
    return worded("status {code} ({phrase})", code=code, phrase=phrase)


def _reason(error: Exception, settings: FetchSettings) -> str:
    """The reason for the failure, in terms the user can act on."""
    if isinstance(error, OverLimit | BadCoding):
        return words_of(error)
    if isinstance(error, _NOT_HTTP):
        return worded("not a URL that can be fetched: only http and https are supported ({error})", error=error)
    if isinstance(error, _NOT_AN_ADDRESS):
        return worded("not a URL that can be fetched ({error})", error=error)
    why = _connection_problem(error) or worded(
        "the connection failed ({error})", error=words_of(error) or type(error).__name__
    )
    return why if settings.proxy is None else worded("through the proxy of the setting 'proxy': {why}", why=why)


def _connection_problem(error: Exception) -> str:
    """The message for the first known cause in the exception chain, or an empty string."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return worded("no such host, or no network; check the URL")
        if isinstance(cause, ssl.SSLCertVerificationError):
            return worded("its certificate is not valid: {verify_message}", verify_message=cause.verify_message)
        if isinstance(cause, ssl.SSLError):
            return worded("the TLS connection failed ({reason})", reason=cause.reason or cause)
        if isinstance(cause, ConnectionRefusedError):
            return worded("connection refused: nothing answers there")
        if isinstance(cause, httpcore.ConnectTimeout):
            return worded("too slow: connecting timed out")
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
