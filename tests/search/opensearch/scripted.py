"""A server that answers as OpenSearch would, or not at all, as each test says."""

import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from newsarchive.search.opensearch import ClusterSettings, Connection

INFO = {"version": {"distribution": "opensearch", "number": "2.19.6"}}

Answer = tuple[int, Mapping[str, Any] | str] | None
"""The status and the body of a response; None breaks the connection off."""
Script = Callable[[str, str, int], Answer]
"""What a server answers to a method and a path, given how many requests came before."""


@dataclass
class Running:
    port: int
    scheme: str = "http"
    heard: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def asked(self, path: str) -> int:
        return sum(one[1].partition("?")[0] == path for one in self.heard)


@contextmanager
def scripted(script: Script, *, info: Answer = (200, INFO), context: ssl.SSLContext | None = None) -> Iterator[Running]:
    """Run a server. `info` is the answer to `GET /`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            path = self.path.partition("?")[0]
            before = running.asked(path)
            running.heard.append((self.command, self.path, dict(self.headers)))
            answer = info if path == "/" else script(self.command, path, before)
            if answer is None:
                self.close_connection = True
                return
            status, body = answer
            text = body if isinstance(body, str) else json.dumps(body)
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(body, str) else "application/json")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    running = Running(server.server_address[1], "http" if context is None else "https")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def connected(*servers: Running, **settings: Any) -> Iterator[Connection]:
    connection = Connection(ClusterSettings(**{"hosts": tuple(one.url for one in servers), **settings}))
    yield connection
    connection.close()


def slow(seconds: float) -> Answer:
    time.sleep(seconds)
    return 200, {}
