import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from newsarchive import __version__
from newsarchive.errors import FetchError
from newsarchive.ingest.fetching.fetch import USER_AGENT, Fetched
from newsarchive.ingest.fetching.fetch import fetch as fetch_as
from tests.fetching import Answer, raw_server, redirect, response, saying, settings

stop = threading.Event()


def fetch(url: str, *, user_agent: str = USER_AGENT, etag: str = "", last_modified: str = "", **limits: Any) -> Fetched:
    """Fetch from loopback, with other limits."""
    return fetch_as(url, settings(**limits), user_agent=user_agent, etag=etag, last_modified=last_modified)


class Handler(BaseHTTPRequestHandler):
    """One response per path."""

    def do_GET(self) -> None:
        getattr(self, f"get_{self.path.strip('/').partition('/')[0] or 'page'}")()

    def answer(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def get_page(self) -> None:
        self.answer("خبر".encode(), Content_Type="text/plain; charset=utf-8", ETag='"1"', Last_Modified="yesterday")

    def get_agent(self) -> None:
        self.answer(self.headers["User-Agent"].encode())

    def get_conditional(self) -> None:
        unchanged = (self.headers["If-None-Match"], self.headers["If-Modified-Since"]) == ('"1"', "yesterday")
        self.answer(b"" if unchanged else b"new", 304 if unchanged else 200, ETag='"1"')

    def get_packed(self) -> None:
        self.answer(gzip.compress(b"a" * 100_000), Content_Encoding="gzip")

    def get_badly_packed(self) -> None:
        self.answer(b"plain", Content_Encoding="gzip")

    def get_packed_twice(self) -> None:
        self.answer(gzip.compress(gzip.compress(b"a")), Content_Encoding="gzip, gzip")

    def get_packed_oddly(self) -> None:
        self.answer(b"a", Content_Encoding="br")

    def get_status(self) -> None:
        self.answer(b"", int(self.path.rpartition("/")[2]))

    def get_moved(self) -> None:
        self.answer(b"", 302, Location="/page")

    def get_loop(self) -> None:
        self.answer(b"", 302, Location="/loop")

    def get_to_file(self) -> None:
        self.answer(b"", 302, Location="file:///etc/hostname")

    def get_endless(self) -> None:
        self.send_response(200)
        self.end_headers()
        while not stop.is_set():
            self.wfile.write(b"x" * 4096)

    def get_dripping(self) -> None:
        """Send header bytes endlessly, each shortly after the last."""
        while not stop.wait(0.02):
            self.wfile.write(b"H")
            self.wfile.flush()

    def get_broken(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"x")

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:  # The client has closed the connection.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the test's output clean."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    stop.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        stop.set()
        httpd.shutdown()
        thread.join()


def test_the_response_has_its_validators(server: str) -> None:
    fetched = fetch(f"{server}/page")
    assert fetched.content.decode() == "خبر"
    assert fetched.content_type == "text/plain; charset=utf-8"
    assert (fetched.etag, fetched.last_modified, fetched.not_modified) == ('"1"', "yesterday", False)
    assert fetched.url == f"{server}/page"
    assert fetched.fetched_at.tzinfo is not None


def test_redirects_are_followed(server: str) -> None:
    assert fetch(f"{server}/moved").url == f"{server}/page"


def test_the_user_agent_is_sent(server: str) -> None:
    assert fetch(f"{server}/agent").content.decode() == f"newsarchive/{__version__}"
    assert fetch(f"{server}/agent", user_agent="archive of a library").content == b"archive of a library"


def test_unchanged_content_is_not_sent_again(server: str) -> None:
    again = fetch(f"{server}/conditional", etag='"1"', last_modified="yesterday")
    assert (again.not_modified, again.content, again.etag) == (True, b"", '"1"')
    assert fetch(f"{server}/conditional", etag='"0"').content == b"new"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("status/404", "404: there is no such page"),
        ("status/403", "403: access is denied"),
        ("status/503", "503 .Service Unavailable.: the server has a problem"),
        ("status/418", "418"),
        ("status/599", "599 .not a standard status."),
        ("loop", "more than 8 redirects"),
        ("to_file", "only http and https"),
        ("badly_packed", "does not match its Content-Encoding"),
        ("packed_twice", "compressed more than once .gzip, gzip."),
        ("packed_oddly", "compressed as 'br', which was not requested"),
        ("broken", "the connection failed"),
    ],
)
def test_failures_are_explained(server: str, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as failure:
        fetch(f"{server}/{path}")
    assert failure.value.origin == f"{server}/{path}"


@pytest.mark.parametrize("path", ["endless", "packed", "page"])
def test_the_size_is_limited(server: str, path: str) -> None:
    with pytest.raises(FetchError, match="too large"):
        fetch(f"{server}/{path}", content_bytes=5)


@pytest.mark.parametrize("path", ["dripping", "endless"])
def test_the_total_time_is_limited(server: str, path: str) -> None:
    start = time.monotonic()
    with pytest.raises(FetchError, match="too slow: not complete after"):
        fetch(f"{server}/{path}", seconds=0.2, content_bytes=2**40, wire_bytes=2**40)
    assert time.monotonic() > start


def test_the_redirect_limit_is_configurable(server: str) -> None:
    with pytest.raises(FetchError, match="more than 0 redirects"):
        fetch(f"{server}/moved", redirects=0)


def test_connection_refused_is_explained() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(FetchError, match="connection refused"):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_server_without_tls_is_explained(server: str) -> None:
    with pytest.raises(FetchError, match="the TLS connection failed"):
        fetch(server.replace("http:", "https:"))


def test_unknown_hosts_are_explained() -> None:
    with pytest.raises(FetchError, match="no such host"):
        fetch("http://no-such-host.invalid/")


@pytest.mark.parametrize("url", ["ftp://news.example/", "news.example", "http://[::1", "http://", "", "http://a\x00b/"])
def test_invalid_urls_are_rejected(url: str) -> None:
    with pytest.raises(FetchError, match="not a URL that can be fetched"):
        fetch(url)


def test_silent_servers_time_out() -> None:
    gone = threading.Event()

    def answer(connection: socket.socket, head: bytes) -> None:
        gone.wait(5)

    with raw_server(answer) as server:
        with pytest.raises(FetchError, match=r"too slow: no data for 0\.1 seconds"):
            fetch(server.url, idle_seconds=0.1)
        gone.set()


def test_servers_that_stop_sending_time_out() -> None:
    gone = threading.Event()

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        gone.wait(5)

    with raw_server(answer) as server:
        with pytest.raises(FetchError, match=r"too slow: no data for 0\.1 seconds"):
            fetch(server.url, idle_seconds=0.1)
        gone.set()


def test_name_lookups_time_out() -> None:
    answered = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        answered.wait(5)
        return ["127.0.0.1"]

    with pytest.raises(FetchError, match=r"too slow: not complete after 0\.1 seconds"):
        fetch_as("http://news.example/", settings(seconds=0.1), resolve=resolve)
    assert not answered.is_set()
    answered.set()


def endless(*pieces: bytes) -> Answer:
    """Send the first piece, then the others repeatedly until the client disconnects."""

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(pieces[0])
        while True:
            for piece in pieces[1:]:
                connection.sendall(piece)

    return answer


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (endless(b"HTTP/1.1 200 OK\r\n", b"X-Some: thing\r\n" * 50), "headers are larger than 65,536 bytes"),
        (endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 4096), "headers are larger than 65,536 bytes"),
        (endless(b"HTTP/1.1 ", b"2" * 4096), "headers are larger than 65,536 bytes"),
        (endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 50), "headers are larger than 65,536 bytes"),
        (saying(response(b"", "200 OK", *["X: y"] * 199)), "more than 200 headers"),
        (saying(response(b"", "200 OK", "X: " + "y" * 65_536)), "headers are larger than 65,536 bytes"),
        # Tiny chunks with long extensions.
        (
            endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1;" + b"c" * 8000 + b"\r\nx\r\n"),
            "too large: more than 300,000 bytes were sent",
        ),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096), "too large: more than 300,000 bytes were sent"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 300001\r\n\r\n"), "300,001 bytes; the limit is 300,000"),
    ],
)
def test_everything_the_server_sends_is_limited(answer: Answer, reason: str) -> None:
    with raw_server(answer) as server, pytest.raises(FetchError, match=reason):
        fetch(server.url, wire_bytes=300_000)


