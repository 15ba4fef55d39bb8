"""Limits on what clients use (time, connections, bytes), and ambiguous requests."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING
from wsgiref.util import application_uri

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waitress.adjustments import Adjustments

from newsarchive.serving import HttpServer, Limits, bind
from newsarchive.serving.connection import Request
from tests.sample import sample_library
from tests.serving import Server, connected, send, serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"
GET = b"GET /healthz HTTP/1.1\r\n" + HOST
AT_ONCE = 5.0
"""Maximum seconds for a request that nothing blocks, also on a busy machine."""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server started by the command, with short timeouts."""
    folder = tmp_path_factory.mktemp("strict")
    with sample_library(folder):
        pass
    settings = dict.fromkeys(("HEAD_TIMEOUT", "BODY_TIMEOUT", "KEEP_ALIVE"), "1")
    with serving(folder, environment={f"NEWSARCHIVE_{name}": value for name, value in settings.items()}) as running:
        yield running


INCOMPLETE = {
    "nothing": (b"", b""),
    "half a head": (b"GET / HTTP/1.1\r\nHost: x\r\n", b""),
    "slow head": (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"a"),
    "empty lines": (b"", b"\r\n"),
    "bare line feeds": (b"GET / HTTP/1.1\nHost: x\n\n", b""),
    "slow body": (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", b"a"),
    "slow chunks": (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "idle after a request": (GET + b"\r\n", b""),
    "empty lines after a request": (GET + b"\r\n", b"\r\n"),
    "slow head after a request": (GET + b"\r\n" + GET[:20], b"a"),
}
"""Bytes sent first, and bytes then sent ten times a second."""


def is_closed(connection: socket.socket, trickle: bytes) -> bool:
    """Whether a server closes a connection on which a few more bytes are sent."""
    try:
        connection.sendall(trickle)
        return connection.recv(1 << 16) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_incomplete_requests_are_dropped_in_time(strict: Server) -> None:
    with ExitStack() as stack:
        waiting = {}
        for name, (start, trickle) in INCOMPLETE.items():
            connection = stack.enter_context(connected(strict.port))
            connection.sendall(start)
            connection.setblocking(False)
            waiting[name] = connection, trickle
        give_up = time.monotonic() + 15
        while waiting and time.monotonic() < give_up:
            time.sleep(0.1)
            waiting = {name: client for name, client in waiting.items() if not is_closed(*client)}
    assert list(waiting) == []


@pytest.mark.parametrize("start", [b"", b"GET / HTTP/1.1\r\nHost: x\r\n"], ids=["nothing", "half a head"])
def test_half_open_connections_do_not_block_other_clients(server: Server, start: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(150):
            stack.enter_context(connected(server.port)).sendall(start)
        started = time.monotonic()
        assert server.ask("GET", "/healthz").status == 200
        assert time.monotonic() - started < AT_ONCE


@pytest.mark.parametrize("length", [262_145, 400 << 20, 1 << 80])
def test_oversized_bodies_are_rejected_before_they_are_sent(server: Server, length: int) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: %d\r\n\r\n" % length
    assert server.send(head).status == 413
    assert server.send(head.replace(HOST, HOST + b"Expect: 100-continue\r\n")).status == 413


def test_bodies_within_the_limit_are_read(server: Server) -> None:
    head = b"POST / HTTP/1.1\r\n" + HOST + CLOSE + b"Content-Length: 65536\r\n\r\n"
    assert server.send(head + b"a" * 65_536).status == 405
    asked = head.replace(HOST, HOST + b"Expect: 100-continue\r\n")
    assert server.send(asked + b"a" * 65_536).content.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 405")


def test_oversized_chunked_bodies_are_rejected(server: Server) -> None:
    sent, piece = 0, b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    with connected(server.port) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
        with suppress(ConnectionError):
            while sent < 100 << 20:
                connection.sendall(piece)
                sent += len(piece)
    assert sent < 50 << 20


def test_long_heads_are_rejected(server: Server) -> None:
    assert server.send(GET + b"X: " + b"a" * 30_000 + b"\r\n" + CLOSE + b"\r\n").status == 200
    assert server.send(b"GET /" + b"a" * 33_000).status == 431
    assert server.send(GET + b"X: a\r\n" * 6_000).status == 431


REFUSED = {
    "length and chunks": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde",
    "a signed length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +4\r\n\r\nabcd",
    "a negative length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "another encoding": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n",
    "a bad chunk size": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
    "a bad chunk end": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n",
    "a folded header": GET + b"X: a\r\n b\r\n\r\n",
    "a folded first header": b"GET / HTTP/1.1\r\n Host: x\r\n" + HOST + b"\r\n",
    "two hosts": GET + b"Host: other\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a space before the colon": GET + b"X : a\r\n\r\n",
    "a bare carriage return": GET + b"X: a\rY: b\r\n\r\n",
    "a zero byte": GET + b"X: a\0b\r\n\r\n",
    "an unclosed address": b"GET http://[/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an unopened address": b"GET http://a]/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "an invalid address": b"GET http://[::g]/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "HTTP/2": b"GET / HTTP/2.0\r\n" + HOST + b"\r\n",
    "the start of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", REFUSED.values(), ids=REFUSED.keys())
def test_ambiguous_requests_are_rejected(server: Server, request_bytes: bytes) -> None:
    follower = GET + CLOSE + b"\r\n"
    answer = server.send(request_bytes + follower)
    assert answer.status in {400, 501}
    assert b" 200 OK" not in answer.content, "what comes after it is not answered"


@given(st.sampled_from(sorted(REFUSED.values())), st.lists(st.integers(0, 120), max_size=5))
def test_requests_can_arrive_in_any_pieces(request_bytes: bytes, cuts: list[int]) -> None:
    request = Request(Adjustments())
    at = [0, *sorted(cuts), len(request_bytes)]
    for start, end in pairwise(at):
        piece = request_bytes[start:end]
        while piece and not request.completed:
            piece = piece[request.received(piece) :]
    assert request.completed
    assert request.error is not None
    assert request.error.code in {400, 501}


def test_http_1_0_and_pipelined_requests_are_answered(server: Server) -> None:
    assert server.send(b"GET /healthz HTTP/1.0\r\n\r\n").status == 200
    assert server.send(GET + b"Expect: 100-continue\r\n" + CLOSE + b"\r\n").status == 200
    answers = server.send((GET + b"\r\n") * 2 + GET + CLOSE + b"\r\n").content
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_responses_do_not_name_the_server_software(server: Server) -> None:
    answer = server.ask("HEAD", "/healthz")
    head, _, body = answer.content.partition(b"\r\n\r\n")
    assert b"\r\nServer:" not in head
    assert b"\r\nDate: " in head
    assert body == b""


@contextmanager
def running(
    application: "WSGIApplication", trusted_proxy: str | None = None, **changes: float
) -> Iterator[tuple[HttpServer, int]]:
    """Run a server for an application in this process."""
    times = dict.fromkeys(("head_timeout", "body_timeout", "keep_alive", "send_timeout", "stop_timeout"), 20.0)
    sizes = {"connections": 100, "head_limit": 4096, "body_limit": 4096}
    (bound,) = bind("127.0.0.1", 0)
    limits = Limits(**(times | sizes | changes))  # type: ignore[arg-type] # sizes are whole numbers
    server = HttpServer(application, [bound], limits, threads=2, trusted_proxy=trusted_proxy)
    port = bound.getsockname()[1]
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield server, port
    finally:
        server.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


LARGE = 12 << 20
"""More bytes than the system's buffers hold."""


def large(_environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    start_response("200 OK", [("Content-Length", str(LARGE))])
    return [b"a" * LARGE]


def small(_environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]


def mixed(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
    return (large if environ["PATH_INFO"] == "/large" else small)(environ, start_response)


def not_reading(port: int) -> socket.socket:
    """A client that requests a large response and reads nothing of it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
    return client


def answers(port: int) -> bool:
    with connected(port) as connection:
        connection.settimeout(AT_ONCE)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return connection.recv(100).startswith(b"HTTP/1.1 200")


def received(client: socket.socket) -> int:
    """The number of bytes a client receives until its connection is closed or reset."""
    count = 0
    with suppress(ConnectionError):
        while chunk := client.recv(1 << 20):
            count += len(chunk)
    return count


def test_clients_that_do_not_read_are_dropped_without_blocking_others() -> None:
    with running(mixed, send_timeout=0.5) as (_, port), ExitStack() as stack:
        clients = [stack.enter_context(not_reading(port)) for _ in range(5)]
        assert answers(port)
        time.sleep(1.5)
        for client in clients:
            assert received(client) < LARGE


def test_slow_readers_receive_the_whole_response() -> None:
    with running(mixed, send_timeout=0.5) as (_, port), not_reading(port) as client:
        taken = 0
        while taken < LARGE:
            time.sleep(0.02)
            taken += len(client.recv(1 << 18))
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 18)


@pytest.mark.parametrize("hog", [connected, not_reading], ids=["half-open", "not reading"])
def test_at_the_connection_limit_the_longest_waiting_client_is_dropped(hog: Callable[[int], socket.socket]) -> None:
    with running(mixed, connections=10) as (_, port), ExitStack() as stack:
        clients = [stack.enter_context(hog(port)) for _ in range(10)]
        time.sleep(0.3)
        assert all(answers(port) for _ in range(5))
        newest = clients[-1]
        if hog is connected:
            newest.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert newest.recv(100).startswith(b"HTTP/1.1 200")


def test_stopping_finishes_requests_and_accepts_no_more() -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        begun.set()
        assert may_end.wait(timeout=20)
        return small(environ, start_response)

    with running(slow) as (server, port), connected(port) as busy, connected(port) as idle:
        busy.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert begun.wait(timeout=20)
        server.stop()
        assert idle.recv(100) == b""
        with pytest.raises(OSError, match="refused"):
            connected(port)
        may_end.set()
        assert b"".join(iter(lambda: busy.recv(1000), b"")).endswith(b"ok")


def test_stopping_waits_at_most_until_the_timeout() -> None:
    may_end = threading.Event()

    def stuck(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        may_end.wait(timeout=20)
        return small(environ, start_response)

    with running(stuck, stop_timeout=0.2) as (server, port), connected(port) as busy:
        busy.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.2)
        server.stop()
        assert busy.recv(1000) == b""
        may_end.set()


def test_an_address_can_be_bound_only_once() -> None:
    with ExitStack() as stack:
        sockets = [stack.enter_context(bound) for bound in bind("localhost", 0)]
        assert {bound.getsockname()[0] for bound in sockets} <= {"127.0.0.1", "::1"}
        sockets[0].listen()
        with pytest.raises(OSError, match="in use"):
            bind(*sockets[0].getsockname()[:2])


CLAIMS = b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Host: news.example\r\nX-Forwarded-Proto: https\r\n"
FOREIGN = b"X_Forwarded_Host: other.example\r\n"
"""Some proxies pass this header through, and it must not be mistaken for the one with hyphens."""


def test_forwarded_headers_from_untrusted_clients_are_dropped(server: Server) -> None:
    content = server.send(b"GET /feed.xml HTTP/1.1\r\n" + HOST + CLOSE + CLAIMS + FOREIGN + b"\r\n").content
    assert b'href="http://127.0.0.1/feed.xml' in content


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [
        ("127.0.0.1", b"https://news.example/ 192.0.2.1"),
        ("192.0.2.7", b"http://127.0.0.1/ 127.0.0.1"),
        (None, b"http://127.0.0.1/ 127.0.0.1"),
    ],
)
def test_only_forwarded_headers_from_the_trusted_proxy_are_used(proxy: str | None, seen: bytes) -> None:
    def about_request(environ: "WSGIEnvironment", start_response: "StartResponse") -> list[bytes]:
        start_response("200 OK", [])
        assert not any("FORWARDED" in name for name in environ) or proxy == "127.0.0.1"
        return [f"{application_uri(environ)} {environ['REMOTE_ADDR']}".encode()]

    with running(about_request, trusted_proxy=proxy) as (_, port):
        for foreign in (b"", FOREIGN):
            answer = send(port, b"GET / HTTP/1.1\r\n" + HOST + CLOSE + CLAIMS + foreign + b"\r\n")
            assert answer.content.endswith(b"\r\n\r\n" + seen)
