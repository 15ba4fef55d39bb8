"""A web server that attacks its clients in every way that HTTP allows, and in some that it doesn't."""

import gzip
import random
import re
import socket
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_CHUNK = b"x" * 16_384
_FEED = b"<rss><channel><title>t</title><item><title>a</title><description>b</description></item></channel></rss>"
_PAUSE = 0.02


class HostileServer:
    """Answers requests for `/<seed>` on loopback, with a behavior chosen by the seed. `stop` ends endless answers."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._listener.settimeout(0.1)
        self._stopped = threading.Event()
        self.port: int = self._listener.getsockname()[1]

    def url(self, seed: int) -> str:
        """The URL of a seed."""
        return f"http://127.0.0.1:{self.port}/{seed}"

    def run(self) -> None:
        """Answer requests until the server is stopped."""
        while not self._stopped.is_set():
            with suppress(TimeoutError):
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()
        self._listener.close()

    def stop(self) -> None:
        """Stop the server and all answers."""
        self._stopped.set()

    def _answer(self, connection: socket.socket) -> None:
        # A client may disconnect when it has had enough, as it should.
        with suppress(OSError), connection:
            connection.settimeout(10)
            found = re.match(rb"GET /(\d+)(/\d+)? ", connection.recv(1 << 16))
            if found:
                choice = random.Random(int(found[1]))
                behaviour = choice.choice(_BEHAVIOURS)
                for piece in behaviour(choice, f"http://127.0.0.1:{self.port}/{found[1].decode()}"):
                    if self._stopped.is_set():
                        break
                    if not piece:
                        self._stopped.wait(_PAUSE)
                    connection.sendall(piece)


@contextmanager
def hostile_server() -> Iterator[HostileServer]:
    """A running hostile server."""
    server = HostileServer()
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def behaviour_name(seed: int) -> str:
    """The name of the behavior that the server uses for a seed."""
    return random.Random(seed).choice(_BEHAVIOURS).__name__.strip("_")


Behaviour = Callable[[random.Random, str], Iterator[bytes]]
"""Yields the pieces of an answer to a requested URL; an empty piece means a pause."""


def _head(*headers: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1")


def _good(choice: random.Random, url: str) -> Iterator[bytes]:
    yield _head(f"Content-Length: {len(_FEED)}", "Content-Type: application/rss+xml") + _FEED


def _endless(choice: random.Random, url: str) -> Iterator[bytes]:
    yield _head("Content-Type: text/plain")
    while True:
        yield _CHUNK


def _endless_chunks(choice: random.Random, url: str) -> Iterator[bytes]:
    yield _head("Transfer-Encoding: chunked")
    while True:
        yield b"4000\r\n" + _CHUNK + b"\r\n"


def _endless_headers(choice: random.Random, url: str) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-Header: " + b"y" * choice.choice([10, 8_000]) + b"\r\n"


def _endless_line(choice: random.Random, url: str) -> Iterator[bytes]:
    yield choice.choice([b"HTTP/1.1 200 ", b"HTTP/1.1 200 OK\r\nX: ", b""])
    while True:
        yield _CHUNK


def _dripping_head(choice: random.Random, url: str) -> Iterator[bytes]:
    while True:
        yield b"H"
        yield b""


def _dripping_body(choice: random.Random, url: str) -> Iterator[bytes]:
    yield _head("Content-Length: 100000")
    while True:
        yield b"x"
        yield b""


def _silent(choice: random.Random, url: str) -> Iterator[bytes]:
    yield choice.choice([b"", b"HTTP/1.1 200 OK\r\n", _head("Content-Length: 10"), _head("Transfer-Encoding: chunked")])
    while True:
        yield b""


def _bomb(choice: random.Random, url: str) -> Iterator[bytes]:
    packed = gzip.compress(bytes(8 << 20), 9)
    if choice.random() < 0.5:
        packed = gzip.compress(packed, 9)
        yield _head(f"Content-Length: {len(packed)}", "Content-Encoding: gzip, gzip") + packed
    else:
        yield (
            _head(f"Content-Length: {len(packed)}", f"Content-Encoding: {choice.choice(['gzip', 'x-gzip', 'GZIP'])}")
            + packed
        )


def _endless_bomb(choice: random.Random, url: str) -> Iterator[bytes]:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    yield _head("Content-Encoding: gzip")
    while True:
        yield packer.compress(bytes(1 << 20)) or b""


def _badly_packed(choice: random.Random, url: str) -> Iterator[bytes]:
    packed = gzip.compress(_FEED)
    body = choice.choice([_FEED, packed[:-9], packed[:9], packed + b"junk", b"", choice.randbytes(300)])
    name = choice.choice(["gzip", "deflate", "br", "zstd", "gzip, deflate", "x", "identity", "gzip" + ", gzip" * 20])
    yield _head(f"Content-Length: {len(body)}", f"Content-Encoding: {name}") + body


def _lying_length(choice: random.Random, url: str) -> Iterator[bytes]:
    length = choice.choice(["0", "5", "100000", "-1", "abc", "9" * 30, "5\r\nContent-Length: 6", "", "+5", "5, 5"])
    yield _head(f"Content-Length: {length}") + _FEED


def _bad_chunks(choice: random.Random, url: str) -> Iterator[bytes]:
    body = choice.choice(
        [
            b"zz\r\nx\r\n0\r\n\r\n",
            b"5\r\nhello",
            b"-5\r\nhello\r\n",
            b"f" * 40 + b"\r\nx",
            b"5;" + b"x" * 200_000,
            b"\r\n" * 900,
        ]
    )
    yield _head("Transfer-Encoding: chunked") + body


def _redirect(choice: random.Random, url: str) -> Iterator[bytes]:
    where = choice.choice(
        [
            *(url, f"{url}/1", "", "/", "//", "///", "http://", "http://[", "http://[::1", "http://a b/", "?" * 70_000),
            *(
                "file:///etc/passwd",
                "ftp://127.0.0.1/",
                "javascript:alert(1)",
                "data:,x",
                "gopher://x",
                "HTTP://127.0.0.1:1/",
            ),
            *(
                "http://127.0.0.1:99999/",
                "http://127.0.0.1:0/",
                "http://\u0000/",
                "http://xn--/",
                "http://.../",
                "http://" + "a" * 300,
            ),
            *(
                "\xff\xfe",
                "http://127.0.0.1:1\\@x/",
                "http://user:pw@127.0.0.1:1/",
                "http://0x7f000001:1/",
                "http://%31:1/",
            ),
        ]
    )
    status = choice.choice([301, 302, 303, 307, 308, 300, 304, 399])
    yield _head(f"Location: {where}", "Content-Length: 0", status=f"{status} Moved")


def _status(choice: random.Random, url: str) -> Iterator[bytes]:
    status = choice.choice(
        [
            "100 Continue",
            "101 X",
            "103 Hints",
            "199 x",
            "204 None",
            "206 Part",
            "304 Same",
            "404 No",
            "500 Ill",
            "999 X",
            "600",
            "0 X",
            "abc X",
            "-1 X",
            "20 0",
            "2000 OK",
        ]
    )
    yield _head("Content-Length: 5", status=status) + b"hello"


def _many_continues(choice: random.Random, url: str) -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n" * 50


def _half_closed(choice: random.Random, url: str) -> Iterator[bytes]:
    whole = _head("Content-Length: 90") + b"x" * 40
    yield whole[: choice.randrange(len(whole))]


def _junk(choice: random.Random, url: str) -> Iterator[bytes]:
    yield choice.choice(
        [
            choice.randbytes(3_000),
            b"\x15\x03\x01\x00\x02\x02\x0a",
            b"\0" * 100,
            b"SSH-2.0-x\r\n",
            b"<html>",
            b"\r\n\r\n\r\n",
        ]
    )


def _odd_headers(choice: random.Random, url: str) -> Iterator[bytes]:
    value = choice.choice(
        ["\xff\xfe", "a" * 60_000, "", "\x01", "text/html; charset=\x7f", ";;;===", "x\x0by", "\u00e9"]
    )
    name = choice.choice(
        [
            "Content-Type",
            "ETag",
            "Last-Modified",
            "Content-Encoding",
            "Set-Cookie",
            "X y",
            "",
            ":",
            "Content-Disposition",
        ]
    )
    yield _head(f"{name}: {value}", f"Content-Length: {len(_FEED)}") + _FEED


_BEHAVIOURS: tuple[Behaviour, ...] = (
    _good,
    _endless,
    _endless_chunks,
    _endless_headers,
    _endless_line,
    _dripping_head,
    _dripping_body,
    _silent,
    _bomb,
    _endless_bomb,
    _badly_packed,
    _badly_packed,
    _lying_length,
    _bad_chunks,
    _redirect,
    _redirect,
    _status,
    _many_continues,
    _half_closed,
    _junk,
    _odd_headers,
)
