"""The connections of a fetch: each goes to a checked address, and all received bytes are counted."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from concurrent.futures import Future
from functools import cache
from threading import Thread

import httpcore
import httpx

from newsarchive.ingest.fetching.network_guard import NotAHost, Resolve, check, check_unresolved
from newsarchive.ingest.fetching.settings import FetchSettings, Limits, Network
from newsarchive.wording import worded, words_of

_READ_SIZE = 16 * 2**10
"""Bytes per read. One read may contain the end of the headers and this much content."""


class OverLimit(Exception):
    """The server sent more than a limit allows; the message says which limit."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests only over connections to checked addresses, and stops if a limit is exceeded.

    Each connection resolves its host name once and connects to an address from that answer, so DNS
    rebinding has no effect. With a proxy, the proxy resolves names and must do the guarding; only
    IP addresses and localhost names are checked before the request is sent to it. Raises
    NotAllowed, OverLimit, httpx.UnsupportedProtocol, httpx.InvalidURL and the exceptions of
    httpcore.
    """

    def __init__(self, settings: FetchSettings, resolve: Resolve) -> None:
        self._settings = settings
        self._meter = _Meter(settings.limits)
        self._pool = _pool(settings, resolve, self._meter)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response once its headers are read and within the limits. The content is not read yet."""
        self._check(request.url)
        assert isinstance(request.stream, httpx.AsyncByteStream)
        url = request.url
        self._meter.start_headers()
        response = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        try:
            self._meter.end_headers(response.headers)
        except OverLimit:
            await response.aclose()
            raise
        return httpx.Response(response.status, headers=response.headers, stream=_Content(response))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._pool.aclose()

    def _check(self, url: httpx.URL) -> None:
        if url.scheme not in {"http", "https"} or not url.host:
            scheme = worded("{scheme} scheme", scheme=url.scheme) if url.scheme else worded("no scheme")
            raise httpx.UnsupportedProtocol(scheme if url.host else worded("it has no host"))
        try:
            check_unresolved(url.raw_host.decode("ascii"), self._settings.allow_networks)
        except NotAHost as error:
            raise httpx.InvalidURL(words_of(error)) from error


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects through `inner` to addresses that the guard has checked, one after the other."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, allowed: Sequence[Network], resolve: Resolve) -> None:
        self._inner = inner
        self._allowed = allowed
        self._resolve = resolve

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of the host that answers. The addresses share the timeout."""
        addresses = check(host, await _resolved(self._resolve, host, port), self._allowed)
        share = None if timeout is None else timeout / max(len(addresses), 1)
        failure: Exception = httpcore.ConnectError(worded("{host} has no address", host=host))
        for address in addresses:
            try:
                return await self._inner.connect_tcp(str(address), port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a URL never refers to a Unix socket."""
        raise httpcore.UnsupportedProtocol(worded("{path} is a Unix socket, not a URL", path=path))

    async def sleep(self, seconds: float) -> None:
        """Sleep for some seconds."""
        await self._inner.sleep(seconds)


def _pool(settings: FetchSettings, resolve: Resolve, meter: "_Meter") -> httpcore.AsyncConnectionPool:
    direct = httpcore.AnyIOBackend()
    if settings.proxy is None:
        guarded = GuardedBackend(direct, settings.allow_networks, resolve)
        return httpcore.AsyncConnectionPool(_ssl_context(), network_backend=_MeteredBackend(guarded, meter))
    try:
        proxy = httpx.Proxy(settings.proxy)
    except httpx.InvalidURL:
        # Not chained: the message from httpx could show the password.
        raise httpx.ProxyError(worded("its URL cannot be used")) from None
    return httpcore.AsyncHTTPProxy(
        httpcore.URL(scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"),
        proxy_auth=proxy.raw_auth,
        ssl_context=_ssl_context(),
        proxy_ssl_context=_ssl_context() if proxy.url.scheme == "https" else None,
        network_backend=_MeteredBackend(direct, meter),
    )


@cache
def _ssl_context() -> ssl.SSLContext:
    """Created once, because loading all certificates takes longer than many fetches. Ignores the environment."""
    return httpx.create_ssl_context(trust_env=False)


async def _resolved(resolve: Resolve, host: str, port: int) -> Sequence[str]:
    """The result of `resolve`, run in a thread that is abandoned on timeout: a lookup can't be interrupted."""
    answer: Future[Sequence[str]] = Future()
    answer.set_running_or_notify_cancel()

    def look_up() -> None:
        try:
            answer.set_result(resolve(host, port))
        except (OSError, ValueError) as error:
            answer.set_exception(error)

    Thread(target=look_up, daemon=True).start()
    try:
        return await asyncio.wrap_future(answer)
    except (OSError, ValueError) as error:
        raise httpcore.ConnectError(words_of(error)) from error


class _Meter:
    """Counts the bytes received during one fetch, over all its connections."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._received = 0
        self._headers_from: int | None = None

    def start_headers(self) -> None:
        self._headers_from = self._received

    def end_headers(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self._headers_from = None
        if len(headers) > self._limits.headers:
            raise OverLimit(worded("more than {headers} headers", headers=self._limits.headers))
        if sum(len(name) + len(value) + len(b": \r\n") for name, value in headers) > self._limits.header_bytes:
            raise self._headers_too_large()

    def count(self, size: int) -> None:
        self._received += size
        if self._received > self._limits.wire_bytes:
            raise OverLimit(
                worded("too large: more than {wire_bytes:,} bytes were sent", wire_bytes=self._limits.wire_bytes)
            )
        in_headers = 0 if self._headers_from is None else self._received - self._headers_from
        # This also catches endless headers and endless preliminary responses.
        if in_headers > self._limits.header_bytes + _READ_SIZE:
            raise self._headers_too_large()

    def _headers_too_large(self) -> OverLimit:
        return OverLimit(
            worded("its headers are larger than {header_bytes:,} bytes", header_bytes=self._limits.header_bytes)
        )


class _MeteredBackend(httpcore.AsyncNetworkBackend):
    """Connects through `inner` and counts the bytes received, excluding TLS overhead."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, meter: _Meter) -> None:
        self._inner = inner
        self._meter = meter

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._inner.connect_tcp(host, port, timeout, local_address, socket_options)
        return _MeteredStream(stream, self._meter)

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)


class _MeteredStream(httpcore.AsyncNetworkStream):
    def __init__(self, inner: httpcore.AsyncNetworkStream, meter: _Meter) -> None:
        self._inner = inner
        self._meter = meter

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        content = await self._inner.read(min(max_bytes, _READ_SIZE), timeout)
        self._meter.count(len(content))
        return content

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        return _MeteredStream(await self._inner.start_tls(ssl_context, server_hostname, timeout), self._meter)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)


class _Content(httpx.AsyncByteStream):
    """The content of an httpcore response, as a stream for httpx."""

    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._response.aiter_stream():
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()
