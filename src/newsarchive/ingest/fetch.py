"""Fetching one address: a limit on everything, and an error that a person understands."""

import asyncio
import socket
import ssl
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx

from newsarchive import __version__
from newsarchive.errors import FetchError

USER_AGENT = f"newsarchive/{__version__}"
TIMEOUT = 30.0
MAX_BYTES = 32 * 2**20
MAX_REDIRECTS = 8

_ACCEPT = "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"
_ADVICE = {
    401: "it asks for a password",
    403: "it does not let us in",
    404: "there is no such page; is the address right?",
    410: "it is gone for good",
    429: "we asked too often; try later",
}


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address answered.

    `url` is where the redirects ended. `content` is decoded from its transfer and content encodings, and empty
    when `not_modified`. `etag` and `last_modified` are for asking again, and empty where the server sent none.
    """

    url: str
    content: bytes
    content_type: str
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""
    not_modified: bool = False


def fetch(  # noqa: PLR0913 - each limit is a parameter of its own
    url: str,
    *,
    timeout: float = TIMEOUT,
    max_bytes: int = MAX_BYTES,
    max_redirects: int = MAX_REDIRECTS,
    user_agent: str = USER_AGENT,
    etag: str = "",
    last_modified: str = "",
) -> Fetched:
    """What `url` answers now; raises FetchError for everything that can go wrong on the way.

    `timeout` is in seconds and counts from the call to the last byte, redirects and all; only the system's name
    lookup, once begun, keeps its own time. `max_bytes` counts the content after decompression. With `etag` or
    `last_modified` of an earlier answer the server may say that nothing has changed.
    """
    headers = {"User-Agent": user_agent, "Accept": _ACCEPT}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    try:
        return _run(asyncio.wait_for(_fetch(url, headers, max_bytes, max_redirects), timeout))
    except TimeoutError as error:
        raise FetchError(url, f"too slow: not all there after {timeout:g} seconds") from error
    except httpx.TooManyRedirects as error:
        raise FetchError(url, f"more than {max_redirects} redirects, it may be going round in circles") from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError) as error:
        raise FetchError(url, f"not an address that can be fetched: only http and https are ({error})") from error
    except httpx.HTTPError as error:
        raise FetchError(url, _reason(error)) from error


def _run(fetching: Coroutine[Any, Any, Fetched]) -> Fetched:
    """Run to the end in a thread of its own: the caller's may have an event loop already."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, fetching).result()


async def _fetch(url: str, headers: dict[str, str], max_bytes: int, max_redirects: int) -> Fetched:
    async with (
        # The limit on the whole is the caller's; httpx has none of that kind.
        httpx.AsyncClient(timeout=None, follow_redirects=True, max_redirects=max_redirects) as client,  # noqa: S113
        client.stream("GET", url, headers=headers) as response,
    ):
        not_modified = response.status_code == HTTPStatus.NOT_MODIFIED
        if not response.is_success and not not_modified:
            raise FetchError(url, _status(response.status_code))
        content = b"" if not_modified else await _content(response, url, max_bytes)
    return Fetched(
        url=str(response.url),
        content=content,
        content_type=response.headers.get("content-type", ""),
        fetched_at=datetime.now(UTC),
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
        not_modified=not_modified,
    )


async def _content(response: httpx.Response, url: str, max_bytes: int) -> bytes:
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > max_bytes:
        raise _too_large(url, max_bytes)
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise _too_large(url, max_bytes)
    return bytes(content)


def _too_large(url: str, max_bytes: int) -> FetchError:
    return FetchError(url, f"too large: more than {max_bytes:,} bytes")


def _status(code: int) -> str:
    if code in _ADVICE:
        return f"status {code}: {_ADVICE[code]}"
    phrase = next((status.phrase for status in HTTPStatus if status == code), "no standard status")
    if code >= 500:
        return f"status {code} ({phrase}): the server has a problem; try later"
    return f"status {code} ({phrase})"


def _reason(error: httpx.HTTPError) -> str:
    """What a person can do something about: the first known cause down the chain."""
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "no such host, or no network; is the address right?"
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not valid: {cause.verify_message}"
        if isinstance(cause, ssl.SSLError):
            return f"no secure connection ({cause.reason or cause})"
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused: nothing answers there"
    if isinstance(error, httpx.DecodingError):
        return f"the content is not compressed as the server says ({error})"
    return f"the connection broke ({error or type(error).__name__})"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for member in error.exceptions:
                yield from _causes(member)
        error = error.__cause__ or error.__context__
