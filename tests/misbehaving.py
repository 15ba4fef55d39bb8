"""A local server that misbehaves in every way that feeds and pages on the web do, each at an address of its own."""

import gzip
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.fetching import Running, raw_server, redirect, response
from tests.warc.files import feed

LONG = 10_000_000
"""Bytes of a long title."""

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "ha">'
    + b"".join(b'<!ENTITY a%d "%s">' % (level, b"&a%d;" % (level - 1) * 10) for level in range(1, 12))
    + b']><rss version="2.0"><channel><title>&a11;</title><item><title>&a11;</title></item></channel></rss>'
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<rss version="2.0"><channel><title>x</title><item><title>&a;</title></item></channel></rss>'
)
ERROR_PAGE = b"<!doctype html><title>503</title><h1>Service unavailable</h1>"


@dataclass(frozen=True)
class Way:
    """One way to misbehave.

    `pieces` yields the bytes of the answer, given the address of the server; None is a pause. `articles` are the
    numbers of the articles that can still be read, and `reason` is part of the message if something can't.
    """

    pieces: Callable[[str], Iterator[bytes | None]]
    reason: str = ""
    articles: tuple[int, ...] = ()


def _xml(content: bytes, *headers: str) -> bytes:
    return response(content, "200 OK", "Content-Type: application/rss+xml", *headers)


def _once(content: bytes) -> Callable[[str], Iterator[bytes | None]]:
    return lambda _: iter([content])


def _head(*headers: str) -> bytes:
    return "\r\n".join(["HTTP/1.1 200 OK", "Content-Type: application/rss+xml", *headers, "", ""]).encode()


def _endless(_: str) -> Iterator[bytes | None]:
    yield _head("Connection: close")
    yield b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>'
    for number in itertools.count():
        yield b"<item><title>a title %d</title><link>https://e.example/%d</link></item>" % (number, number) * 100


def _dripping(_: str) -> Iterator[bytes | None]:
    yield _head("Content-Length: 100000")
    while True:
        yield b" "
        yield None


def _stalling(_: str) -> Iterator[bytes | None]:
    yield _head("Content-Length: 100000") + b"<rss>"
    while True:
        yield None


def _with_titles(count: int) -> bytes:
    items = b"<item><title>%s</title><link>https://e.example/long</link></item>" % ("عنوان " * (LONG // 11)).encode()
    return feed(1).replace(b"<item>", items * count + b"<item>", 1)


WAYS: dict[str, Way] = {
    "truncated-gzip": Way(_once(_xml(gzip.compress(feed(1, 2))[:-40], "Content-Encoding: gzip")), "truncated"),
    "truncated-gzip-file": Way(_once(_xml(gzip.compress(feed(1, 2))[:-40])), "truncated"),
    "truncated-xml": Way(_once(_xml(feed(1, 2)[:-200])), "the feed is truncated", (1,)),
    "invalid-xml": Way(_once(_xml(feed(1, 2).replace(b"</title>", b"</x-title><b &nope; <", 1))), articles=(1, 2)),
    "long-titles": Way(_once(_xml(_with_titles(1))), "", (1,)),
    "entity-bomb": Way(_once(_xml(BOMB)), "not expanded"),
    "outside-entity": Way(_once(_xml(OUTSIDE)), "not expanded"),
    "nul-bytes": Way(_once(_xml(feed(1, 2).replace(b"<item>", b"\0<item>\0").replace(b"rss", b"r\0ss"))), "", (1, 2)),
    "endless-feed": Way(_endless, "too large"),
    "drips": Way(_dripping, "too slow"),
    "stalls": Way(_stalling, "too slow"),
    "too-short": Way(_once(_head("Content-Length: 99999", "Connection: close") + feed(1)), "connection"),
    "too-long": Way(_once(_head("Content-Length: 200", "Connection: close") + feed(1, 2)), ""),
    "circles": Way(lambda url: iter([redirect(f"{url}/circles")]), "redirect"),
    "error-page": Way(
        _once(
            response(
                b"<!doctype html><title>503</title><h1>Service unavailable</h1>", "200 OK", "Content-Type: text/html"
            )
        ),
        "error message of the server",
    ),
    "login-page": Way(
        _once(response(b"<html><form><input type=password></form></html>", "200 OK", "Content-Type: text/html")), ""
    ),
    "empty": Way(_once(_xml(b"")), "empty"),
    "junk": Way(_once(_xml(bytes(range(128, 256)) * 20)), ""),
    "closes": Way(_once(b""), "connection"),
    "broken": Way(_once(response(b"", "500 Internal Server Error")), "status 500"),
}
"""The ways, by the path of their address."""


@contextmanager
def misbehaving_server(pause: float = 0.05) -> Iterator[Running]:
    """A server that answers at `/NAME` in the way of that name, and at `/good/NUMBER` with a feed of one article."""
    running: list[Running] = []

    def answer(connection: object, head: bytes) -> None:
        path = head.split(b" ")[1].decode().strip("/")
        if path.startswith("good/"):
            connection.sendall(_xml(feed(int(path.partition("/")[2]))))  # type: ignore[attr-defined]
            return
        if path == "robots.txt":
            connection.sendall(response(b"", "404 Not Found"))  # type: ignore[attr-defined]
            return
        for piece in WAYS[path].pieces(running[0].url):
            if piece is None:
                time.sleep(pause)
            else:
                connection.sendall(piece)  # type: ignore[attr-defined]

    with raw_server(answer) as server:
        running.append(server)
        yield server