def test_headers_within_the_limit_are_accepted() -> None:
    with raw_server(saying(response(b"page", "200 OK", *[f"X-{n}: {'y' * 300}" for n in range(190)]))) as server:
        assert fetch(server.url).content == b"page"


def test_the_byte_limit_covers_all_redirects() -> None:
    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(response(b"", "302 Found", "Location: /", "X: " + "y" * 50_000))

    with raw_server(answer) as server, pytest.raises(FetchError, match="more than 200,000 bytes were sent"):
        fetch(server.url, wire_bytes=200_000)


def test_redirect_content_is_not_read() -> None:
    """The content may be a decompression bomb, or endless."""
    bomb = gzip.compress(bytes(10**7))
    moved = response(bomb, "302 Found", "Location: /page", "Content-Encoding: gzip, gzip, br")

    def answer(connection: socket.socket, head: bytes) -> None:
        connection.sendall(response(b"page") if b"GET /page" in head else moved)

    with raw_server(answer) as server:
        assert fetch(server.url).content == b"page"


def test_gzip_bombs_do_not_use_memory() -> None:
    """Sixty kilobytes that decompress to 64 megabytes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    with raw_server(saying(response(bomb, "200 OK", "Content-Encoding: gzip"))) as server:
        tracemalloc.start()
        try:
            with pytest.raises(FetchError, match="too large: more than 1,000,000 bytes after decompression"):
                fetch(server.url, content_bytes=10**6)
            assert tracemalloc.get_traced_memory()[1] < 8 * 10**6
        finally:
            tracemalloc.stop()


def test_gzip_files_are_decompressed_within_the_limit() -> None:
    with raw_server(saying(response(gzip.compress(b"a" * 100)))) as server:
        assert fetch(server.url).content == b"a" * 100
        with pytest.raises(FetchError, match="more than 99 bytes after decompression"):
            fetch(server.url, content_bytes=99)


def test_failures_after_a_redirect_name_the_url() -> None:
    with (
        raw_server(saying(response(b"", "404 Not Found"))) as gone,
        raw_server(saying(redirect(f"{gone.url}/new"))) as server,
        pytest.raises(FetchError, match=f"after a redirect to {gone.url}/new: status 404") as failure,
    ):
        fetch(server.url)
    assert failure.value.origin == server.url


@pytest.mark.parametrize("found", [UnicodeError("label too long"), OSError("no network")])
def test_failed_lookups_are_fetch_errors(found: Exception) -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise found

    with pytest.raises(FetchError, match="the connection failed"):
        fetch_as("http://news.example/", resolve=resolve)
