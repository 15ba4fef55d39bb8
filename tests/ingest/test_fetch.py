import gzip
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from newsarchive import __version__
from newsarchive.errors import FetchError
from newsarchive.ingest.fetch import fetch

stop = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """One answer a path."""

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
        """Sends header bytes for ever, each soon after the last."""
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
        except ConnectionError:  # The other side has had enough.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keeps the test's output clean."""


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


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def test_a_page_with_what_is_needed_to_ask_again(server: str) -> None:
    fetched = fetch(f"{server}/page")
    assert fetched.content.decode() == "خبر"
    assert fetched.content_type == "text/plain; charset=utf-8"
    assert (fetched.etag, fetched.last_modified, fetched.not_modified) == ('"1"', "yesterday", False)
    assert fetched.url == f"{server}/page"
    assert fetched.fetched_at.tzinfo is not None


def test_a_redirect_is_followed_to_its_end(server: str) -> None:
    assert fetch(f"{server}/moved").url == f"{server}/page"


def test_we_say_who_we_are(server: str) -> None:
    assert fetch(f"{server}/agent").content.decode() == f"newsarchive/{__version__}"
    assert fetch(f"{server}/agent", user_agent="archive of a library").content == b"archive of a library"


def test_what_has_not_changed_is_not_sent_again(server: str) -> None:
    again = fetch(f"{server}/conditional", etag='"1"', last_modified="yesterday")
    assert (again.not_modified, again.content, again.etag) == (True, b"", '"1"')
    assert fetch(f"{server}/conditional", etag='"0"').content == b"new"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("status/404", "404: there is no such page"),
        ("status/403", "403: it does not let us in"),
        ("status/503", "503 .Service Unavailable.: the server has a problem"),
        ("status/418", "418"),
        ("status/599", "599 .no standard status."),
        ("loop", "more than 8 redirects"),
        ("to_file", "only http and https"),
        ("badly_packed", "not compressed as the server says"),
        ("broken", "the connection broke"),
    ],
)
def test_what_goes_wrong_is_said(server: str, path: str, reason: str) -> None:
    with pytest.raises(FetchError, match=reason) as failure:
        fetch(f"{server}/{path}")
    assert failure.value.origin == f"{server}/{path}"


@pytest.mark.parametrize("path", ["endless", "packed", "page"])
def test_there_is_a_limit_to_the_size(server: str, path: str) -> None:
    with pytest.raises(FetchError, match="too large"):
        fetch(f"{server}/{path}", max_bytes=5)


@pytest.mark.parametrize("path", ["dripping", "endless"])
def test_there_is_a_limit_to_the_whole_time(server: str, path: str) -> None:
    start = time.monotonic()
    with pytest.raises(FetchError, match="too slow: not all there after"):
        fetch(f"{server}/{path}", timeout=0.2, max_bytes=2**40)
    assert time.monotonic() > start


def test_a_number_of_redirects_can_be_set(server: str) -> None:
    with pytest.raises(FetchError, match="more than 0 redirects"):
        fetch(f"{server}/moved", max_redirects=0)


def test_nothing_answers() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(FetchError, match="connection refused"):
        fetch(f"http://127.0.0.1:{port}/")


def test_a_server_without_tls(server: str) -> None:
    with pytest.raises(FetchError, match="no secure connection"):
        fetch(server.replace("http:", "https:"))


def test_a_host_that_does_not_exist() -> None:
    with pytest.raises(FetchError, match="no such host"):
        fetch("http://no-such-host.invalid/")


@pytest.mark.parametrize("url", ["ftp://news.example/", "news.example", "http://[::1", "http://", "", "http://a\x00b/"])
def test_what_is_no_address_of_the_web(url: str) -> None:
    with pytest.raises(FetchError, match="not an address that can be fetched"):
        fetch(url)
